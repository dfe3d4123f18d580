"""The adapter for all tasks of a language model; a library adds how it is loaded and how it runs.

Each task has an Answerer, which knows what the task asks and nothing of the library.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from msgspec.structs import replace

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import RecordError

from .answerer import Answerer
from .classify import Choosing, Classifying
from .generate import Generating
from .model import LanguageModel
from .next import Foretelling
from .read import Answering, Extracting
from .score import Scoring
from .translate import Translating

ANSWERERS: dict[str, type[Answerer]] = {
    "classify": Classifying,
    "extract": Extracting,
    "generate": Generating,
    "next": Foretelling,
    "qa": Answering,
    "score": Scoring,
    "sentiment": Choosing,
    "translate": Translating,
}


LARGE = 600_000_000
"""Bytes of a model that answers some records a second, and no more."""


class LanguageAdapter(Adapter[Any, Any]):
    """What the tasks of language models share."""

    tasks: ClassVar[tuple[str, ...]] = tuple(ANSWERERS)
    usual = "generate"
    backends = ("cpu", "cuda")
    batching = Batching(count=128, window=512)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.answerer = ANSWERERS[setup.task](setup)
        self.answerer.model = self.load()

    @abstractmethod
    def load(self) -> LanguageModel:
        """The model of the setup."""

    @classmethod
    def batching_of(cls, size: int) -> Batching:
        """Of a large model few records are sorted together: what is answered is seen and kept when
        all of them are, which takes minutes as it is."""
        return replace(cls.batching, window=64) if size > LARGE else cls.batching

    def check(self, params: Any) -> None:
        """UsageError for what the task or this model cannot do."""
        self.answerer.check(params)

    def predict(self, batch: Sequence[Any], params: Any) -> Sequence[Any | RecordError]:
        """As the task has it."""
        return self.answerer.predict(batch, params)

    def stream(self, item: Any, params: Any) -> Iterator[Any]:
        """A text as it is said; other results whole."""
        return self.answerer.stream(item, params)
