"""Fine-tuning of transformers' models for sentiment, qa and translate, by torch; LoRA by peft."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import ModelError, NlptoolError, one_line
from nlptool.plugins.trainer import Metrics, Plan, Score, Tick, Trainer

from ..local import LOCAL
from ..torchvision_schema import make_importable

KINDS = {"sentiment": "SEQ_CLS", "qa": "QUESTION_ANS", "translate": "SEQ_2_SEQ_LM"}
"""What peft calls the tasks."""
HIDDEN = ("hidden_dropout_prob", "dropout", "seq_classif_dropout", "qa_dropout")
ATTENTION = ("attention_probs_dropout_prob", "attention_dropout")
"""What configurations call their dropouts."""


class TransformersTrainer(Trainer):
    """Trains what transformers loads for sequence classification, question answering, or as an
    encoder and a decoder."""

    tasks = ("sentiment", "qa", "translate")
    needs = {
        "torch": "nlptool[finetune]",
        "transformers": "nlptool[finetune]",
        "peft": "nlptool[finetune]",
        "matplotlib": "nlptool[finetune]",
    }

    def train(
        self,
        base: Path,
        output: Path,
        plan: Plan,
        *,
        train: Sequence[Any],
        dev: Sequence[Any],
        score: Score,
        tick: Tick,
    ) -> Metrics:
        """Train; see the contract."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        make_importable()
        import transformers

        from . import checkpoint
        from .attention import use_products
        from .curves import draw
        from .head import Feed
        from .loop import Loop

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        if plan.threads:
            torch.set_num_threads(plan.threads)
        torch.manual_seed(plan.seed)
        try:
            config = transformers.AutoConfig.from_pretrained(base, **LOCAL)
            tokenizer = transformers.AutoTokenizer.from_pretrained(base, **LOCAL)
            head = _head(plan, tokenizer, train, dev)
            model = head.make(base, _dropouts(config, plan.dropout))
        except NlptoolError:
            raise
        except Exception as error:  # safetensors' own, among others
            raise ModelError(f"{base} cannot be trained: {one_line(error)}") from error
        if plan.device == "cpu" and plan.precision == "bfloat16":
            use_products(model)
        model = _with_lora(model, plan).to(plan.device)
        start = getattr(config, "decoder_start_token_id", None)
        feed = Feed(tokenizer.model_input_names, tokenizer.pad_token_id, plan.device, start)
        identity = _identity(base, plan, train, dev)
        loop = Loop(model, head, feed, plan, folder=output, identity=identity)
        metrics = loop.run(tick, score if dev else None)
        model = model.merge_and_unload() if plan.lora else model
        model.save_pretrained(output)
        tokenizer.save_pretrained(output)
        draw(loop.history, loop.metric, output / "curves.png")
        checkpoint.remove(output)
        return metrics


def _head(plan: Plan, tokenizer: Any, train: Sequence[Any], dev: Sequence[Any]) -> Any:
    if plan.task == "sentiment":
        from .labels import LabelHead

        return LabelHead(tokenizer, train, dev, plan.max_length)
    if plan.task == "translate":
        from .translations import TranslationHead

        return TranslationHead(tokenizer, train, dev, plan.max_length)
    from .spans import SpanHead

    return SpanHead(tokenizer, train, dev, plan.max_length)


def _dropouts(config: Any, dropout: float) -> dict[str, float]:
    """Settings for the dropouts that a configuration has.

    Attention has none: with it, torch leaves its fused kernel, which takes twice the time on a CPU.
    """
    there = config.to_dict()
    hidden = {name: dropout for name in HIDDEN if name in there}
    return {**hidden, **{name: 0.0 for name in ATTENTION if name in there}}


def _with_lora(model: Any, plan: Plan) -> Any:
    """The model with adapters of rank ``plan.lora`` at every linear layer, its head trained too."""
    if not plan.lora:
        return model
    from peft import LoraConfig, TaskType, get_peft_model

    config = LoraConfig(
        task_type=TaskType[KINDS[plan.task]],
        r=plan.lora,
        lora_alpha=2 * plan.lora,
        lora_dropout=plan.dropout,
        target_modules="all-linear",
    )
    return get_peft_model(model, config)


def _identity(base: Path, plan: Plan, train: Sequence[Any], dev: Sequence[Any]) -> str:
    """What must be the same for a run to go on."""
    whole = msgspec.json.encode([str(base.resolve()), plan, train, dev])
    return hashlib.sha256(whole).hexdigest()
