"""Tags inside sentences: which of them belong together, and where a sentence must be cut."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from nlptool.translation.pieces import Piece

Role = Literal["open", "close", "toggle", "point", "alone"]

VOID = (
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr",
)  # fmt: skip
"""Elements of HTML that nothing closes."""

ROLES: tuple[tuple[Role, str], ...] = (
    ("alone", r"<[bh]r\b"),
    ("point", rf"<!--|<(?:{'|'.join(VOID)})\b|<[^<>]*/>\Z"),
    ("close", r"</(\w[\w:-]*)"),
    ("open", r"<(\w[\w:-]*)"),
    ("close", r"\{%-?\s*end(\w+)"),
    ("open", r"\{%-?\s*(\w+)"),
    ("open", r"\{\\([ibus])1\}\Z"),
    ("close", r"\{\\([ibus])0\}\Z"),
    ("open", r"!?(\[)\Z"),
    ("close", r"\]()"),
    ("toggle", r"([*_]{1,3}|~~|==)\Z"),
)
"""What tags of HTML, templates, subtitles and Markdown do, and the names they open or close."""


def role(piece: Piece) -> tuple[Role, str]:
    """What a tag or a mark does, and the name of what it opens or closes.

    A ``point`` stands at a place; what is ``alone`` parts the sentence.
    """
    if piece.kind == "mark":
        return "point", ""
    for what, pattern in ROLES:
        if found := re.match(pattern, piece.raw, re.IGNORECASE):
            name = found[1].lower() if found.re.groups else ""
            return what, name or "["
    return "alone", ""


def pairs(pieces: Sequence[Piece]) -> dict[int, int]:
    """For each tag that opens or closes something its partner, properly nested; for a point its
    own index. What is alone has no entry."""
    found: dict[int, int] = {}
    open_: list[tuple[str, int]] = []
    names: Counter[str] = Counter()
    for index, piece in enumerate(pieces):
        what, name = role(piece) if piece.kind in ("tag", "mark") else ("alone", "")
        if what == "point":
            found[index] = index
        elif names[name] and what in ("close", "toggle"):
            partner, opened = index, ""
            while opened != name:
                opened, partner = open_.pop()
                names[opened] -= 1
            found[index], found[partner] = partner, index
        elif what in ("open", "toggle"):
            open_.append((name, index))
            names[name] += 1
    return found


def edges(pieces: Sequence[Piece]) -> tuple[int, int]:
    """How many pieces at the start and up to where pieces belong to the sentence: what stands
    outside are tags that go around all of it, alone ones, marks and white space."""
    found = pairs(pieces)
    bare = [
        index
        for index, piece in enumerate(pieces)
        if piece.kind in ("text", "keep") and piece.raw.strip()
    ]
    if not bare:
        return len(pieces), len(pieces)
    first, last = bare[0], bare[-1]
    start = next((i for i in range(first) if first <= found.get(i, -1) <= last), first)
    end = next((i for i in range(len(pieces) - 1, last, -1) if start <= found.get(i, i) < i), last)
    return start, end + 1


def cuts(pieces: Sequence[Piece]) -> list[int]:
    """The indexes of the tags at which a sentence must be cut: those alone, and the pairs around
    them."""
    found = pairs(pieces)
    alone = [
        index for index, piece in enumerate(pieces) if piece.kind == "tag" and index not in found
    ]
    return sorted(
        index
        for index, piece in enumerate(pieces)
        if piece.kind == "tag"
        and (index not in found or bisect(alone, index) != bisect(alone, found[index]))
    )
