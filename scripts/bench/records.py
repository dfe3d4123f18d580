"""jsonl and csv through stem: records a second on one core, and where their time goes."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from common import NLPTOOL, cost, machine
from stem import drawn

from nlptool.api import open_model
from nlptool.io import reader
from nlptool.io.formats.registry import output_named
from nlptool.pipeline.columns import ColumnMapping
from nlptool.tasks import task_named

COUNT = 300_000
RUNS = 3
LINE = len("running flies ") * 700_000


def main() -> None:
    """Print the memory of a line of 10 MB, and the rates of whole processes and of their stages."""
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, drawn(COUNT))
        line = cost((*NLPTOOL, "stem"), folder / "line.txt", times=1)
        print(f"a line of {LINE / 1e6:.1f} MB: {line.peak:.1f} MiB")
        for kind in ("jsonl", "csv"):
            command = (*NLPTOOL, "stem", "--input-format", kind, "-f", kind)
            start = cpu(command, folder / "none.txt")
            rate = COUNT / (cpu(command, folder / f"words.{kind}") - start)
            print(
                f"{kind}: {rate:,.0f} records a second of one core, behind a start of {start:.2f} s"
            )
            found = stages(folder / f"words.{kind}", kind)
            print("    microseconds: " + ", ".join(f"{name} {us:.2f}" for name, us in found))


def cpu(command: Sequence[str], data: Path) -> float:
    """The processor's seconds of a command, the least of some runs."""
    times = []
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        cost(command, data, times=1)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def write(folder: Path, words: list[str]) -> None:
    """The same records in each format: an id, a word, a number."""
    (folder / "none.txt").write_text("")
    (folder / "line.txt").write_text("running flies " * 700_000)
    with (folder / "words.jsonl").open("w") as lines, (folder / "words.csv").open("w") as table:
        table.write("id,text,rating\n")
        for number, word in enumerate(words):
            lines.write(f'{{"id":"a{number}","text":"{word}","rating":{number % 5}}}\n')
            table.write(f"a{number},{word},{number % 5}\n")


def stages(file: Path, kind: str) -> list[tuple[str, float]]:
    """Microseconds a record of each stage."""
    spec = reader.Spec(inputs=(str(file),))
    columns, form, model = ColumnMapping(task_named("stem")), output_named(kind), open_model("stem")
    found: list[tuple[str, float]] = []

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        start = time.process_time()
        result = work()
        found.append((stage, (time.process_time() - start) / COUNT * 1e6))
        return result

    chunks = timed("reading", lambda: list(reader.read(spec, reader.sources_of(spec))))
    items = timed("columns in", lambda: [columns.take_all(chunk) for chunk in chunks])
    results = timed("stemming", lambda: [model.predict(some) for some in items])
    rows = timed("columns out", lambda: [*map(columns.rows, chunks, results)])
    timed("writing", lambda: [form.encode(some) for some in rows])
    return found


if __name__ == "__main__":
    main()
