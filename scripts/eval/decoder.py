"""What a language model on CTranslate2 says comes next, against transformers on the same weights.

    python scripts/eval/decoder.py [--model smollm2-135m] [--prompts 50]

Prints the largest difference of a token's probability over the prompts, the mean of each prompt's
largest, and how often the likeliest token is the same: for weights of 16 bits computed in float32
(as next and score run small models; large ones have no such backend), for int8 weights computed in
float32, and for int8 weights and activations (as generate runs).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from common import machine
from language import BEGINNINGS, ENDS, Torch, gguf_of
from nlptool_plugins.language.choosing import probabilities

import nlptool
from nlptool.config.registry import load

MORE = (" the", " a", " his old")
WAYS = {
    "float32": ("next", "cpu-float32", "default"),
    "int8 weights": ("generate", "cpu", "float32"),
    "int8 weights and activations": ("generate", "cpu", "default"),
}
"""A task, a backend, and what CTranslate2 computes in."""


def main() -> None:
    """Print the differences."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--prompts", type=int, default=50)
    given = parser.parse_args()
    print(machine(), given.model, sep=", ")
    words = [f"{b}{e}{m}" for m in ("", *MORE) for e in ENDS for b in BEGINNINGS]
    prompts = words[: given.prompts]
    torch = Torch(gguf_of(given.model))
    expected = []
    with torch.torch.inference_mode():
        for prompt in prompts:
            ids = torch.tokenizer(prompt, return_tensors="pt").input_ids
            logits = torch.model(ids).logits[0, -1].double().numpy()
            expected.append(probabilities(logits))
    there = load().model(given.model).backends
    for name, (task, backend, computed) in WAYS.items():
        if backend not in there:
            continue
        with nlptool.open_model(task, given.model, backend=backend) as opened:
            model = opened.pool.adapter(given.model).answerer.model  # type: ignore[attr-defined]
            if computed != "default":
                model.loading["compute_type"] = computed
            found = [
                probabilities(logits[: len(truth)])
                for logits, truth in zip(
                    model.next([model.encode(prompt) for prompt in prompts]), expected, strict=True
                )
            ]
        largest = [np.abs(a - b).max() for a, b in zip(found, expected, strict=True)]
        same = np.mean([a.argmax() == b.argmax() for a, b in zip(found, expected, strict=True)])
        print(
            f"{name}: largest difference of a probability {max(largest):.4f}, on average "
            f"{np.mean(largest):.4f}; the likeliest token is the same in {100 * same:.0f} %"
        )


if __name__ == "__main__":
    main()
