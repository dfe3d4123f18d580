"""How fast qa is: transformers' pipeline where it still has one (4.57), our two adapters, the CLI
and raw onnxruntime.

    python scripts/bench/qa.py TRANSFORMERS_FOLDER ONNX_FOLDER SQUAD.json

The two folders hold the same model; the first questions of the file are asked. Every contender
answers all of them, several rounds in turn; the table has the best round of each. The raw process
takes the likeliest start and end of each window, and no more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from timing import Work, report, rounds

RAW = """
import json, sys
import numpy, onnxruntime, tokenizers
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
tokenizer.enable_truncation(256, stride=85, strategy="only_second")
session = onnxruntime.InferenceSession(sys.argv[1] + "/model.onnx")
rows = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
found = tokenizer.encode_batch([(row["question"], row["context"]) for row in rows])
windows = [window for first in found for window in (first, *first.overflowing)]
for start in range(0, len(windows), 32):
    batch = windows[start : start + 32]
    longest = max(len(window.ids) for window in batch)
    for window in batch:
        window.pad(longest)
    starts, ends = session.run(["start_logits", "end_logits"], {
        "input_ids": numpy.array([window.ids for window in batch]),
        "attention_mask": numpy.array([window.attention_mask for window in batch]),
        "token_type_ids": numpy.array([window.type_ids for window in batch]),
    })
    for first, last in zip(starts.argmax(1), ends.argmax(1)):
        print(first, last)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("transformers", type=Path)
    parser.add_argument("onnx", type=Path)
    parser.add_argument("squad", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows = questions(given.squad)[: given.count]
    contenders: dict[str, Work] = {
        "nlptool, transformers": adapter(given.transformers, rows),
        "nlptool, onnx": adapter(given.onnx, rows),
    }
    if pipeline := pipeline_of(given.transformers, rows):
        contenders = {"transformers pipeline, batch 32": pipeline, **contenders}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "questions.jsonl"
        file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        ours = ["-m", "nlptool", "qa", "-m", str(given.onnx), "-i", str(file)]
        contenders["nlptool qa, onnx, a process"] = process(*ours)
        contenders["raw onnxruntime, a process"] = process("-c", RAW, str(given.onnx), str(file))
        report(rounds(contenders, given.rounds), len(rows), "questions")


def process(*words: str) -> Work:
    """A Python process, its output thrown away."""
    command = [sys.executable, *words]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def questions(file: Path) -> list[dict[str, Any]]:
    """The questions of a SQuAD file with their contexts."""
    return [
        {"question": question["question"], "context": paragraph["context"]}
        for article in json.loads(file.read_bytes())["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]


def pipeline_of(folder: Path, rows: list[dict[str, Any]]) -> Callable[[], object] | None:
    """transformers' own question answering; version 5 has none."""
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    import transformers

    if not hasattr(transformers, "QuestionAnsweringPipeline"):
        return None
    made = transformers.pipeline("question-answering", model=str(folder), device="cpu")
    return lambda: made(rows, batch_size=32)


def adapter(folder: Path, rows: list[dict[str, Any]]) -> Work:
    """Our adapter of a folder, batched by the pipeline."""
    from nlptool.models.pool import Pool
    from nlptool.models.resolver import Choice, Resolver
    from nlptool.pipeline.batching import Answerer
    from nlptool.tasks.qa import QA, Question

    pool = Pool(Resolver(QA, Choice(str(folder), "cpu")))
    pool.adapter(str(folder))
    answerer = Answerer(QA, QA.params(), pool)
    items = [Question(row["question"], row["context"]) for row in rows]
    return lambda: list(answerer.answer(items))


if __name__ == "__main__":
    main()
