"""Training by `nlptool word2vec train` against gensim alone, on the same words, in one run.

    python scripts/bench/word2vec.py [CORPUS]

CORPUS has a sentence a line, words between spaces; without it, 2,000,000 words are drawn by Zipf's
law. Both start a fresh Python, read the file, train three epochs of cbow with two workers, and
save. Processor time is told beside the clock's, which other work on the machine disturbs.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

import numpy as np

ROUNDS = 3
RAW = """
import sys
from gensim.models import Word2Vec
from gensim.models.word2vec import LineSentence
Word2Vec(LineSentence(sys.argv[1]), epochs=3, workers=2).wv.save(sys.argv[2])
"""


def drawn(file: Path) -> Path:
    """Two million words in sentences of twenty."""
    numbers = np.random.default_rng(1).zipf(1.3, 2_000_000) % 50_000
    lines = (" ".join(f"w{number}" for number in row) for row in numbers.reshape(-1, 20))
    file.write_text("\n".join(lines) + "\n")
    return file


def seconds(*command: str | Path) -> tuple[float, float]:
    """The time a command takes: by the clock, and of processors."""
    start, before = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    end, after = time.perf_counter(), getrusage(RUSAGE_CHILDREN)
    return end - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the times, the best of three, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        corpus = Path(sys.argv[1]) if sys.argv[1:] else drawn(out / "corpus.txt")
        ours: tuple[str | Path, ...] = (
            "-m", "nlptool", "word2vec", "train", "--spaces", "-i", corpus,
            "--epochs", "3", "--workers", "2", "-o", out / "ours",
        )  # fmt: skip
        raw: tuple[str | Path, ...] = ("-c", RAW, corpus, out / "raw")
        times = [(*seconds(*raw), *seconds(*ours)) for _ in range(ROUNDS)]
    clock_raw, cpu_raw, clock_ours, cpu_ours = (min(column) for column in zip(*times, strict=True))
    now = datetime.now(UTC).date()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {now}")
    for name, raw_time, our_time in (("clock", clock_raw, clock_ours), ("cpu", cpu_raw, cpu_ours)):
        print(f"{name}: gensim {raw_time:.1f} s, nlptool {our_time:.1f} s", end=", ")
        print(f"ratio {our_time / raw_time:.2f}")


if __name__ == "__main__":
    main()
