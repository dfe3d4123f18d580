"""Translation by CTranslate2, without torch, from a folder that its converters write.

The folder of a model holds ``model.bin``, ``config.json`` and ``shared_vocabulary.json`` (or
``source_vocabulary`` and ``target_vocabulary``), and what makes tokens: ``source.spm`` and
``target.spm`` as Marian has them, one ``sentencepiece.model``, or ``tokenizer.json``. A folder
as transformers saves it is converted once, when it is first used.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import DeviceError, ModelError, RecordError
from nlptool.interrupt import heard
from nlptool.tasks.translate import Params, Sentence, Translation

from .processors import processors
from .translation.pieces import pieces_of
from .translation.target import target_token

TOKENS = {"cpu": 1024, "cuda": 8192}
"""Tokens of a batch, padding counted."""

POSITIONS = 510
"""Tokens of a sentence that Marian's positions are good for."""

PATIENCE = 2
"""Finished hypotheses are waited for until there are so many times the beam's width. With 1,
CTranslate2 (4.6 to 4.8) lost the best of several that finish at once: 2 to 8 of 153 sentences
came out worse than without a beam, none with 2."""

PROPORTION, SLACK = 4, 16
"""A translation has at most so many tokens for one of the text, and some more."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``beam``: hypotheses that are followed; ``workers``: sentences that are translated side by
    side, each by its own share of the threads (0: as many as pay); ``source_prefix`` and
    ``target_prefix``: tokens before the text and its translation, such as language codes;
    ``unlikely``: the mean log-probability of a token below which a translation is flagged."""

    beam: Annotated[int, msgspec.Meta(ge=1)] = 4
    workers: Annotated[int, msgspec.Meta(ge=0)] = 0
    source_prefix: tuple[str, ...] = ()
    target_prefix: tuple[str, ...] = ()
    unlikely: float | None = None


class CTranslate2(Adapter[Sentence, Translation]):
    """An encoder-decoder model on CTranslate2."""

    tasks = ("translate",)
    backends = ("cpu", "cuda")
    needs = {"ctranslate2": "nlptool[translate]", "sentencepiece": "nlptool[translate]"}
    batching = Batching(count=512, window=512)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import ctranslate2

        self.options = setup.read_options(Options)
        folder = _converted(setup)
        self.kind, _, index = setup.device.partition(":")
        threads = setup.threads or processors()
        workers = self.options.workers or (threads if self.kind == "cpu" else 1)
        self.translator = ctranslate2.Translator(
            str(folder),
            device=self.kind,
            device_index=int(index or 0),
            compute_type="default" if setup.precision == "auto" else setup.precision,
            inter_threads=workers,
            intra_threads=max(1, threads // workers),
        )
        self.pieces = pieces_of(folder, setup.model)
        self.vocabulary = _vocabulary(folder)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """What CTranslate2's converters write."""
        return "translate" if files.has("model.bin", "*vocabulary*") else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed ctranslate2 was built for it."""
        if device == "cpu":
            return
        import ctranslate2

        if not ctranslate2.get_cuda_device_count():
            raise DeviceError(f"ctranslate2 finds no CUDA device for {device}")

    def predict(self, batch: Sequence[Sentence], params: Params) -> list[Translation | RecordError]:
        """Translate the sentences; those for a careful second try together."""
        tokens = self.pieces.encode([sentence.text for sentence in batch])
        answers: list[Translation | RecordError] = [
            RecordError(f"a sentence of {len(each)} tokens is too long") for each in tokens
        ]
        for careful in (False, True):
            chosen = [
                index
                for index, sentence in enumerate(batch)
                if sentence.careful == careful and len(tokens[index]) <= POSITIONS
            ]
            found = self._translate([tokens[i] for i in chosen], careful, params) if chosen else []
            for index, answer in zip(chosen, found, strict=True):
                answers[index] = answer
        return answers

    def _translate(
        self, tokens: Sequence[list[str]], careful: bool, params: Params
    ) -> list[Translation]:
        token = target_token(params.target, self.setup.languages, self.vocabulary)
        before = [*self.options.source_prefix, *([token] if token else [])]
        wanted = params.alternatives + 1
        longest = max(map(len, tokens))
        beam = params.beam or self.options.beam
        prefix = [list(self.options.target_prefix)] * len(tokens)
        begin = partial(
            self.translator.translate_batch,
            [before + each for each in tokens],
            target_prefix=prefix if self.options.target_prefix else None,
            max_batch_size=TOKENS[self.kind],
            batch_type="tokens",
            beam_size=max(beam + 2 * careful, wanted),
            patience=PATIENCE,
            num_hypotheses=wanted,
            repetition_penalty=1.2 if careful else 1,
            no_repeat_ngram_size=params.no_repeat_ngram or (3 if careful else 0),
            max_input_length=0,
            max_decoding_length=min(params.max_length, PROPORTION * longest + SLACK),
            return_scores=params.scores,
        )
        return [self._answer(result, params) for result in heard(begin)]

    def _answer(self, result: Any, params: Params) -> Translation:
        skipped = len(self.options.target_prefix)
        texts = self.pieces.decode([tokens[skipped:] for tokens in result.hypotheses])
        answer = Translation(texts[0])
        if params.scores:
            answer = msgspec.structs.replace(answer, score=round(result.scores[0], 6))
        if params.alternatives:
            answer = msgspec.structs.replace(answer, alternatives=texts[1:])
        return answer


def _converted(setup: Setup) -> Path:
    """The folder in CTranslate2's form: the model's own, or what is made of it the first time."""
    if setup.folder is None:
        raise ModelError(f"model {setup.model} has no files")
    if (setup.folder / "model.bin").is_file():
        return setup.folder
    setup.file("config.json")
    from .ctranslate2_export import export

    source, precision = setup.folder, "float32" if setup.precision == "auto" else setup.precision
    return setup.make(f"ctranslate2-{precision}", lambda new: export(source, new, precision))


def _vocabulary(folder: Path) -> frozenset[str]:
    """The tokens that the source may have."""
    for name in ("shared_vocabulary", "source_vocabulary"):
        for file, read in ((f"{name}.json", json.loads), (f"{name}.txt", str.splitlines)):
            if (folder / file).is_file():
                return frozenset(read((folder / file).read_text("utf-8")))
    return frozenset()
