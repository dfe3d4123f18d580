"""How often a text's language is told rightly, wrongly or not at all.

    python scripts/eval/languages.py FILE.po|FILE.txt ...

Of a .po file, named as in LANGUAGE/LC_MESSAGES/NAME.po, the translations are taken (of English the
messages); of LANGUAGE.txt or NAME.LANGUAGE.txt the lines. Django's wheel has .po files in a hundred
languages: short texts of a user interface. Extra `nlptool[documents]` is needed.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

import polib

from nlptool.models.languages import identify


def main() -> None:
    """Print a row a language and kind of file."""
    texts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file in map(Path, sys.argv[1:]):
        if file.suffix == ".po":
            language = file.parent.parent.name
            for entry in polib.pofile(str(file)):
                text = entry.msgid if language == "en" else entry.msgstr
                if language == "en" or text != entry.msgid:
                    texts[language, ".po"].add(text)
        else:
            language = file.stem.rpartition(".")[2]
            texts[language, file.name] |= set(file.read_text("utf-8").splitlines())
    for (language, kind), found in sorted(texts.items()):
        told = Counter(identify(text) for text in found if text.strip())
        if not told:
            continue
        right, none, total = told[language], told[None], told.total()
        counts = {"right": right, "none": none, "wrong": total - right - none}
        shares = {name: round(count / total, 4) for name, count in counts.items()}
        print(json.dumps({"language": language, "of": kind, "texts": total, **shares}))


if __name__ == "__main__":
    main()
