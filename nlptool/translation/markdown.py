"""Markdown, as CommonMark with tables has it: words are translated, all that marks them is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from nlptool.translation.pieces import Markup, Part, Piece, pieces_of

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
PUNCTUATION = r"!-/:-@\[-`{-~"

INLINE = re.compile(
    rf"""
    (?P<keep>(?<!`)(`+)(?!`)(?:(?!\2)[\s\S]|\2`+)*?(?<!`)\2(?!`))   # `code`
    | (?P<text>\\[{PUNCTUATION}])
    | <(?:[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>     # <https://example.org>
    | </?[a-zA-Z][^<>]*>|<!--[\s\S]*?-->
    | \]\((?:[^()\s\\]|\\.|\([^()\s]*\))*(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
    | \]\[[^\[\]]*\]
    | !?\[(?:[ xX]\][ ])?|\]
    | \*{{1,3}}|~~|(?<!\w)_{{1,3}}(?=\w)|(?<=[^\s_])_{{1,3}}(?!\w)
    """,
    re.VERBOSE,
)
SPECIAL = re.compile(r"[\\`*_\[\]<>|~]")
OPENING = re.compile(r"\A(?=(?:[-+=]+|#{1,6}|\d{1,9}[.)])(?:\s|\Z))(\d*)")
"""What would begin a list or a heading at the start of a line."""


def cut(text: str) -> Iterator[Part]:
    """The text of paragraphs, headings and table cells as runs; the rest is fixed."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    yield text[:start]
    body = text[start:]
    lines = [found[0] for found in LINE.finditer(body)]
    starts = list(accumulate(map(len, lines), initial=0))
    done = 0
    for places in _runs(body, lines):
        run: list[Piece] = []
        for line, column, length in places:
            begin = starts[line] + column
            if run:
                run.append(Piece(body[done:begin], "break"))
            else:
                yield body[done:begin]
            done = begin + length
            run.append(Piece(body[begin:done], "text"))
        yield _inline(run)
    yield body[done:]


def _runs(body: str, lines: Sequence[str]) -> Iterator[list[tuple[int, int, int]]]:
    """For each run the place of its lines: number, column and length."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    cursor = (0, 0)
    cell = False
    for token in parser.parse(body.replace("\0", "\ufffd")):
        if token.type in ("td_open", "th_open"):
            cell = True
        elif token.type in ("td_close", "th_close"):
            cell = False
        elif token.type == "inline" and token.map and token.content.strip():
            places = _places(token, lines, cursor, cell=cell)
            if places:
                line, column, length = places[-1]
                cursor = (line, column + length)
                yield places


def _places(
    token: Token, lines: Sequence[str], cursor: tuple[int, int], *, cell: bool
) -> list[tuple[int, int, int]]:
    """Where the lines of a token stand; none where one of them is written in another way."""
    places: list[tuple[int, int, int]] = []
    first = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n"), first):
        words = content.strip()
        line = lines[number].replace("\0", "\ufffd")
        begin = cursor[1] if number == cursor[0] else 0
        if cell:
            words = words.replace("|", r"\|")
            column = line.find(words, begin)
        else:
            column = line.rfind(words, begin)
        if column < 0:
            return []
        places.append((number, column, len(words)))
    return places


def _inline(run: Sequence[Piece]) -> list[Piece]:
    """The run with what marks its words found, also where that goes over lines."""
    whole = "".join(piece.raw for piece in run)
    breaks: list[tuple[int, int]] = []
    position = 0
    for piece in run:
        if piece.kind == "break":
            breaks.append((position, position + len(piece.raw)))
        position += len(piece.raw)
    found: list[Piece] = []
    position = 0
    for piece in pieces_of(whole, INLINE):
        end = position + len(piece.raw)
        if piece.kind != "text":
            found.append(piece)
            position = end
            continue
        for start, stop in breaks:
            if position <= start < stop <= end:
                found += [Piece(whole[position:start], "text"), Piece(whole[start:stop], "break")]
                position = stop
        found.append(Piece(whole[position:end], "text"))
        position = end
    return [piece for piece in found if piece.raw]


def shown(raw: str) -> str:
    """Text without the backslashes that make marks plain characters."""
    return re.sub(rf"\\([{PUNCTUATION}])", r"\1", raw)


def written(text: str, raw: str) -> str:
    """Text with a backslash before each mark that the raw text did not have."""
    plain = shown(raw)
    text = SPECIAL.sub(lambda mark: mark[0] if mark[0] in plain else f"\\{mark[0]}", text)
    return text if OPENING.match(plain) else OPENING.sub(r"\1\\", text, count=1)


MARKDOWN = Markup(cut, shown, written)
