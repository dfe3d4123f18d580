"""How fast qa is: transformers' pipeline where it still has one (4.57), our two adapters, the CLI.

    python scripts/bench/qa.py TRANSFORMERS_FOLDER ONNX_FOLDER SQUAD.json

The two folders hold the same model; the first questions of the file are asked. Every contender
answers all of them, several rounds in turn; the table has the best round of each.
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
        words = ["-m", "nlptool", "qa", "-m", str(given.onnx), "-i", str(file)]
        contenders["nlptool qa, onnx, a process"] = lambda: subprocess.run(
            [sys.executable, *words], check=True, stdout=subprocess.DEVNULL
        )
        report(rounds(contenders, given.rounds), len(rows), "questions")


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
    """Our adapter of a folder, batched by the road."""
    from nlptool.formats.record import Record
    from nlptool.run.load import Choice, Models
    from nlptool.run.shape import Shape
    from nlptool.run.stream import Stream
    from nlptool.tasks.qa import QA

    models = Models(QA, QA.params(), Choice(str(folder), "cpu"))
    models.adapter(str(folder))
    records = [Record(number, row) for number, row in enumerate(rows)]
    return lambda: list(Stream(Shape(QA), models).answer([records]))


if __name__ == "__main__":
    main()
