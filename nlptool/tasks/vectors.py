"""Making word vectors: what a plugin that answers word2vec may offer besides answering."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Kind = Literal["folder", "text", "binary", "gensim"]
Precision = Literal["float32", "float16", "int8"]

KINDS: dict[str, Kind] = {
    ".bin": "binary",
    ".txt": "text",
    ".vec": "text",
    ".kv": "gensim",
    ".model": "gensim",
}
PACKED = (".gz", ".bz2")

WORD = re.compile(r"\w+(?:[-'’]\w+)*")
"""A word of a corpus: letters and digits, with hyphens and apostrophes inside."""


def kind_of(path: Path) -> Kind | None:
    """The kind of file that a name tells, packed or not; None where it tells none."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in PACKED]
    return KINDS.get(suffixes[-1]) if suffixes else None


class Training(msgspec.Struct, frozen=True):
    """The parameters of word2vec (Mikolov et al. 2013), with gensim's names and defaults."""

    algorithm: Annotated[
        Literal["cbow", "skip-gram"], Meta(description="A word from its context, or the reverse.")
    ] = "cbow"
    vector_size: Annotated[int, Meta(ge=1, description="Dimensions of a vector.")] = 100
    window: Annotated[int, Meta(ge=1, description="Words of context on each side, at most.")] = 5
    shrink_windows: Annotated[
        bool, Meta(description="Draw each window's size, so that near words count for more.")
    ] = True
    min_count: Annotated[int, Meta(ge=1, description="Leave out words rarer than this.")] = 5
    max_vocab: Annotated[
        int, Meta(ge=0, description="Keep at most so many words, the most frequent; 0 keeps all.")
    ] = 0
    sample: Annotated[
        float, Meta(ge=0, le=1, description="Share above which frequent words are thinned out.")
    ] = 1e-3
    negative: Annotated[int, Meta(ge=0, description="Noise words a word; 0 uses none.")] = 5
    ns_exponent: Annotated[
        float, Meta(description="Noise by frequency to this power: 1 as it is, 0 all alike.")
    ] = 0.75
    hs: Annotated[bool, Meta(description="Hierarchical softmax.")] = False
    cbow_mean: Annotated[bool, Meta(description="cbow: mean of the context, or its sum.")] = True
    epochs: Annotated[int, Meta(ge=1, description="Times to go through the corpus.")] = 5
    alpha: Annotated[float, Meta(ge=0, description="Learning rate at the start.")] = 0.025
    min_alpha: Annotated[float, Meta(ge=0, description="Learning rate at the end.")] = 1e-4
    workers: Annotated[
        int, Meta(ge=0, description="Threads; 0 is one a core, or 1 where --seed is given.")
    ] = 0
    seed: Annotated[
        int | None, Meta(ge=0, description="The same vectors each time, by one worker.")
    ] = None
    phrases: Annotated[bool, Meta(description="Join words that keep together, as new_york.")] = (
        False
    )
    subwords: Annotated[
        bool, Meta(description="fastText: vectors of parts of words too, for words not known.")
    ] = False
    min_n: Annotated[int, Meta(ge=1, description="Letters of the shortest part of a word.")] = 3
    max_n: Annotated[int, Meta(ge=1, description="Letters of the longest part of a word.")] = 6
    bucket: Annotated[
        int, Meta(ge=1, description="Vectors that the parts share; fastText's own are 2,000,000.")
    ] = 100_000
    documents: Annotated[
        bool,
        Meta(description="doc2vec: vectors of whole texts too, which embed -m FOLDER gives."),
    ] = False


class Inference(msgspec.Struct, frozen=True):
    """How vectors of texts are made: what of their Training they depend on, under its names. With
    ``spaces`` words are what stands between spaces."""

    algorithm: str
    window: int
    shrink_windows: bool
    sample: float
    negative: int
    ns_exponent: float
    cbow_mean: bool
    alpha: float
    min_alpha: float
    spaces: bool = False


class Documents(msgspec.Struct, frozen=True):
    """What doc2vec needs to make vectors of texts: ``hidden`` is float32 (words, dimensions), what
    a word is foretold by, ``counts`` (words,) how often each came."""

    hidden: Any
    counts: Any
    inference: Inference


class Subwords(msgspec.Struct, frozen=True):
    """fastText's vectors of n-grams: ``matrix`` is float32 (buckets, dimensions); an n-gram has
    ``least`` to ``most`` letters."""

    matrix: Any
    least: int
    most: int


class Vectors(msgspec.Struct, frozen=True):
    """Word vectors: ``matrix`` is float32 (words, dimensions), row by row those of ``words``, the
    most frequent first; with ``lower`` words are asked for in lower case; ``subwords`` are for
    words that are not among them, ``documents`` for texts."""

    words: list[str]
    matrix: Any
    lower: bool = False
    subwords: Subwords | None = None
    documents: Documents | None = None


class Progress(msgspec.Struct, frozen=True):
    """How far a training is: ``words`` done in ``seconds``, ``share`` (0 to 1) of the whole stage,
    None where nobody knows; ``loss`` is the mean per trained word of late, None before training."""

    stage: str
    words: int
    seconds: float
    share: float | None = None
    loss: float | None = None


class Trained(msgspec.Struct, frozen=True):
    """What a training came to: ``tokens`` of the corpus, the ``words`` kept, the time for all
    epochs, and the mean loss per trained word in the last one, None where gensim does not tell."""

    words: int
    dimensions: int
    tokens: int
    seconds: float
    words_per_second: int
    loss: float | None


class VectorTool(ABC):
    """Vectors made and moved; an adapter that derives from this too has the commands for it."""

    @classmethod
    @abstractmethod
    def train(
        cls,
        corpus: Iterable[list[str]],
        training: Training,
        tick: Callable[[Progress], None],
    ) -> tuple[Vectors, Trained]:
        """Vectors from sentences, which can be gone through again and again.

        InputError for a corpus with nothing to learn from; ``tick`` may be called by any thread.
        """

    @classmethod
    @abstractmethod
    def load(cls, path: Path, kind: Kind | None = None) -> Vectors:
        """The vectors at ``path``, its kind told by its name if not given.

        ModelError where they cannot be read.
        """

    @classmethod
    @abstractmethod
    def is_ours(cls, path: Path) -> bool:
        """Whether the folder at ``path`` is one of vectors that ``save`` writes."""

    @classmethod
    @abstractmethod
    def save(cls, vectors: Vectors, path: Path, kind: Kind, precision: Precision) -> None:
        """Write the vectors at ``path``, where nothing is yet.

        Only a folder keeps ``lower`` and knows a precision other than float32.
        """
