"""Plain text: each line is translated, its indent and list mark are not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlptool.translation.pieces import Part, Run, pieces_of

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
