"""What is asked of vectors, whatever model makes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from nlptool.errors import InputError, RecordError, UsageError
from nlptool.plugins.adapter import Adapter
from nlptool.plugins.asking import ask
from nlptool.search.corpus import Corpus, from_npy, from_texts
from nlptool.tasks.base import Text
from nlptool.tasks.embed import Embedding, Hit, Params

DIGITS = 6
NPY = ".npy"


class Searcher(Adapter[Text, Embedding]):
    """Stands before the adapter of a model, which gives vectors."""

    tasks = ("embed",)

    def __init__(self, inner: Adapter[Text, Embedding]) -> None:
        super().__init__(inner.setup)
        self.inner = inner
        self.batching = inner.batching
        self.corpus = cache(self._corpus)
        self.vector = cache(self._vector)

    def close(self) -> None:
        """Let go of the model."""
        self.inner.close()

    def check(self, params: Params) -> None:
        """UsageError for two questions at once."""
        if params.search is not None and params.similar_to is not None:
            raise UsageError("give --search or --similar-to, not both")
        self.inner.check(params)

    def predict(self, batch: Sequence[Text], params: Params) -> list[Embedding | RecordError]:
        """Vectors, or what was asked of them."""
        made = list(self.inner.predict(batch, Params()))
        good = [found for found in made if isinstance(found, Embedding)]
        if not good or (params.search is None and params.similar_to is None):
            return made
        vectors = np.stack([found.vector for found in good])
        if params.search is not None:
            answers = iter(self._found(vectors, params.search, params.top_k))
        else:
            cosines = vectors @ self.vector(params.similar_to or "")
            answers = iter(Embedding(similarity=round(float(one), DIGITS)) for one in cosines)
        return [next(answers) if isinstance(found, Embedding) else found for found in made]

    def _found(self, vectors: Any, file: str, count: int) -> list[Embedding]:
        corpus = self.corpus(file)
        if corpus.vectors.shape[1] != vectors.shape[1]:
            raise InputError(
                f"{file}: its vectors have {corpus.vectors.shape[1]} numbers, those of model "
                f"{self.setup.model} have {vectors.shape[1]}"
            )
        return [
            Embedding(
                found=[
                    Hit(
                        corpus.places[row],
                        round(score, DIGITS),
                        corpus.texts[row] if corpus.texts else "",
                    )
                    for row, score in near
                ]
            )
            for near in corpus.nearest(vectors, count)
        ]

    def _corpus(self, file: str) -> Corpus:
        return from_npy(Path(file)) if file.endswith(NPY) else from_texts(file, self._vectors)

    def _vectors(self, texts: Sequence[str]) -> list[Any]:
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: list[Any] = [None] * len(texts)
        count = self.batching.count
        for start in range(0, len(order), count):
            some = order[start : start + count]
            made = ask(self.inner, [Text(texts[number]) for number in some], Params())
            for number, result in zip(some, made, strict=True):
                found[number] = result if isinstance(result, RecordError) else result.vector
        return found

    def _vector(self, text: str) -> Any:
        (found,) = self._vectors([text])
        if isinstance(found, RecordError):
            raise UsageError(f"--similar-to: {found}")
        return found
