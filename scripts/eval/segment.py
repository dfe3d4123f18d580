"""Precision, recall and F1 of a segmentation, as SIGHAN's bakeoffs count them: over words.

    python scripts/eval/segment.py GOLD FOUND

Both files have a sentence a line, words divided by white space; FOUND may come from

    nlptool segment -i TEST -o FOUND
"""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Print the three figures."""
    gold, found = (Path(name).read_text(encoding="utf-8-sig").splitlines() for name in sys.argv[1:])
    right = wanted = given = 0
    for number, (gold_line, found_line) in enumerate(zip(gold, found, strict=True), 1):
        if "".join(gold_line.split()) != "".join(found_line.split()):
            raise SystemExit(f"line {number}: not the same text")
        gold_spans, found_spans = spans(gold_line), spans(found_line)
        right += len(gold_spans & found_spans)
        wanted += len(gold_spans)
        given += len(found_spans)
    precision, recall = right / given, right / wanted
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{wanted} words: precision {precision:.4f}, recall {recall:.4f}, F1 {f1:.4f}")


def spans(line: str) -> set[tuple[int, int]]:
    """Where each word starts and ends, white space not counted."""
    found, start = set(), 0
    for word in line.split():
        found.add((start, start + len(word)))
        start += len(word)
    return found


if __name__ == "__main__":
    main()
