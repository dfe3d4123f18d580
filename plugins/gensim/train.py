"""Word2Vec, fastText and doc2vec by gensim."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from time import monotonic
from typing import Any

import msgspec
from gensim.models import Doc2Vec, FastText, Word2Vec
from gensim.models.doc2vec import TaggedDocument
from gensim.models.phrases import Phrases

from nlptool.errors import InputError, UsageError
from nlptool.tasks.vectors import (
    Documents,
    Inference,
    Progress,
    Subwords,
    Trained,
    Training,
    Vectors,
)

log = logging.getLogger("nlptool_plugins.gensim")

Tick = Callable[[Progress], None]
EVERY = 1000
"""Sentences between two reports of a pass that only counts."""
PASSING = 0.9
"""How much of the shown loss is that of the jobs before: one job's alone jumps."""


def train(corpus: Iterable[list[str]], training: Training, tick: Tick) -> tuple[Vectors, Trained]:
    """Vectors from a corpus; the same ones for the same seed and a single worker.

    gensim 4 starts from numpy's generator with the seed and breaks ties of counts by the order of
    the corpus, so that PYTHONHASHSEED has no part in it.
    """
    if not (training.negative or training.hs):
        raise UsageError("nothing to learn by: give --negative above 0, or --hs")
    if training.phrases:
        phrases = Phrases(_watched(corpus, "phrases", tick), min_count=training.min_count).freeze()
        corpus = _Joined(corpus, phrases)
    model = _model(training)
    sentences: Iterable[Any] = _Tagged(corpus) if training.documents else corpus
    model.build_vocab(_watched(sentences, "vocabulary", tick))
    if len(model.wv) <= 1:
        raise InputError(
            f"the corpus has {model.corpus_total_words} words, and {len(model.wv)} of them "
            f"{training.min_count} times or more: too little to learn from (see --min-count)"
        )
    has_loss = isinstance(model, _Words)
    watch = model.watch = _Watch(tick, model.corpus_total_words, training.epochs)
    model.train(
        sentences,
        total_examples=model.corpus_count,
        total_words=model.corpus_total_words,
        epochs=training.epochs,
        **({"compute_loss": True} if has_loss else {}),
    )
    summary = Trained(
        words=len(model.wv),
        dimensions=training.vector_size,
        tokens=model.corpus_total_words,
        seconds=round(watch.seconds, 2),
        words_per_second=round(watch.done / watch.seconds),
        loss=round(watch.losses[-1], 4) if has_loss else None,
    )
    parts = None
    if training.subwords:
        parts = Subwords(model.wv.vectors_ngrams, training.min_n, training.max_n)
    texts = None
    if training.documents:
        inference = msgspec.convert(training, Inference, from_attributes=True)
        texts = Documents(model.syn1neg, model.wv.expandos["count"], inference)
    words = model.wv.index_to_key
    return Vectors(words, model.wv.vectors, subwords=parts, documents=texts), summary


def _model(training: Training) -> Any:
    """gensim's model; UsageError for what does not go together."""
    if training.documents:
        return _Texts(training)
    if training.subwords and training.min_n > training.max_n:
        raise UsageError(f"--min-n {training.min_n} is more than --max-n {training.max_n}")
    return _Parts(training) if training.subwords else _Words(training)


class _Watched:
    """gensim's model, each of whose jobs (some ten thousand words) is heard of.

    gensim itself reports within an epoch to its log alone, and adds up an epoch's loss in a float32
    that soon is too large to notice what is added.
    """

    watch: _Watch
    running_training_loss: float

    def __init__(self, training: Training, **more: int) -> None:
        super().__init__(
            **more,
            vector_size=training.vector_size,
            window=training.window,
            shrink_windows=training.shrink_windows,
            min_count=training.min_count,
            max_final_vocab=training.max_vocab or None,
            sample=training.sample,
            negative=training.negative,
            ns_exponent=training.ns_exponent,
            hs=int(training.hs),
            epochs=training.epochs,
            alpha=training.alpha,
            min_alpha=training.min_alpha,
            workers=_workers(training),
            seed=1 if training.seed is None else training.seed,
        )  # type: ignore[call-arg]

    def _do_train_job(self, sentences: Any, alpha: float, inits: Any) -> tuple[int, int]:
        self.running_training_loss = 0.0
        tally: tuple[int, int] = super()._do_train_job(sentences, alpha, inits)  # type: ignore[misc]
        self.watch.job(*tally, float(self.running_training_loss))
        return tally


class _Words(_Watched, Word2Vec):  # type: ignore[misc]
    """Vectors of words."""

    def __init__(self, training: Training) -> None:
        skip, mean = training.algorithm == "skip-gram", training.cbow_mean
        super().__init__(training, sg=int(skip), cbow_mean=int(mean))


class _Parts(_Watched, FastText):  # type: ignore[misc]
    """Vectors of words and of their parts; gensim has no loss for them."""

    def __init__(self, training: Training) -> None:
        super().__init__(
            training,
            sg=int(training.algorithm == "skip-gram"),
            cbow_mean=int(training.cbow_mean),
            min_n=training.min_n,
            max_n=training.max_n,
            bucket=training.bucket,
        )


class _Texts(_Watched, Doc2Vec):  # type: ignore[misc]
    """Vectors of words and of texts (PV-DM, and PV-DBOW where a text foretells its words); gensim
    has no loss for them."""

    def __init__(self, training: Training) -> None:
        super().__init__(
            training,
            dm=int(training.algorithm == "cbow"),
            dm_mean=int(training.cbow_mean),
            dbow_words=1,
        )


class _Watch:
    """Counts words and loss as jobs end, and tells of them; the threads of a model share it."""

    def __init__(self, tick: Tick, words: int, epochs: int) -> None:
        self.tick = tick
        self.words = words
        self.epochs = epochs
        self.lock = Lock()
        self.start = monotonic()
        self.done = 0
        self.trained = 0
        self.summed = 0.0
        self.shown: float | None = None
        self.losses: list[float] = []

    @property
    def seconds(self) -> float:
        """Seconds since the training began."""
        return monotonic() - self.start

    def job(self, trained: int, words: int, loss: float) -> None:
        """A job over: of ``words`` words, ``trained`` were not thinned out."""
        with self.lock:
            self.done += words
            self.trained += trained
            self.summed += loss
            now = loss / max(1, trained)
            if loss:
                last = now if self.shown is None else self.shown
                self.shown = PASSING * last + (1 - PASSING) * now
            epoch = len(self.losses) + 1
            stage, share = f"epoch {epoch} of {self.epochs}", self.done / self.words / self.epochs
            self.tick(Progress(stage, self.done, self.seconds, share, self.shown))
            if self.done >= self.words * epoch:
                self._end_epoch(epoch)

    def _end_epoch(self, epoch: int) -> None:
        self.losses.append(self.summed / max(1, self.trained))
        self.trained, self.summed = 0, 0.0
        speed = self.done / self.seconds
        told = "" if self.shown is None else f"loss {self.losses[-1]:.4f}, "
        log.info("epoch %d of %d: %s%.0f words/s", epoch, self.epochs, told, speed)


def _workers(training: Training) -> int:
    if training.workers:
        if training.workers > 1 and training.seed is not None:
            log.warning("--seed gives the same vectors only with --workers 1")
        return training.workers
    return 1 if training.seed is not None else os.cpu_count() or 1


def _watched(corpus: Iterable[Any], stage: str, tick: Tick) -> Iterator[Any]:
    start = monotonic()
    words = 0
    for number, sentence in enumerate(corpus):
        if number % EVERY == 0:
            tick(Progress(stage, words, monotonic() - start))
        words += len(getattr(sentence, "words", sentence))
        yield sentence


class _Tagged:
    """A corpus of texts, each with its number, again each time."""

    def __init__(self, corpus: Iterable[list[str]]) -> None:
        self.corpus = corpus

    def __iter__(self) -> Iterator[TaggedDocument]:
        return (TaggedDocument(words, [number]) for number, words in enumerate(self.corpus))


class _Joined:
    """A corpus with its phrases joined, again each time."""

    def __init__(self, corpus: Iterable[list[str]], phrases: Any) -> None:
        self.corpus = corpus
        self.phrases = phrases

    def __iter__(self) -> Iterator[list[str]]:
        return iter(self.phrases[self.corpus])
