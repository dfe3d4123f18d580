"""Real models, tiny and trained in seconds: sentiment by good and bad words, qa for who and where.

Their folders are as transformers saves them, or in the ONNX form of the onnx adapter.
"""

from __future__ import annotations

import random
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

GOOD = ["good", "great", "lovely", "kind", "quick", "warm", "fair", "bright"]
BAD = ["bad", "awful", "broken", "rude", "slow", "cold", "unfair", "wrong"]
FILLER = [
    "the",
    "a",
    "item",
    "letter",
    "service",
    "it",
    "was",
    "is",
    "and",
    "with",
    "about",
    "very",
    "today",
    "house",
    "green",
    "we",
    "in",
]
FIRST = ["peter", "mary", "john", "anna", "paul", "rosa"]
LAST = ["smith", "jones", "baker", "cook", "miller", "fox"]
PLACES = ["paris", "london", "rome", "oslo", "vienna", "madrid"]
LIMIT = 64
LABELS = {0: "negative", 1: "positive"}


def tokenizer() -> Any:
    """A WordPiece tokenizer as BERT's, of the words above and single letters."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordPiece
    from tokenizers.normalizers import BertNormalizer
    from tokenizers.pre_tokenizers import BertPreTokenizer
    from tokenizers.processors import TemplateProcessing

    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *".,!?*", "who", "where", "好", "坏", "在", "谁"]
    words += [*GOOD, *BAD, *FILLER, *FIRST, *LAST, *PLACES]
    words += [letter for letter in letters if letter not in words]
    words += [f"##{letter}" for letter in letters]
    found = Tokenizer(WordPiece({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    found.normalizer = BertNormalizer(lowercase=True)
    found.pre_tokenizer = BertPreTokenizer()
    ends = [("[CLS]", 2), ("[SEP]", 3)]
    found.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    return found


def texts(noise: random.Random, count: int) -> Iterator[tuple[str, int]]:
    """Texts of fillers and a word or two that tell the label."""
    for _ in range(count):
        label = noise.randrange(2)
        words = noise.choices(FILLER, k=noise.randrange(1, 50))
        words += noise.choices((BAD, GOOD)[label], k=noise.randrange(1, 4))
        noise.shuffle(words)
        yield " ".join(words), label


def questions(noise: random.Random, count: int) -> Iterator[tuple[str, str, str]]:
    """Questions, contexts, and answers: two words, one, or none."""
    for _ in range(count):
        name = f"{noise.choice(FIRST)} {noise.choice(LAST)}"
        place = noise.choice(PLACES)
        parts = noise.choices(FILLER, k=noise.randrange(4, 48))
        parts += [part for part in (name, place) if noise.random() < 0.8]
        noise.shuffle(parts)
        question, answer = noise.choice([("who ?", name), ("where ?", place)])
        yield question, " ".join(parts), answer if answer in parts else ""


def train(task: str, folder: Path, **changes: Any) -> Path:
    """A BERT of two layers for the task, saved by transformers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _train(task, folder, changes)


def _train(task: str, folder: Path, changes: dict[str, Any]) -> Path:
    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import (
        BertConfig,
        BertForQuestionAnswering,
        BertForSequenceClassification,
        PreTrainedTokenizerFast,
        logging,
    )

    logging.disable_progress_bar()
    torch.manual_seed(0)
    torch.set_num_threads(1)
    noise = random.Random(0)
    tokens = tokenizer()
    config = BertConfig(
        vocab_size=tokens.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=LIMIT,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
    )
    if task == "sentiment":
        config.id2label, config.label2id = LABELS, {name: n for n, name in LABELS.items()}
    for name, value in changes.items():
        setattr(config, name, value)
    kind = BertForSequenceClassification if task == "sentiment" else BertForQuestionAnswering
    model = kind(config)
    if not changes:
        optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
        for _ in range(60 if task == "sentiment" else 300):
            batch = _label_batch if task == "sentiment" else _span_batch
            loss = model(**batch(noise, tokens)).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    model.eval().save_pretrained(folder)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer(),
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=LIMIT,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    fast.save_pretrained(folder)
    return folder


def _inputs(encodings: list[Any]) -> dict[str, Any]:
    import torch

    return {
        "input_ids": torch.tensor([encoding.ids for encoding in encodings]),
        "attention_mask": torch.tensor([encoding.attention_mask for encoding in encodings]),
        "token_type_ids": torch.tensor([encoding.type_ids for encoding in encodings]),
    }


def _label_batch(noise: random.Random, tokens: Any) -> dict[str, Any]:
    import torch

    rows = list(texts(noise, 32))
    tokens.enable_padding()
    tokens.enable_truncation(LIMIT)
    encodings = tokens.encode_batch([text for text, _ in rows])
    return {**_inputs(encodings), "labels": torch.tensor([label for _, label in rows])}


def _span_batch(noise: random.Random, tokens: Any) -> dict[str, Any]:
    import torch

    rows = list(questions(noise, 48))
    tokens.enable_padding()
    encodings = tokens.encode_batch([(question, context) for question, context, _ in rows])
    starts, ends = [], []
    for (_, context, answer), encoding in zip(rows, encodings, strict=True):
        start = context.find(answer)
        starts.append(encoding.char_to_token(start, 1) if answer else 0)
        ends.append(encoding.char_to_token(start + len(answer) - 1, 1) if answer else 0)
    places = {"start_positions": torch.tensor(starts), "end_positions": torch.tensor(ends)}
    return {**_inputs(encodings), **places}


def export(folder: Path, target: Path, task: str) -> Path:
    """The model of a folder in the form of the onnx adapter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _export(folder, target, task)


def _export(folder: Path, target: Path, task: str) -> Path:
    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import AutoModelForQuestionAnswering, AutoModelForSequenceClassification

    auto = AutoModelForSequenceClassification
    outputs, free = ["logits"], {0: "batch"}
    if task == "qa":
        auto = AutoModelForQuestionAnswering
        outputs, free = ["start_logits", "end_logits"], {0: "batch", 1: "sequence"}
    model = auto.from_pretrained(folder, attn_implementation="eager").eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]

    class Flat(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *given: Any) -> tuple[Any, ...]:
            found = self.model(**dict(zip(names, given, strict=True)))
            return tuple(found[name] for name in outputs)

    target.mkdir()
    torch.onnx.export(
        Flat(),
        tuple(torch.ones(2, 8, dtype=torch.long) for _ in names),
        str(target / "model.onnx"),
        input_names=names,
        output_names=outputs,
        dynamic_axes={name: {0: "batch", 1: "sequence"} for name in names}
        | dict.fromkeys(outputs, free),
        opset_version=17,
        dynamo=False,
    )
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(folder / name, target)
    return target
