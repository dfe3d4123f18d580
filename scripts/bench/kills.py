"""Jobs of every kind, killed at random moments and run again: nothing is lost, left or mixed.

    python scripts/bench/kills.py [COUNT] [SEED]

Each job is one of TASKS, in one of four formats, in one process or two, with --resume or without.
A signal ends it after a random share of the time that it takes, perhaps several times. It ends well
where what the last run wrote is, to the byte, what a job writes that nobody ended; where no output
stood there before; where no process outlived the one that was killed, and no checkpoint the job.
"""

from __future__ import annotations

import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from os import close, pidfd_open
from pathlib import Path
from time import perf_counter

NLPTOOL = [sys.executable, "-m", "nlptool"]
IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
FORMATS = ("text", "jsonl", "json", "csv")
PATIENCE = 120
"""Seconds in which processes must be gone."""
TASKS = {
    "stem": ["stem", "-i", "words.txt"],
    "sentiment": ["sentiment", "-i", "few.txt"],
    "qa": ["qa", "-i", "questions.jsonl"],
    "segment": ["segment", "-i", "chinese.txt"],
    "translate": ["translate", "-i", "fewer.txt", "-m", "translate-en-zh-everyday"],
    "word2vec": ["word2vec", "similar", "-i", "nouns.txt"],
    "ngram": ["ngram", "table", "-i", "nouns.txt", "-m", "counts.ngram"],
    "ocr": ["ocr", "-i", "notices"],
    "faces": ["faces", "-i", "portraits"],
    "attention": ["attention", "-i", "fewer.txt", "--layer", "1", "--head", "1"],
}


def main() -> None:
    """Kill so many jobs, and say what became of them."""
    count, seed = (int(word) for word in [*sys.argv[1:], "200", "0"][:2])
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_inputs(folder)
        ended = Kills(folder, dice)
        wrong = 0
        for number in range(count):
            told = ended.once(number)
            wrong += bool(told)
            if told or number % 20 == 19:
                print(f"{number + 1}: {told or 'well so far'}", flush=True)
        print(f"{count - wrong} of {count} killed jobs ended as they should")
    sys.exit(wrong > 0)


def make_inputs(folder: Path) -> None:
    """Enough to keep each task at work for a few seconds."""

    def lines(name: str, text: str, count: int) -> None:
        (folder / name).write_text("".join(text.format(n) + "\n" for n in range(count)))

    lines("words.txt", "The {} runners were running easily.", 30_000)
    lines("few.txt", "The film number {} was long, and I liked its end.", 600)
    lines("fewer.txt", "The train number {} leaves at nine.", 60)
    lines("chinese.txt", "第{}个人来到北京清华大学。", 10_000)
    lines("nouns.txt", "king", 2_000)
    question = (
        '{{"question": "Where was letter {0} sent?", "context": "Letter {0} was sent to Rome."}}'
    )
    lines("questions.jsonl", question, 200)
    for place, image in (("notices", "notice"), ("portraits", "astronaut")):
        (folder / place).mkdir()
        (file,) = IMAGES.glob(f"{image}.*")
        for number in range(8):
            shutil.copy(file, folder / place / f"{number}{file.suffix}")
    words = ["ngram", "train", "-i", "few.txt", "-o", "counts.ngram"]
    subprocess.run([*NLPTOOL, *words], check=True, cwd=folder, stdout=subprocess.DEVNULL)


class Kills:
    """Jobs in a folder; of each kind the bytes and the seconds of one that nobody ended."""

    def __init__(self, folder: Path, dice: random.Random) -> None:
        self.folder, self.dice = folder, dice
        self.whole: dict[tuple[str, str], tuple[bytes, float]] = {}

    def once(self, number: int) -> str:
        """What is wrong with a job that was killed; nothing where nothing is."""
        dice = self.dice
        task, kind = dice.choice([*TASKS]), dice.choice(FORMATS)
        words = [*NLPTOOL, *TASKS[task], "-f", kind, "--offline", "-q"]
        right, usual = self.whole.get((task, kind)) or self.run_whole(task, kind, words)
        out = self.folder / f"out{number}"
        words += ["-o", out.name, *dice.choice([[], ["--jobs", "2"]])]
        words += dice.choice([["--resume"], ["--resume"], []])
        told = f"{task} {' '.join(words[len(NLPTOOL) + len(TASKS[task]) :])}"
        for _ in range(dice.choice((1, 1, 2, 3))):
            outlived = self.kill(words, dice.uniform(0, usual), dice.choice(SIGNALS))
            if outlived:
                return f"{told}: {outlived} processes outlived theirs"
            if out.exists() and out.read_bytes() != right:
                return f"{told}: an output that is not whole"
        last = subprocess.run(words, cwd=self.folder, capture_output=True)
        if last.returncode:
            return f"{told}: the last run ended with {last.returncode}: {last.stderr.decode()}"
        if out.read_bytes() != right:
            return f"{told}: other bytes"
        if "--resume" in words and [*self.folder.glob(f".{out.name}*")]:
            return f"{told}: something is left"
        for file in self.folder.glob(f"*{out.name}*"):
            file.unlink()
        return ""

    def run_whole(self, task: str, kind: str, words: list[str]) -> tuple[bytes, float]:
        start = perf_counter()
        subprocess.run([*words, "-o", "whole"], check=True, cwd=self.folder)
        found = (self.folder / "whole").read_bytes(), perf_counter() - start
        (self.folder / "whole").unlink()
        return self.whole.setdefault((task, kind), found)

    def kill(self, words: list[str], after: float, number: signal.Signals) -> int:
        """Begin a job and end it after so many seconds; how many of its processes are not gone."""
        with subprocess.Popen(
            words, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(after)
            begun = below(process.pid)
            process.send_signal(number)
            process.wait()
        outlived = sum(not select.select([child], [], [], PATIENCE)[0] for child in begun)
        for child in begun:
            close(child)
        return outlived


def below(number: int) -> list[int]:
    """Handles of the processes that a process has begun, and those that they have."""
    found = []
    for task in Path("/proc").glob(f"{number}/task/*/children"):
        with suppress(OSError):
            for child in map(int, task.read_text().split()):
                with suppress(OSError):
                    found.append(pidfd_open(child))
                found += below(child)
    return found


if __name__ == "__main__":
    main()
