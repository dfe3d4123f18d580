"""A user's dictionary: a word a line, behind it its frequency and its part of speech, if any."""

from __future__ import annotations

import codecs
import logging
import re
from pathlib import Path
from typing import NamedTuple

from nlptool.errors import InputError

log = logging.getLogger("nlptool_plugins.jieba")

BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")
"""What jieba looks for words in; every other character is by itself."""

TAG = r"(?:[a-z]{1,4}|[\u4e00-\u9fff]{1,5}\u8bcd)"
"""A part of speech as jieba names it, or a Chinese word for one."""
LINE = re.compile(
    rf"(?P<word>.+?)(?:\s+(?:(?P<frequency>\d+)(?:\s+(?P<tag>{TAG}))?"
    rf"|(?P<alone>{TAG})(?:\s+(?P<behind>\d+))?))?"
)
"""A word, which may have spaces in it; its frequency and its tag in either order."""

LIMIT = 64 << 20
"""Bytes; jieba's own dictionary has 5 MB."""


class Entry(NamedTuple):
    """Without a frequency, a word gets one that makes it a word where it stands."""

    word: str
    frequency: int | None = None
    tag: str | None = None


def read(path: Path, encoding: str = "utf-8") -> list[Entry]:
    """The entries of a file; a line that is none is told.

    InputError for a file that cannot be read, or not in this encoding.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LIMIT)
        if len(content) == LIMIT:
            raise InputError(f"{path}: more than {LIMIT >> 20} MiB of words")
        utf8 = codecs.lookup(encoding).name == "utf-8"
        lines = content.decode("utf-8-sig" if utf8 else encoding).splitlines()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        name = "UTF-8" if utf8 else encoding
        raise InputError(f"{path}: expected {name} lines: word frequency tag") from error
    entries = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        entry = _entry(line.strip())
        if entry is None:
            log.warning("%s:%d: expected: word frequency tag", path, number)
        else:
            entries.append(entry)
    return entries


def _entry(line: str) -> Entry | None:
    """Where tabs divide the fields, a word may be anything, and a tag any letters."""
    if "\t" in line:
        fields = [field.strip() for field in line.split("\t") if field.strip()]
        numbers = [field for field in fields[1:] if field.isdecimal()]
        tags = [field for field in fields[1:] if field.isalpha()]
        if len(numbers) > 1 or len(tags) > 1 or len(fields) != 1 + len(numbers) + len(tags):
            return None
        word, frequency, tag = fields[0], next(iter(numbers), None), next(iter(tags), None)
    else:
        found = LINE.fullmatch(line)
        if found is None:
            return None
        word, frequency = found["word"], found["frequency"] or found["behind"]
        tag = found["tag"] or found["alone"]
        if re.search(r"\s\d+(?:\s|$)", word):
            return None
    return Entry(word, int(frequency) if frequency else None, tag)
