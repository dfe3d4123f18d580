"""How fast sentiment is: transformers' pipeline, our two adapters, raw onnxruntime, the CLI.

    python scripts/bench/sentiment.py TRANSFORMERS_FOLDER ONNX_FOLDER SENTENCES

The two folders hold the same model. SENTENCES is a text file; neighbours are joined at random
(seed 0) so that lengths are mixed as in real text. Every contender answers all sentences, several
rounds in turn; the table has the best round of each, loading left out. The command line is timed as
whole processes, beside a raw onnxruntime process doing the same.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from timing import report, rounds, seconds

RAW = """
import json, sys
import numpy, onnxruntime, tokenizers
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
config = json.load(open(sys.argv[1] + "/config.json", encoding="utf-8"))
tokenizer.enable_truncation(config["max_position_embeddings"])
session = onnxruntime.InferenceSession(sys.argv[1] + "/model.onnx")
names = {given.name for given in session.get_inputs()}

def answer(texts):
    tokenizer.enable_padding()
    for start in range(0, len(texts), 32):
        found = tokenizer.encode_batch(texts[start : start + 32])
        fed = {
            "input_ids": numpy.array([one.ids for one in found]),
            "attention_mask": numpy.array([one.attention_mask for one in found]),
            "token_type_ids": numpy.array([one.type_ids for one in found]),
        }
        yield session.run(["logits"], {name: fed[name] for name in names})[0]
"""
RAW_PROCESS = (
    RAW
    + """
texts = open(sys.argv[2], encoding="utf-8").read().splitlines()
for logits in answer(texts):
    for row in logits:
        print(row.argmax(), row.max())
"""
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("transformers", type=Path)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("sentences", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--cli-count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    texts = mixed(given.sentences, given.count)
    contenders: dict[str, Callable[[], object]] = {
        "transformers pipeline, batch 1": pipeline(given.transformers, texts, 1),
        "transformers pipeline, batch 32": pipeline(given.transformers, texts, 32),
        "nlptool, transformers": adapter(given.transformers, texts),
        "nlptool, onnx": adapter(given.onnx, texts),
        "raw onnxruntime, batch 32": raw(given.onnx, texts),
    }
    report(rounds(contenders, given.rounds), len(texts), "sentences")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sentences.txt"
        file.write_text("\n".join(mixed(given.sentences, given.cli_count)), encoding="utf-8")
        processes: dict[str, Callable[[], object]] = {
            "raw onnxruntime, a process": process("-c", RAW_PROCESS, given.onnx, file),
            "nlptool sentiment, a process": cli("-m", given.onnx, "-i", file),
        }
        report(rounds(processes, given.rounds), given.cli_count, "sentences")
    cold = seconds(cli("They sent me the wrong item.", "-m", given.onnx), 5)
    print(f"first answer of a cold nlptool sentiment: {cold:.2f} s (median of 5)")


def mixed(file: Path, count: int) -> list[str]:
    """So many texts of one to eight sentences."""
    noise = random.Random(0)
    lines = file.read_text(encoding="utf-8").splitlines()
    return [
        " ".join(noise.choices(lines, k=noise.choice([1, 1, 1, 2, 4, 8]))) for _ in range(count)
    ]


def pipeline(folder: Path, texts: list[str], batch: int) -> Callable[[], object]:
    """transformers' own text classification."""
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    import transformers

    made = transformers.pipeline("text-classification", model=str(folder), device="cpu")
    return lambda: made(texts, batch_size=batch, truncation=True)


def adapter(folder: Path, texts: list[str]) -> Callable[[], object]:
    """Our adapter of a folder, batched by the pipeline."""
    from nlptool.models.pool import Pool
    from nlptool.models.resolver import Choice, Resolver
    from nlptool.pipeline.batching import Answerer
    from nlptool.tasks.base import Text
    from nlptool.tasks.sentiment import SENTIMENT

    pool = Pool(Resolver(SENTIMENT, Choice(str(folder), "cpu")))
    pool.adapter(str(folder))
    answerer = Answerer(SENTIMENT, SENTIMENT.params(), pool)
    items = [Text(text) for text in texts]
    return lambda: list(answerer.answer(items))


def raw(folder: Path, texts: list[str]) -> Callable[[], object]:
    """onnxruntime and tokenizers with nothing about them."""
    space: dict[str, Any] = {}
    arguments, sys.argv = sys.argv, ["raw", str(folder)]
    exec(RAW, space)  # noqa: S102
    sys.argv = arguments
    return lambda: list(space["answer"](texts))


def process(*words: object) -> Callable[[], object]:
    """A Python process, its output thrown away."""
    command = [sys.executable, *map(str, words)]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def cli(*words: object) -> Callable[[], object]:
    """A process of nlptool sentiment."""
    return process("-m", "nlptool", "sentiment", *words)


if __name__ == "__main__":
    main()
