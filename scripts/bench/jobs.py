"""Many processes against one: time, and kills.

    python scripts/bench/jobs.py speed TEXTS    # a text a line: sentiment, one thread a model
    python scripts/bench/jobs.py kills [COUNT]  # so many jobs killed at random moments, and resumed

The first prints the seconds of ``--jobs 1`` and ``--jobs 2`` and their ratio, in pairs; the second
how many of the jobs ended in the bytes of one that was never killed.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

NLPTOOL = [sys.executable, "-m", "nlptool"]
PAIRS = 3
ONE_THREAD = "backends: {cpu: {device: cpu, precision: auto, threads: 1}}\n"


def main() -> None:
    """Run what the arguments ask for."""
    match sys.argv[1:]:
        case ["speed", texts]:
            speed(Path(texts))
        case ["kills", *count]:
            kills(int(count[0]) if count else 60)
        case _:
            sys.exit(__doc__)


def speed(texts: Path) -> None:
    """Pairs of runs, and the median of their ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "models.yaml").write_text(ONE_THREAD)
        outputs = [folder / "one", folder / "two"]
        ratios = []
        for _ in range(PAIRS):
            seconds = []
            for jobs, out in enumerate(outputs, 1):
                start = perf_counter()
                words = ["sentiment", "-i", str(texts), "-f", "jsonl", "-o", str(out)]
                more = ["--jobs", str(jobs), "--registry", str(folder / "models.yaml")]
                subprocess.run([*NLPTOOL, *words, *more], check=True)
                seconds.append(perf_counter() - start)
            ratios.append(seconds[0] / seconds[1])
            print(f"1: {seconds[0]:.2f} s, 2: {seconds[1]:.2f} s, ratio {ratios[-1]:.2f}")
        same = outputs[0].read_bytes() == outputs[1].read_bytes()
        print(f"median ratio {median(ratios):.2f}, {'the same' if same else 'other'} bytes")


def kills(count: int) -> None:
    """Jobs killed once, after a random time, then resumed to their end."""
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = folder / "in.txt"
        text.write_text("".join(f"The {n} runners were running easily.\n" for n in range(60_000)))
        right = 0
        for number in range(count):
            kind = ("text", "jsonl", "json", "csv")[number % 4]
            command = [*NLPTOOL, "stem", "-i", str(text), "-f", kind, "--jobs", "2"]
            whole, out = folder / f"whole.{kind}", folder / f"out{number}"
            if not whole.exists():
                start = perf_counter()
                subprocess.run([*command, "-o", str(whole)], check=True)
                usual = perf_counter() - start
            resumed = [*command, "--resume", "-o", str(out)]
            with subprocess.Popen(resumed) as process:
                try:
                    process.wait(dice.uniform(0.2, 1) * usual)
                except subprocess.TimeoutExpired:
                    process.kill()
            subprocess.run(resumed, check=True)
            hidden = [file for file in folder.glob(".*") if file.name != ".in.txt"]
            right += out.read_bytes() == whole.read_bytes() and not hidden
            out.unlink()
        print(f"{right} of {count} killed jobs ended in the bytes of one that was not killed")


if __name__ == "__main__":
    main()
