"""A real Marian model, trained in seconds, that turns a little English into a little Chinese."""

from __future__ import annotations

import random
from pathlib import Path

from scripts.train.translate_tiny import Pairs, train

COLOURS = {"red": "红", "green": "绿", "white": "白", "black": "黑"}
ANIMALS = {"dog": "狗", "cat": "猫", "horse": "马", "bird": "鸟"}
VERBS = {"sleeps": "睡觉", "eats": "吃饭", "runs": "跑步", "sings": "唱歌"}


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
    """The model's folder, as a hub has it."""
    pairs = sentences()
    random.Random(0).shuffle(pairs)
    return train(
        pairs,
        folder,
        pieces=60,
        width=64,
        layers=1,
        steps=200,
        batch=32,
        rate=3e-3,
        threads=1,
        symbols=["{name}"],
    )
