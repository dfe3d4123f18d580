"""The training of translate: the tokens of a translation, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlptool.tasks.translate import TranslatedText, Translation

from ..local import LOCAL
from .batches import by_length
from .head import EVALUATION_BATCH, UNTOLD, Feed, Item

if TYPE_CHECKING:
    import torch

    from .head import Inputs

PROPORTION, SLACK = 2, 16
"""A translation of dev has at most so many tokens for one of the text, and some more."""


class TranslationHead:
    """Encoder-decoder models; texts and translations are cut at ``max_length`` tokens."""

    def __init__(
        self,
        tokenizer: Any,
        train: Sequence[TranslatedText],
        dev: Sequence[TranslatedText],
        max_length: int,
    ) -> None:
        self.tokenizer = tokenizer
        self.max_length = max_length
        self.items = self._items(train)
        self.dev = self._items(dev)

    def _items(self, examples: Sequence[TranslatedText]) -> list[Item]:
        if not examples:
            return []
        cut = self.tokenizer(
            [example.text for example in examples],
            text_target=[example.translation for example in examples],
            truncation=True,
            max_length=self.max_length,
        )
        pairs = zip(cut["input_ids"], cut["labels"], strict=True)
        return [Item(source, [0] * len(source), tuple(target)) for source, target in pairs]

    def make(self, base: Path, settings: Mapping[str, Any]) -> Any:
        """The whole model."""
        from transformers import AutoModelForSeq2SeqLM

        model = AutoModelForSeq2SeqLM.from_pretrained(base, **settings, **LOCAL)
        # Sinusoids are computed anew at loading, not saved: what they learned would be lost.
        for name in getattr(model, "_keys_to_ignore_on_save", None) or ():
            model.get_parameter(name).requires_grad_(False)
        padding = model.config.pad_token_id
        if model.config.decoder_start_token_id == padding:
            _hold(model.get_input_embeddings().weight, padding)
        return model

    def loss(
        self, model: Any, inputs: Inputs, targets: torch.Tensor, smoothing: float
    ) -> torch.Tensor:
        """The mean cross entropy of the tokens; the model itself scores no more than one."""
        from .token_loss import token_loss

        scorer = model.get_output_embeddings()
        bias = getattr(model, "final_logits_bias", targets.new_zeros(1, 1).float())
        seen: list[torch.Tensor] = []

        def see(_: Any, states: tuple[torch.Tensor]) -> torch.Tensor:
            seen.append(states[0])
            return states[0][:1, :1]

        with scorer.register_forward_pre_hook(see):
            model(**inputs)
        told = targets != UNTOLD
        return token_loss(seen[0][told], scorer.weight, bias, targets[told], smoothing)

    def answer(self, model: Any, feed: Feed) -> list[Translation | None]:
        """The likeliest token after the likeliest token."""
        import torch

        found: list[Translation | None] = [None] * len(self.dev)
        model.eval()
        with torch.inference_mode():
            for batch in by_length([len(item.ids) for item in self.dev], EVALUATION_BATCH):
                items = [self.dev[index]._replace(target=()) for index in batch]
                longest = PROPORTION * max(len(item.ids) for item in items) + SLACK
                made = model.generate(
                    **feed.inputs(items), num_beams=1, do_sample=False, max_new_tokens=longest
                )
                texts = self.tokenizer.batch_decode(made, skip_special_tokens=True)
                for index, text in zip(batch, texts, strict=True):
                    found[index] = Translation(text)
        return found


def _hold(embeddings: Any, row: int) -> None:
    """Keep a row as it is: Marian starts its decoder from the zeros of the padding, which the
    output that shares the weights would move."""

    def still(gradient: torch.Tensor) -> torch.Tensor:
        gradient = gradient.clone()
        gradient[row] = 0
        return gradient

    embeddings.register_hook(still)
