"""Accuracy of lemmas against a treebank: python scripts/eval/lemma.py FILE.conllu

Each sentence is given to ``nlptool stem --lemma`` as its tokens divided by spaces; tokens without a
letter do not count.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

Token = tuple[str, str]


def main() -> None:
    """Print the share of lemmas that are right, with case and without."""
    treebank = sentences(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = "\n".join(" ".join(form for form, _ in sentence) for sentence in treebank)
    command = [sys.executable, "-m", "nlptool", "stem", "--lemma", *sys.argv[2:]]
    done = subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True)
    pairs = [
        (lemma, found)
        for sentence, line in zip(treebank, done.stdout.splitlines(), strict=True)
        for (form, lemma), found in zip(sentence, line.split(" "), strict=True)
        if any(char.isalpha() for char in form)
    ]
    exact = sum(lemma == found for lemma, found in pairs) / len(pairs)
    folded = sum(lemma.lower() == found.lower() for lemma, found in pairs) / len(pairs)
    print(f"{len(pairs)} words: {exact:.4f} right, {folded:.4f} but for case")


def sentences(conllu: str) -> list[list[Token]]:
    """Forms and lemmas by sentence; ranges and empty nodes are left out."""
    found = []
    for block in conllu.strip().split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line[:1] != "#"]
        found.append([(row[1].replace(" ", ""), row[2]) for row in rows if row[0].isdigit()])
    return found


if __name__ == "__main__":
    main()
