"""Word vectors: trained by gensim, asked and converted by numpy alone.

gensim takes over a second to import, and its vectors cannot be mapped into memory from a safe
format; the few lines of linear algebra that queries need give gensim's answers (a test compares).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import ModelError, RecordError, library_missing
from nlptool.tasks.vectors import (
    Kind,
    Precision,
    Progress,
    Trained,
    Training,
    Vectors,
    VectorTool,
    kind_of,
)
from nlptool.tasks.word2vec import Params, Query, WordAnswer, parse_analogy

from .space import Space, Sum

log = logging.getLogger("nlptool_plugins.gensim")

ODD_ONE_LEAST = 3

Answer = TypeVar("Answer")


class WordVectors(Adapter[Query, WordAnswer], VectorTool):
    """Answers from a folder or a file of vectors."""

    tasks = ("word2vec",)
    one_file = True
    needs = {"numpy": "nlptool[words]"}
    batching = Batching(count=256, window=256)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if setup.folder is None:
            raise ModelError(f"model {setup.model} names no vectors")
        self.space = Space(self.load(setup.folder))

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder of ours, or a file of vectors by its name."""
        if files.has("vectors.npy", "words.txt"):
            return "word2vec"
        alone = len(files.names) == 1 and kind_of(Path(files.names[0]))
        named = any(files.has(pattern) for pattern in ("*.kv", "*.vec", "*word2vec*", "*glove*"))
        return "word2vec" if alone or (named and not files.has("config.json")) else None

    def predict(self, batch: Sequence[Query], params: Params) -> list[WordAnswer | RecordError]:
        """The answers to one verb's questions."""
        verb = params.verb
        if verb in ("similar", "analogy"):
            read = self._similar if verb == "similar" else self._analogy
            return self._neighbours(batch, read, params.top)
        answer = {
            "vector": self._vector,
            "similarity": self._similarity,
            "odd-one": self._odd_one,
        }[verb]
        return [_tried(answer, query) for query in batch]

    def _neighbours(
        self, batch: Sequence[Query], read: Callable[[Query], Sum], top: int
    ) -> list[WordAnswer | RecordError]:
        sums = [_tried(read, query) for query in batch]
        found = iter(
            self.space.nearest([one for one in sums if not isinstance(one, RecordError)], top)
        )
        return [
            one if isinstance(one, RecordError) else WordAnswer(similar=next(found)) for one in sums
        ]

    def _similar(self, query: Query) -> Sum:
        return self.space.sum(self._words(query, least=1), [])

    def _analogy(self, query: Query) -> Sum:
        return self.space.sum(*parse_analogy(query.words))

    def _vector(self, query: Query) -> WordAnswer:
        (word,) = self._words(query, least=1, most=1)
        return WordAnswer(vector=self.space.vector(word))

    def _similarity(self, query: Query) -> WordAnswer:
        return WordAnswer(similarity=self.space.similarity(*self._words(query, least=2, most=2)))

    def _odd_one(self, query: Query) -> WordAnswer:
        words = self._words(query, least=ODD_ONE_LEAST)
        known = [word for word in words if self.space.knows(word)]
        if len(known) < ODD_ONE_LEAST:
            return WordAnswer(word=self.space.odd_one(words))
        if len(known) < len(words):
            left_out = ", ".join(word for word in words if word not in known)
            log.warning("not in the vocabulary, and left out: %s", left_out)
        return WordAnswer(word=self.space.odd_one(known))

    def _words(self, query: Query, least: int, most: int | None = None) -> list[str]:
        words = query.words.split()
        if not least <= len(words) <= (most or len(words)):
            wanted = f"{least} or more words"
            if most:
                wanted = f"{most} word{'s' * (most > 1)}"
            raise RecordError(f"expected {wanted}, found {len(words)}")
        return words

    @classmethod
    def train(
        cls,
        corpus: Iterable[list[str]],
        training: Training,
        tick: Callable[[Progress], None],
    ) -> tuple[Vectors, Trained]:
        """Vectors by gensim's Word2Vec."""
        try:
            from .train import train
        except ImportError as error:
            raise library_missing("gensim", "nlptool[gensim]") from error

        return train(corpus, training, tick)

    @classmethod
    def load(cls, path: Path, kind: Kind | None = None) -> Vectors:
        """A folder of ours; a file, or the only one of a folder."""
        from . import folder

        if folder.is_ours(path):
            return folder.load(path)
        from . import files

        return files.load(files.only_one(path) if path.is_dir() else path, kind)

    @classmethod
    def is_ours(cls, path: Path) -> bool:
        """A folder with the files of ours."""
        from . import folder

        return folder.is_ours(path)

    @classmethod
    def save(cls, vectors: Vectors, path: Path, kind: Kind, precision: Precision) -> None:
        """A folder, or a file; what only gensim reads is written by gensim."""
        if kind == "folder":
            from . import folder

            folder.save(vectors, path, precision)
        else:
            from . import files

            files.save(vectors, path, kind)


def _tried(answer: Callable[[Query], Answer], query: Query) -> Answer | RecordError:
    try:
        return answer(query)
    except RecordError as error:
        return error
