"""doc2vec: a vector of any text, by gensim, from the weights in a folder of ours.

The text's vector is learnt, as those of the texts of the training were, while the words' vectors
stand still (Le and Mikolov 2014, https://arxiv.org/abs/1405.4053).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from zlib import crc32

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import ModelError, RecordError
from nlptool.tasks.base import Text
from nlptool.tasks.embed import Embedding, Params
from nlptool.tasks.vectors import WORD, Documents, Vectors

from . import folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 10_000
"""Words of a text, at most: gensim passes over what is behind them."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``epochs``: how often a text is gone through."""

    epochs: int = 50


class DocumentVectors(Adapter[Text, Embedding]):
    """Vectors of texts, the same for the same text; words that are not known are passed over."""

    tasks = ("embed",)
    needs = {"gensim": "nlptool[gensim]"}
    batching = Batching(count=64, window=64)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        vectors = folder.load(setup.file(folder.WORDS).parent)
        if vectors.documents is None:
            raise ModelError(f"model {setup.model} has vectors of words alone, not of texts")
        self.epochs = setup.read_options(Options).epochs
        self.lower = vectors.lower
        self.split = str.split if vectors.documents.inference.spaces else WORD.findall
        self.inferring = _Inferring(vectors, vectors.documents)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder that ``word2vec train --documents`` wrote; as one of words it is known, too."""
        return "embed" if files.has(folder.WORDS, folder.HIDDEN) else None

    def predict(self, batch: Sequence[Text], params: Params) -> list[Embedding | RecordError]:
        """A vector of length 1 a text."""
        return [self._embedding(record.text) for record in batch]

    def _embedding(self, text: str) -> Embedding | RecordError:
        words = self.split(text.lower() if self.lower else text)
        known = [word for word in words if word in self.inferring.places][:LONGEST]
        if not known:
            return RecordError("none of its words is in the vocabulary")
        return Embedding(self.inferring.vector(known, self.epochs))


class _Inferring:
    """gensim's model, made of arrays, and asked as its infer_vector does, but that the start is not
    by Python's hash, which is another in every process."""

    def __init__(self, vectors: Vectors, documents: Documents) -> None:
        import numpy as np
        from gensim.models import doc2vec

        self.inference = how = documents.inference
        self.model = model = doc2vec.Doc2Vec(
            dm=int(how.algorithm == "cbow"),
            dm_mean=int(how.cbow_mean),
            vector_size=vectors.matrix.shape[1],
            window=how.window,
            shrink_windows=how.shrink_windows,
            min_count=1,
            sample=how.sample,
            negative=how.negative,
            ns_exponent=how.ns_exponent,
        )
        model.build_vocab_from_freq(dict(zip(vectors.words, documents.counts, strict=True)))
        self.places = {word: place for place, word in enumerate(vectors.words)}
        order = [self.places[word] for word in model.wv.index_to_key]
        model.wv.vectors = np.ascontiguousarray(vectors.matrix[order])
        model.syn1neg = np.ascontiguousarray(documents.hidden[order])
        self.learn = doc2vec.train_document_dbow if model.sg else doc2vec.train_document_dm

    def vector(self, words: list[str], epochs: int) -> NDArray[np.float32]:
        """A text's vector, (dimensions,), of length 1."""
        import numpy as np

        seed = crc32(" ".join(words).encode())
        self.model.random = np.random.RandomState(seed)
        dimensions = self.model.vector_size
        found = (self.model.random.random_sample((1, dimensions)) - 0.5) / dimensions
        found = found.astype(np.float32)
        rates = np.linspace(self.inference.alpha, self.inference.min_alpha, epochs)
        for rate in rates.tolist():
            self.learn(
                self.model,
                words,
                [0],
                rate,
                learn_words=False,
                learn_hidden=False,
                doctag_vectors=found,
                doctags_lockf=np.ones(1, np.float32),
            )
        vector: NDArray[np.float32] = found[0] / np.linalg.norm(found[0])
        return vector
