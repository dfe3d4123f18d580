"""Documents: files that are one record each, for tasks that know their markup."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from itertools import pairwise

from nlptool.errors import InputError
from nlptool.io.formats.format import Format, NextId, ReadOptions
from nlptool.io.formats.rejected import FILE
from nlptool.io.formats.text import whole
from nlptool.io.record import Chunk, Record, Reject
from nlptool.io.sources import Source, without_name

log = logging.getLogger(__name__)


def read(markup: str, source: Source, options: ReadOptions, next_id: NextId) -> Iterator[Chunk]:
    """A file as one record, with its ``markup`` in a column of that name.

    A Reject where it is no text, so that those beside it are read.
    """
    try:
        text = whole(source, options.encoding)
    except InputError as error:
        row = {options.column: ""}
        yield [Reject(next_id(), row, source.name, message=without_name(error, source), form=FILE)]
    else:
        if markup == "paragraphs":
            log.info("%s: read as paragraphs of wrapped lines", source.name)
        yield [Record(next_id(), {options.column: text, "markup": markup}, source.name)]


def is_wrapped(source: Source) -> bool:
    """Whether the lines of a file were wrapped: hardly one ends long before the width, and most go
    on in small letters. A pipe is never waited for."""
    if source.path is None:
        return False
    lines = source.start()[:SAMPLE].decode("utf-8", "replace").splitlines()
    joints = [
        (line.rstrip(), following.lstrip())
        for line, following in pairwise(lines)
        if line.strip() and following.strip()
    ]
    width = max((len(line) for line, _ in joints), default=0)
    whole = [len(f"{line} {after.split()[0]}") >= NARROW * width for line, after in joints]
    open_ = [line[-1] not in ENDS and after[0].islower() for line, after in joints]
    wrapped = len(joints) > 1 and NARROWEST <= width <= WIDEST
    return wrapped and sum(whole) >= MOST * len(joints) and sum(open_) * 2 >= len(joints)


SAMPLE = 1 << 16
NARROWEST, WIDEST = 30, 120
"""Characters of the longest line."""
NARROW, MOST = 0.75, 0.9
"""The share of the width that a line with the next word has at least, and of lines that have it."""
ENDS = '.!?:;…"”’)。！？：；'

PARAGRAPHS = Format(
    "paragraphs",
    (".txt", ".text"),
    read=partial(read, "paragraphs"),
    plain=True,
    document=True,
    accepts=is_wrapped,
)
FORMATS = (
    *(
        Format(name, suffixes, read=partial(read, name), plain=True, document=True)
        for name, suffixes in {
            "markdown": (".md", ".markdown"),
            "html": (".html", ".htm"),
            "srt": (".srt",),
            "vtt": (".vtt",),
            "ssa": (".ass", ".ssa"),
        }.items()
    ),
    PARAGRAPHS,
)
