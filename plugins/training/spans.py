"""The training of qa: where in a context the answer starts and ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nlptool.errors import RecordError
from nlptool.tasks.qa import AnsweredQuestion, Params, Span

from ..encoders.spans import best_spans
from ..encoders.windows import Cutter, Tokens, Window
from ..local import LOCAL
from .head import Feed, Item

if TYPE_CHECKING:
    import torch

    from .head import Floats, Inputs

NOWHERE = (0, 0)
"""The first token stands for "not in this window"."""
ANY_ANSWER, NO_ANSWER = Params(), Params(no_answer=0.0)


class Cut(NamedTuple):
    """An example in windows; none where it cannot be asked."""

    example: AnsweredQuestion
    tokens: Tokens
    windows: list[Window]


class SpanHead:
    """Windows of ``max_length`` tokens, as the adapters cut them; windows that do not hold the
    answer are trained to say so."""

    def __init__(
        self,
        tokenizer: Any,
        train: Sequence[AnsweredQuestion],
        dev: Sequence[AnsweredQuestion],
        max_length: int,
    ) -> None:
        plain = tokenizer.backend_tokenizer
        plain.no_truncation()
        plain.no_padding()
        plain.encode_special_tokens = True
        self.cutter = Cutter(plain, max_length, max_length // 3)
        self.items = [item for example in train for item in items(self._cut(example))]
        self.dev = [self._cut(example) for example in dev]
        self.params = ANY_ANSWER if all(example.answers for example in dev) else NO_ANSWER

    def _cut(self, example: AnsweredQuestion) -> Cut:
        tokens = self.cutter.tokens_of(example.context)
        windows = self.cutter.pair_windows(example.question, example.context)
        return Cut(example, tokens, [] if isinstance(windows, RecordError) else windows)

    def make(self, base: Path, settings: Mapping[str, Any]) -> Any:
        """A model with a start and an end."""
        from transformers import AutoModelForQuestionAnswering

        return AutoModelForQuestionAnswering.from_pretrained(base, **settings, **LOCAL)

    def loss(
        self, model: Any, inputs: Inputs, targets: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        """The mean of the cross entropies of start and end."""
        from torch.nn.functional import cross_entropy

        output = model(**inputs)
        starts, ends = output.start_logits.float(), output.end_logits.float()
        return (
            cross_entropy(starts, targets[:, 0], label_smoothing=smoothing)
            + cross_entropy(ends, targets[:, 1], label_smoothing=smoothing)
        ) / 2

    def answer(self, model: Any, feed: Feed) -> list[Span | None]:
        """The best answer to each question; "no answer" is one where some question has none."""
        windows = [Item(w.ids, w.types, NOWHERE) for cut in self.dev for w in cut.windows]
        logits = iter(feed.outputs(model, windows, "start_logits", "end_logits"))
        return [self._best(cut, [next(logits) for _ in cut.windows]) for cut in self.dev]

    def _best(self, cut: Cut, logits: Sequence[Sequence[Floats]]) -> Span | None:
        if not cut.windows:
            return None
        scored = [
            (window, starts, ends)
            for window, (starts, ends) in zip(cut.windows, logits, strict=True)
        ]
        spans = best_spans(cut.example.context, cut.tokens, scored, self.params)
        return None if isinstance(spans, RecordError) else spans[0]


def items(cut: Cut) -> list[Item]:
    """The windows with the first and the last token of the answer that most people gave."""
    span = None
    if cut.example.answers:
        given = zip(cut.example.answers, cut.example.starts, strict=True)
        (text, start), _ = Counter(given).most_common(1)[0]
        span = token_span(cut.tokens.offsets, start, start + len(text))
    return [Item(w.ids, w.types, place_in(w, span)) for w in cut.windows]


def token_span(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """The first and the last token of characters ``start`` to ``end``; None where none is."""
    inside = [i for i, (first, last) in enumerate(offsets) if first < end and last > start]
    return (inside[0], inside[-1]) if inside else None


def place_in(window: Window, span: tuple[int, int] | None) -> tuple[int, int]:
    """Where a span of the context's tokens stands in a window; NOWHERE where it does not."""
    if span is None or span[0] < window.token or span[1] >= window.token + window.length:
        return NOWHERE
    shift = window.first - window.token
    return span[0] + shift, span[1] + shift
