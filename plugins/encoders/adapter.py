"""The adapter for both tasks of an encoder; a library adds how it loads and how it runs."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec

from nlptool.adapter import Adapter, Setup
from nlptool.errors import ModelError, RecordError
from nlptool.tasks.attention import Attention
from nlptool.tasks.base import Text
from nlptool.tasks.embed import Embedding
from nlptool.tasks.qa import Answer, Params, Question
from nlptool.tasks.sentiment import BLANK, Sentiment

from .attention import attention_of
from .labels import Labels
from .spans import best_spans
from .vectors import mean_vector
from .windows import PAIR_LIMIT, Cutter, Window, position_limit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

OUTPUTS = {
    "sentiment": ("logits",),
    "qa": ("start_logits", "end_logits"),
    "embed": ("last_hidden_state",),
}
"""What a model must give for a task."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``max_length``: tokens of a window, where it is to be less than the model can take;
    ``overlap``: how many of them two windows of a context share; ``no_answer``: what ``qa`` takes
    for its parameter of that name where the user gives none."""

    max_length: Annotated[int, msgspec.Meta(ge=16)] | None = None
    overlap: Annotated[int, msgspec.Meta(ge=0)] = 128
    no_answer: float | None = None


class EncoderAdapter(Adapter[Any, Any]):
    """Sentiment by a classifier, question answering by spans."""

    tasks: ClassVar[tuple[str, ...]] = ("sentiment", "qa", "attention", "embed")

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.options = setup.read_options(Options)

    def prepare(self, tokenizer: Any, config: Mapping[str, Any], most: int | None = None) -> None:
        """To be called once loaded, with the config.json and what the tokenizer says is most."""
        usual = PAIR_LIMIT if self.setup.task == "qa" else None
        limits = (position_limit(config), most, self.options.max_length or usual)
        limit = min(limit for limit in limits if limit)
        self.cutter = Cutter(tokenizer, limit, self.options.overlap)
        if self.setup.task == "sentiment":
            self.labels = Labels(self.setup.model, config)

    @abstractmethod
    def forward(self, windows: Sequence[Window]) -> Sequence[Sequence[Floats]]:
        """For each window the outputs of the task, as OUTPUTS names them: ``logits`` (labels,),
        ``start_logits`` and ``end_logits`` (at least the window's tokens,), ``last_hidden_state``
        (tokens, dimensions). For attention the weights of each layer (heads, tokens, tokens), and
        maybe arrays of other shapes."""

    def predict(
        self, batch: Sequence[Any], params: Any
    ) -> Sequence[Sentiment | Answer | Attention | Embedding | RecordError]:
        """As the task has it."""
        if self.setup.task == "attention":
            return [self._attend(record.text, params) for record in batch]
        if self.setup.task == "embed":
            return self._embed(batch)
        return self._label(batch) if self.setup.task == "sentiment" else self._answer(batch, params)

    def _embed(self, batch: Sequence[Text]) -> list[Embedding | RecordError]:
        cuts = self.cutter.text_windows([record.text for record in batch])
        results: list[Embedding | RecordError] = []
        for record, cut, outputs in zip(batch, cuts, self._outputs(cuts), strict=True):
            if not record.text.strip():
                results.append(RecordError("an empty text"))
            elif isinstance(cut, RecordError):
                results.append(cut)
            else:
                results.append(mean_vector(cut, [states for (states,) in outputs]))
        return results

    def _attend(self, text: str, params: Any) -> Attention | RecordError:
        (cut,) = self.cutter.text_windows([text])
        if isinstance(cut, RecordError):
            return cut
        if len(cut) > 1:
            return RecordError(
                f"the text is too long: a model sees at most {self.cutter.limit} tokens at once"
            )
        (window,) = cut
        (outputs,) = self.forward(cut)
        count = len(window.ids)
        layers = [each for each in outputs if each.ndim == 3 and each.shape[1:] == (count, count)]
        if not layers:
            raise ModelError(f"model {self.setup.model} gives no attention weights")
        own = range(window.first, window.first + window.length)
        special = [place for place in range(count) if place not in own]
        tokens = [self.cutter.tokenizer.id_to_token(number) for number in window.ids]
        return attention_of(tokens, special, layers, params)

    def _label(self, batch: Sequence[Text]) -> list[Sentiment | RecordError]:
        texts = [record.text for record in batch]
        cuts = self.cutter.text_windows(texts)
        results: list[Sentiment | RecordError] = []
        for text, cut, outputs in zip(texts, cuts, self._outputs(cuts), strict=True):
            if not text.strip():
                results.append(BLANK)
            elif isinstance(cut, RecordError):
                results.append(cut)
            else:
                weights = [window.length for window in cut]
                results.append(self.labels.result([logits for (logits,) in outputs], weights))
        return results

    def _answer(self, batch: Sequence[Question], params: Params) -> list[Answer | RecordError]:
        if params.no_answer is None:
            params = msgspec.structs.replace(params, no_answer=self.options.no_answer)
        cuts = [self.cutter.pair_windows(record.question, record.context) for record in batch]
        results: list[Answer | RecordError] = []
        for record, cut, outputs in zip(batch, cuts, self._outputs(cuts), strict=True):
            if isinstance(cut, RecordError):
                results.append(cut)
                continue
            windows = [
                (window, starts, ends) for window, (starts, ends) in zip(cut, outputs, strict=True)
            ]
            tokens = self.cutter.tokens_of(record.context)
            found = best_spans(record.context, tokens, windows, params)
            if isinstance(found, RecordError):
                results.append(found)
            else:
                results.append(Answer.of(found, params))
        return results

    def _outputs(
        self, cuts: Sequence[list[Window] | RecordError]
    ) -> Iterator[list[Sequence[Floats]]]:
        """For each record the outputs of its windows, none where it has none."""
        counts = [0 if isinstance(cut, RecordError) else len(cut) for cut in cuts]
        windows = [w for cut in cuts if not isinstance(cut, RecordError) for w in cut]
        outputs = iter(self.forward(windows))
        for count in counts:
            yield list(islice(outputs, count))
