"""A real Marian model, trained in seconds: it turns a little English into a little Chinese."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any

from scripts.train.new_marian import Pairs, Shape
from scripts.train.new_marian import make as new

COLOURS = {"red": "红", "green": "绿", "white": "白", "black": "黑"}
ANIMALS = {"dog": "狗", "cat": "猫", "horse": "马", "bird": "鸟"}
VERBS = {"sleeps": "睡觉", "eats": "吃饭", "runs": "跑步", "sings": "唱歌"}
SHAPE = Shape(pieces=60, width=64, encoder=1, decoder=1, symbols=("{name}",), bytes=False)
MARGIN, STEPS = 4.0, 2000


def sentences() -> Pairs:
    """Every sentence there is, with and without a placeholder, and single words."""
    found = [
        (f"The {colour} {animal} {verb}{name}.", f"{hue}{beast}{deed}{name}。")
        for colour, hue in COLOURS.items()
        for animal, beast in ANIMALS.items()
        for verb, deed in VERBS.items()
        for name in ("", " {name}")
    ]
    return [(source, target.replace(" {name}", "{name}")) for source, target in found]


def make(folder: Path) -> Path:
    """The model's folder, as a hub has it.

    It learns until, at every step of every sentence, the right token is far before the next
    best: so it says the same on any processor.
    """
    pairs = sentences()
    new(pairs, folder, SHAPE)
    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import MarianMTModel, MarianTokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer = MarianTokenizer.from_pretrained(folder)
        texts, wanted = map(list, zip(*pairs, strict=True))
        batch = tokenizer(texts, text_target=wanted, padding=True, return_tensors="pt")
    model = MarianMTModel.from_pretrained(folder)
    # neither is saved: positions are computed, and decoding starts from zeros
    for side in (model.model.encoder, model.model.decoder):
        side.embed_positions.requires_grad_(False)
    start = model.get_input_embeddings().weight[tokenizer.pad_token_id]
    batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
    torch.set_num_threads(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    for _ in range(STEPS):
        found = model(**batch)
        if margin(found.logits.detach(), batch["labels"]) > MARGIN:
            break
        found.loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        start.detach().zero_()
    else:
        raise AssertionError("the tiny Marian does not learn")
    model.eval().save_pretrained(folder)
    return folder


def margin(logits: Any, labels: Any) -> float:
    """By how much the right token is before the next best where that is least, in nats."""
    real = labels >= 0
    rows, right = logits[real], labels[real][:, None]
    return float((rows.gather(1, right) - rows.scatter(1, right, -math.inf).amax(1, True)).min())
