"""Jobs measured: many processes against one, kills, the checkpoint, memory, Ray.

    python scripts/bench/jobs.py speed TASK INPUT [plain]  # --jobs 1 and 2, one thread a model
    python scripts/bench/jobs.py kills [COUNT] [ray]  # jobs killed at random moments, and resumed
    python scripts/bench/jobs.py checkpoint [RECORDS]  # what --resume costs stem
    python scripts/bench/jobs.py memory [RECORDS]  # the peak of so many, and of a hundredth
    python scripts/bench/jobs.py ray TEXTS  # sentiment: two actors and --jobs 2

Each prints the machine and the date. ``speed``, ``checkpoint`` and ``ray`` run in pairs and print
the median of the ratios, ``ray`` also one without the start, which a few texts tell; with ``plain``
the first of a pair is without --jobs. ``kills`` says how many jobs ended in the bytes of one not
killed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

from common import NLPTOOL, cost, machine

PAIRS = 3
ONE_THREAD = "backends: {cpu: {device: cpu, precision: auto, threads: 1}}\n"
FORMATS = (("text", ""), ("jsonl", ""), ("json", ""), ("csv", ""), ("jsonl", ".gz"))
"""What is written, and how it is packed."""
JOBS: tuple[tuple[str, ...], ...] = ((), ("--jobs", "1"), ("--jobs", "2"), ("--jobs", "4"))
FEW = 20
"""Texts that are done in no time."""
RAY = ("--executor", "ray", "--jobs", "2")


def main() -> None:
    """Run what the arguments ask for."""
    print(machine())
    match sys.argv[1:]:
        case ["speed", task, given, *plain]:
            pairs(task, Path(given), () if plain else ("--jobs", "1"), ("--jobs", "2"))
        case ["kills", *more]:
            counts = [word for word in more if word != "ray"]
            kills(int(counts[0]) if counts else 60, (RAY,) if "ray" in more else JOBS)
        case ["checkpoint", *count]:
            checkpoint(int(count[0]) if count else 1_000_000)
        case ["memory", *count]:
            memory(int(count[0]) if count else 1_000_000)
        case ["ray", texts]:
            ray(Path(texts))
        case _:
            sys.exit(__doc__)


def pairs(task: str, given: Path, *ways: Sequence[str]) -> list[float]:
    """Pairs of runs, and the median of their ratios; the seconds that each way took at best."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models.yaml").write_text(ONE_THREAD)
        outputs = [folder / "one", folder / "two"]
        runs = []
        for _ in range(PAIRS):
            seconds = []
            for more, out in zip(ways, outputs, strict=True):
                start = perf_counter()
                words = [task, "-i", str(given), "-f", "jsonl", "-o", str(out), "--offline", *more]
                where = ["--registry", str(folder / "models.yaml")]
                subprocess.run([*NLPTOOL, *words, *where], check=True)
                seconds.append(perf_counter() - start)
            runs.append(seconds)
            told = ", ".join(
                f"{' '.join(way) or 'plain'}: {taken:.2f} s"
                for way, taken in zip(ways, seconds, strict=True)
            )
            print(f"{told}, ratio {seconds[0] / seconds[1]:.2f}")
        same = outputs[0].read_bytes() == outputs[1].read_bytes()
        ratio = median(one / other for one, other in runs)
        print(f"median ratio {ratio:.2f}, {'the same' if same else 'other'} bytes")
        return [min(seconds) for seconds in zip(*runs, strict=True)]


def ray(given: Path) -> None:
    """Ray beside ``--jobs 2`` on all texts and on a few, which take no more than the start."""
    ways = ("--jobs", "2"), RAY
    with tempfile.TemporaryDirectory() as name:
        few = Path(name, "few.txt")
        with given.open("rb") as lines:
            few.write_bytes(b"".join(islice(lines, FEW)))
        starts = pairs("sentiment", few, *ways)
    one, other = (
        whole - start for whole, start in zip(pairs("sentiment", given, *ways), starts, strict=True)
    )
    print(f"without the start {one:.2f} s and {other:.2f} s: ratio {one / other:.2f}")


def texts(folder: Path, count: int) -> Path:
    """A file of lines."""
    file = folder / "in.txt"
    with file.open("w") as lines:  # line by line: a child's peak counts what its parent held
        lines.writelines(f"The {n} runners were running easily.\n" for n in range(count))
    return file


def checkpoint(count: int) -> None:
    """The time of stem with a journal, and without."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words = [*NLPTOOL, "stem", "-i", str(texts(folder, count)), "-o", str(folder / "out.txt")]
        ratios = []
        for _ in range(PAIRS):
            without, noted = cost(words, times=1), cost([*words, "--resume"], times=1)
            ratios.append(noted.seconds / without.seconds)
            print(f"{without.seconds:.2f} s, with --resume {noted.seconds:.2f} s: {ratios[-1]:.3f}")
        print(f"median ratio {median(ratios):.3f}, aim 1.03")


def memory(count: int) -> None:
    """The peak of memory for many records, and for few."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        peaks = []
        for records in (count // 100, count):
            words = [*NLPTOOL, "stem", "-i", str(texts(folder, records)), "--resume"]
            peaks.append(cost([*words, "-o", str(folder / f"out{records}.txt")], times=1).peak)
            print(f"{records} records: {peaks[-1]:.1f} MiB")
        print(f"ratio {peaks[1] / peaks[0]:.3f}, aim 1.1")


def kills(count: int, ways: Sequence[Sequence[str]]) -> None:
    """Jobs killed once, after a random time, then resumed to their end."""
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = texts(folder, 60_000)
        right = 0
        usual: dict[Sequence[str], float] = {}
        for number in range(count):
            kind, packed = FORMATS[number % len(FORMATS)]
            way = ways[number // len(FORMATS) % len(ways)]
            command = [*NLPTOOL, "stem", "-i", str(text), "-f", kind, *way]
            whole, out = folder / f"whole-{kind}{packed}", folder / f"out{number}{packed}"
            if not whole.exists():
                plain = [*NLPTOOL, "stem", "-i", str(text), "-f", kind, "--resume", "-o", whole]
                subprocess.run(plain, check=True)
            if way not in usual:
                start = perf_counter()
                subprocess.run([*command, "-o", str(out)], check=True)
                usual[way] = perf_counter() - start
            resumed = [*command, "--resume", "-o", str(out)]
            with subprocess.Popen(resumed) as process:
                try:
                    process.wait(dice.uniform(0.2, 1) * usual[way])
                except subprocess.TimeoutExpired:
                    process.kill()
            subprocess.run(resumed, check=True)
            hidden = [file for file in folder.glob(".*") if file.name != ".in.txt"]
            if out.read_bytes() == whole.read_bytes() and not hidden:
                right += 1
            else:
                print(f"wrong: {kind}{packed} {' '.join(way)}")
            out.unlink()
        print(f"{right} of {count} killed jobs ended in the bytes of one that was not killed")


if __name__ == "__main__":
    main()
