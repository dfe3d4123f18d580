"""nlptool segment of 20,000 Chinese lines, by two models, against a loop over raw jieba."""

from __future__ import annotations

import random
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from common import NLPTOOL, cost, machine, report

RAW = """
import sys, jieba
jieba.setLogLevel("CRITICAL")
jieba.dt.tmp_dir = sys.argv[1]
for line in sys.stdin:
    print(" ".join(jieba.cut(line.rstrip("\\n"))))
"""


def main() -> None:
    """Print the ratios. Raw jieba has its cache from its second run on, and its best run counts."""
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        text.write_text("\n".join(lines(20_000)), encoding="utf-8")
        loop = (sys.executable, "-W", "ignore", "-c", RAW, folder)
        raw = cost(loop, text, times=2)
        report("segment 20,000 lines", cost((*NLPTOOL, "segment"), text, times=2), raw)
        ours = cost((*NLPTOOL, "segment", "-m", "segment-zh"), text, times=2)
        report("segment -m segment-zh 20,000 lines", ours, raw)
        print(
            f"segment -m segment-zh: {20_000 / ours.seconds:.0f} lines a second, the whole process"
        )
        text.write_text("我来到北京清华大学", encoding="utf-8")
        raw = cost(loop, text)
        report("segment one line", cost((*NLPTOOL, "segment"), text), raw)


def lines(count: int) -> list[str]:
    """Lines of words from jieba's dictionary, as often as they are in it; always the same."""
    dice = random.Random(1)
    spec = find_spec("jieba")
    dictionary = Path(spec.origin or "" if spec else "").with_name("dict.txt")
    entries = [line.split(" ") for line in dictionary.read_text(encoding="utf-8").splitlines()]
    words = dice.choices(
        [entry[0] for entry in entries], [int(entry[1]) for entry in entries], k=count * 30
    )
    return ["".join(words[at : at + 29]) + "。" for at in range(0, len(words), 30)]


if __name__ == "__main__":
    main()
