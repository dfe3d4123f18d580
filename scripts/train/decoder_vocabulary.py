"""A decoder's tokenizer with fewer tokens: those that texts of two languages need.

    python scripts/train/decoder_vocabulary.py GGUF PAIRS.tsv.xz OUT.json.xz

Of byte-level BPE (Qwen's). A token is kept that the pairs have at least twice, that is a byte, a
word of one or two Han characters or an early one of Latin letters, that ends or begins an answer,
or that a kept one is merged of. Any text can still be written.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
from pathlib import Path
from typing import Any

import numpy as np
from nlptool_plugins.decoder.tokenizer import tokenizer_of
from tokenizers import Tokenizer

from nlptool.gguf import read

LINES = 200_000
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
HAN = re.compile("[\u4e00-\u9fff]{1,2}")
WORD, EARLY = re.compile(" ?[A-Z]?[a-z]+"), 60_000


def main() -> None:
    """Write the tokenizer, and tell how many tokens it has."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("gguf", "pairs", "out"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    tokenizer = tokenizer_of(read(given.gguf))
    counts = np.zeros(tokenizer.get_vocab_size(), np.int64)
    with lzma.open(given.pairs, "rt", encoding="utf-8") as lines:
        some = [line for line, _ in zip(lines, range(LINES), strict=False)]
    for text in tokenizer.encode_batch_fast(some, add_special_tokens=False):
        np.add.at(counts, text.ids, 1)
    fewer = json.loads(tokenizer.to_str())
    wanted = {token for token in fewer["model"]["vocab"] if len(token) == 1}
    for token, number in fewer["model"]["vocab"].items():
        text = tokenizer.decode([number])
        early = number < EARLY and WORD.fullmatch(text)
        if counts[number] > 1 or HAN.fullmatch(text) or early:
            wanted.add(token)
    prune(fewer, wanted)
    text = json.dumps(fewer, ensure_ascii=False)
    Tokenizer.from_str(text)
    given.out.write_bytes(lzma.compress(text.encode(), preset=9))
    print(len(fewer["model"]["vocab"]), "of", len(counts), "tokens")


def prune(tokenizer: dict[str, Any], wanted: set[str]) -> None:
    """Leave the wanted tokens and those that they are merged of, in their order, numbered anew."""
    model = tokenizer["model"]
    merges = [tuple(merge) for merge in model["merges"]]
    made_of = {left + right: (left, right) for left, right in reversed(merges)}
    added = [each for each in tokenizer["added_tokens"] if each["content"] in SPECIAL]
    others = {each["content"] for each in tokenizer["added_tokens"]}
    kept, waiting = {each["content"] for each in added}, list(wanted - others)
    while waiting:
        token = waiting.pop()
        if token not in kept:
            kept.add(token)
            waiting.extend(made_of.get(token, ()))
    order = sorted(kept, key=lambda token: model["vocab"][token])
    numbers = {token: number for number, token in enumerate(order)}
    model["vocab"] = numbers
    model["merges"] = [
        [left, right] for left, right in merges if {left, right, left + right} <= kept
    ]
    tokenizer["added_tokens"] = [each | {"id": numbers[each["content"]]} for each in added]


if __name__ == "__main__":
    main()
