"""A user's dictionary: a word a line, behind it its frequency and its part of speech, if any."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import NamedTuple

from nlptool.errors import InputError

log = logging.getLogger("nlptool_plugins.jieba")

BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")
"""What jieba looks for words in; every other character is by itself."""


LIMIT = 64 << 20
"""Bytes; jieba's own dictionary has 5 MB."""


class Entry(NamedTuple):
    """Without a frequency, a word gets one that makes it a word where it stands."""

    word: str
    frequency: int | None = None
    tag: str | None = None


def read(path: Path) -> list[Entry]:
    """The entries of a file in UTF-8; a line that jieba would make nothing of is told."""
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT)
        if len(content) == LIMIT:
            raise InputError(f"{path}: more than {LIMIT >> 20} MiB of words")
        lines = content.decode("utf-8-sig").splitlines()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected UTF-8 lines: word frequency tag") from error
    entries = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _entry(line.split())
        if entry is None:
            log.warning("%s:%d: expected: word frequency tag", path, number)
        elif strange := BLOCK.sub("", entry.word):
            log.warning("%s:%d: jieba finds no word with %s in it", path, number, strange[0])
        else:
            entries.append(entry)
    return entries


def _entry(fields: list[str]) -> Entry | None:
    """Frequency and tag may stand in either order."""
    numbers = [field for field in fields[1:] if field.isdecimal()]
    tags = [field for field in fields[1:] if field.isalpha()]
    if len(numbers) > 1 or len(tags) > 1 or len(fields) != 1 + len(numbers) + len(tags):
        return None
    return Entry(fields[0], int(numbers[0]) if numbers else None, tags[0] if tags else None)
