"""Messages of ICU: the plurals and selects in them, of which only the texts are translated.

https://unicode-org.github.io/icu/userguide/format_parse/messages
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

Kind = Literal["text", "tag", "keep"]

HEAD = re.compile(r"\{\s*[\w.-]+\s*,\s*(?:plural|select|selectordinal)\s*,\s*(?:offset:\d+\s*)?")
CASE = re.compile(r"\s*(?:=\d+|[\w-]+)\s*\{")
END = re.compile(r"\s*\}")
BRACE = re.compile(r"[{}]")
LONGEST = 4000
"""Characters of a case."""


def cut(text: str) -> Iterator[tuple[str, Kind]]:
    """The text in what is to be translated, the frame around it, and the # of plurals."""
    yield from _cut(text, plural=False)


def _cut(text: str, *, plural: bool) -> Iterator[tuple[str, Kind]]:
    start = 0
    for head in HEAD.finditer(text):
        cases = _cases(text, head.end()) if head.start() >= start else None
        if cases is None:
            continue
        yield from _plain(text[start : head.start()], plural=plural)
        start = head.start()
        for begin, end in cases:
            yield text[start:begin], "tag"
            yield from _cut(text[begin:end], plural="select," not in head[0].replace(" ", ""))
            start = end
        closing = END.match(text, start + 1)
        end = closing.end() if closing else start
        yield text[start:end], "tag"
        start = end
    yield from _plain(text[start:], plural=plural)


def _plain(text: str, *, plural: bool) -> Iterator[tuple[str, Kind]]:
    for index, part in enumerate(text.split("#") if plural else [text]):
        if index:
            yield "#", "keep"
        if part:
            yield part, "text"


def _cases(text: str, start: int) -> list[tuple[int, int]] | None:
    """Where the texts of the cases stand; None where this is no whole message."""
    cases: list[tuple[int, int]] = []
    while case := CASE.match(text, start):
        end = _closing(text, case.end())
        if end is None:
            return None
        cases.append((case.end(), end))
        start = end + 1
    return cases if cases and END.match(text, start) else None


def _closing(text: str, start: int) -> int | None:
    """The place of the brace that closes what is open at ``start``."""
    depth = 1
    for brace in BRACE.finditer(text, start, start + LONGEST):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return None
