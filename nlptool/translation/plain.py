"""Plain text: each line is translated, its indent and list mark are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from nlptool.translation.pieces import Part, Piece, Run, pieces_of

LINE = re.compile(
    r"""
    (\s*                                            # indent
     (?:>[>\s]*)?                                   # quotation
     (?:(?:[-*+•·‣◦▪–—]|\(?\d{1,3}[.):]|\(?[a-zA-Z][.)]|\#{1,6})\s+
       |[（(]?[\d一二三四五六七八九十]{1,3}[、）]\s*
     )?
    )
    (.*?)
    (\s*)\Z
    """,
    re.VERBOSE | re.DOTALL,
)
END = re.compile(r"(\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])")


def cut(text: str) -> Iterator[Part]:
    """The lines; what stands between their words and the next line's is fixed."""
    for part in END.split(text):
        line = LINE.match(part)
        if line and line[2]:
            yield line[1]
            yield Run(pieces_of(line[2]))
            yield line[3]
        else:
            yield part


def paragraphs(text: str) -> Iterator[Part]:
    """Paragraphs of lines that were wrapped, each a run; an empty line, an indent or a list mark
    begins another."""
    run: list[Piece] = []
    indent = ""
    parts = END.split(text)
    for part, end in zip_longest(parts[::2], parts[1::2], fillvalue=""):
        line = LINE.match(part)
        words = line[2] if line else ""
        if line and words and run and line[1] == indent:
            run += [Piece(run.pop().raw + indent, "break"), *pieces_of(words)]
        else:
            yield Run(run)
            yield line[1] if line and words else part
            run = pieces_of(words)
            indent = " " * len(line[1]) if line else ""
        if words and line:
            run.append(Piece(line[3] + end, "break"))
        else:
            yield end
    yield Run(run)
