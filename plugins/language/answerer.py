"""What answers one task by a language model."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

import msgspec

from nlptool.adapter import Setup
from nlptool.errors import RecordError

from .model import LanguageModel, Tokens, check


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Options of a model. ``prompt`` is what it is given, with the record's fields in braces, for
    every task but generate, next and score; ``stop`` are texts that end an answer; ``choices``,
    for sentiment, what is said for each label; ``beam`` is how many hypotheses are followed;
    ``unlikely`` the mean log-probability of a token below which a translation is flagged, and
    ``retry_unlikely`` whether it is tried again for that alone. ``chat`` is the template of a turn,
    with ``{system}`` and ``{text}``, where the model's tokens do not tell it, and ``system`` what
    it is told where the user says nothing. ``file`` is the GGUF file where there are several.
    """

    prompt: str = ""
    stop: tuple[str, ...] = ()
    choices: dict[str, Annotated[str, msgspec.Meta(min_length=1)]] = {}
    beam: Annotated[int, msgspec.Meta(ge=1)] = 1
    file: str = ""
    unlikely: float | None = None
    retry_unlikely: bool = True
    chat: str = ""
    system: str = ""


class Answerer(ABC):
    """Answers the records of a task; ``model`` is there before the first one."""

    model: LanguageModel

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.options = setup.read_options(Options)

    def check(self, params: Any) -> None:  # noqa: B027
        """UsageError for what cannot be done; by default all can."""

    @abstractmethod
    def predict(self, batch: Sequence[Any], params: Any) -> Sequence[Any | RecordError]:
        """A result or RecordError a record."""

    def stream(self, item: Any, params: Any) -> Iterator[Any]:
        """The parts of a result."""
        (result,) = self.predict([item], params)
        if isinstance(result, RecordError):
            raise result
        yield result


def each(
    prompts: Sequence[Tokens], context: int, more: int, work: Callable[[list[Tokens]], list[Any]]
) -> list[Any | RecordError]:
    """What ``work`` makes of the prompts that the model can see, errors for the others."""
    answers: list[Any] = []
    for prompt in prompts:
        try:
            check(prompt, context, more)
            answers.append(None)
        except RecordError as error:
            answers.append(error)
    good = [prompt for prompt, answer in zip(prompts, answers, strict=True) if answer is None]
    found = iter(work(good) if good else [])
    return [next(found) if answer is None else answer for answer in answers]
