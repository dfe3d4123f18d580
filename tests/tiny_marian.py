"""A real Marian model, trained in seconds, that turns a little English into a little Chinese."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from scripts.train.new_marian import Pairs, Shape
from scripts.train.new_marian import make as new

COLOURS = {"red": "红", "green": "绿", "white": "白", "black": "黑"}
ANIMALS = {"dog": "狗", "cat": "猫", "horse": "马", "bird": "鸟"}
VERBS = {"sleeps": "睡觉", "eats": "吃饭", "runs": "跑步", "sings": "唱歌"}
SHAPE = Shape(pieces=60, width=64, encoder=1, decoder=1, symbols=("{name}",), bytes=False)
PLAN = ["--epochs", "50", "--rate", "3e-3", "--dev-share", "0", "--threads", "1"]


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
    untrained = new(pairs, folder.with_name("untrained"), SHAPE)
    data = folder.with_name("pairs.jsonl")
    rows = [json.dumps({"text": text, "translation": found}) for text, found in pairs]
    data.write_text("\n".join(rows), "utf-8")
    words = ["finetune", "translate", data, "--base", untrained, "-o", folder, *PLAN]
    home = {"NLPTOOL_HOME": str(folder.with_name("home"))}
    subprocess.run([sys.executable, "-m", "nlptool", *words], check=True, env=os.environ | home)
    return folder
