"""How fast sentiment-zh is: our command on both engines, and the engines with nothing about them.

    python scripts/bench/sentiment_zh.py REVIEWS.csv... [--count 10000] [--rounds 1]

REVIEWS have a column ``text``. Every contender is a whole process that answers all reviews, each
review once; the raw ones read the text, tokenize, run batches of 32 of like lengths on two threads
(paddle.inference) or one review at a time on one (onnxruntime), and print label and probability.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

from common import NLPTOOL, machine
from timing import report, rounds

START = """
import json, os, sys
from concurrent.futures import ThreadPoolExecutor
import numpy, tokenizers
folder, file = sys.argv[1:]
texts = open(file, encoding="utf-8").read().splitlines()
tokenizer = tokenizers.Tokenizer.from_file(folder + "/tokenizer.json")
tokenizer.enable_truncation(json.load(open(folder + "/config.json"))["max_position_embeddings"])
ids = [one.ids for one in tokenizer.encode_batch(texts)]
logits = numpy.zeros((len(ids), 2))
"""
END = """
for row in 1 / (1 + numpy.exp(logits[:, ::-1] - logits)):
    print(("negative", "positive")[row.argmax()], row.max())
"""
ONNX = """
import onnxruntime
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(folder + "/model.onnx", options)
def answer(number):
    fed = numpy.array([ids[number]])
    mask = numpy.ones_like(fed)
    logits[number] = session.run(None, {"input_ids": fed, "attention_mask": mask})[0]
with ThreadPoolExecutor(os.cpu_count()) as pool:
    list(pool.map(answer, range(len(ids))))
"""
PADDLE = """
from paddle import inference
config = inference.Config(folder + "/inference.json", folder + "/inference.pdiparams")
config.disable_gpu()
config.enable_mkldnn()
config.set_cpu_math_library_num_threads(os.cpu_count())
predictor = inference.create_predictor(config)
order = sorted(range(len(ids)), key=lambda number: len(ids[number]))
for start in range(0, len(ids), 32):
    batch = order[start : start + 32]
    fed = numpy.zeros((len(batch), len(ids[batch[-1]])), numpy.int64)
    mask = numpy.zeros_like(fed)
    for place, number in enumerate(batch):
        fed[place, : len(ids[number])] = ids[number]
        mask[place, : len(ids[number])] = 1
    predictor.get_input_handle("input_ids").copy_from_cpu(fed)
    predictor.get_input_handle("attention_mask").copy_from_cpu(mask)
    predictor.run()
    output = predictor.get_output_handle(predictor.get_output_names()[0])
    logits[batch] = output.copy_to_cpu()
"""
WEIGHTS = Path(__file__).parents[2] / "nlptool" / "weights"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("reviews", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=1)
    given = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "reviews.txt")
        file.write_text("\n".join(islice(cycle(texts(given.reviews)), given.count)), "utf-8")
        contenders: dict[str, Callable[[], object]] = {
            "raw onnxruntime": raw("sentiment-zh", ONNX, file),
            "nlptool sentiment": ours("sentiment-zh", file),
            "raw paddle.inference": raw("sentiment-zh-paddle", PADDLE, file),
            "nlptool sentiment, by Paddle": ours("sentiment-zh-paddle", file),
        }
        report(rounds(contenders, given.rounds), given.count, "reviews")


def texts(files: list[Path]) -> list[str]:
    """The reviews, each on one line."""
    rows = (row for file in files for row in csv.DictReader(file.open(encoding="utf-8")))
    return [" ".join(row["text"].split()) for row in rows]


def raw(name: str, engine: str, file: Path) -> Callable[[], object]:
    """A process of an engine alone."""
    return quiet([sys.executable, "-W", "ignore", "-c", START + engine + END, WEIGHTS / name, file])


def ours(name: str, file: Path) -> Callable[[], object]:
    """A process of our command."""
    return quiet([*NLPTOOL, "sentiment", "-m", name, "-i", file])


def quiet(command: list[object]) -> Callable[[], object]:
    """A process, its output thrown away."""
    words = list(map(str, command))
    gone = subprocess.DEVNULL
    return lambda: subprocess.run(words, check=True, stdout=gone, stderr=gone)


if __name__ == "__main__":
    main()
