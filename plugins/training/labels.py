"""The training of sentiment: a label a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlptool.errors import InputError
from nlptool.tasks.sentiment import LabelledText, Sentiment

from ..encoders.labels import Labels
from ..local import LOCAL
from .head import Feed, Item

if TYPE_CHECKING:
    import torch

    from .head import Inputs


class LabelHead:
    """Sequence classification; texts are cut at ``max_length`` tokens."""

    def __init__(
        self,
        tokenizer: Any,
        train: Sequence[LabelledText],
        dev: Sequence[LabelledText],
        max_length: int,
    ) -> None:
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.labels = sorted({name for one in train for name in (one.label, *one.probs)})
        if len(self.labels) < 2:
            raise InputError(f"the training data has one label only: {', '.join(self.labels)}")
        strange = {example.label for example in dev} - {*self.labels}
        if strange:
            raise InputError(f"the dev data has a label that training lacks: {min(strange)}")
        self.items = self._items(train)
        self.dev = self._items(dev)

    def _items(self, examples: Sequence[LabelledText]) -> list[Item]:
        if not examples:
            return []
        texts = [example.text for example in examples]
        cut = self.tokenizer(
            texts, truncation=True, max_length=self.max_length, return_token_type_ids=True
        )
        told = [example.probs or {example.label: 1.0} for example in examples]
        targets = [tuple(probs.get(label, 0.0) for label in self.labels) for probs in told]
        return list(map(Item, cut["input_ids"], cut["token_type_ids"], targets))

    def make(self, base: Path, settings: Mapping[str, Any]) -> Any:
        """A classifier with the labels of the training data."""
        from transformers import AutoModelForSequenceClassification

        return AutoModelForSequenceClassification.from_pretrained(
            base,
            **LOCAL,
            num_labels=len(self.labels),
            id2label=dict(enumerate(self.labels)),
            label2id={label: number for number, label in enumerate(self.labels)},
            problem_type="single_label_classification",
            ignore_mismatched_sizes=True,
            **settings,
        )

    def loss(
        self, model: Any, inputs: Inputs, targets: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        """The cross entropy with the targets, which are probabilities."""
        from torch.nn.functional import cross_entropy

        logits = model(**inputs).logits.float()
        return cross_entropy(logits, targets, label_smoothing=smoothing)

    def answer(self, model: Any, feed: Feed) -> list[Sentiment | None]:
        """The likeliest label of each text."""
        labels = Labels(model.name_or_path, {"id2label": dict(enumerate(self.labels))})
        results = [
            labels.result([logits], [1]) for (logits,) in feed.outputs(model, self.dev, "logits")
        ]
        return [result if isinstance(result, Sentiment) else None for result in results]
