"""Many texts in one, as containers of documents give them: each is cut by itself."""

from __future__ import annotations

from collections.abc import Iterator

from nlptool.translation import html, plain
from nlptool.translation.pieces import Markup, Part

MARK = "\x1e"
SEPARATOR = f"\n{MARK}\n"
"""What stands between texts; see nlptool.io.formats.containers."""


def texts(text: str) -> Iterator[Part]:
    """Plain texts."""
    return _each(text, plain.cut)


def pages(text: str) -> Iterator[Part]:
    """Pages of HTML."""
    return _each(text, html.cut)


def _each(text: str, markup: Markup) -> Iterator[Part]:
    for index, part in enumerate(text.split(SEPARATOR)):
        if index:
            yield SEPARATOR
        yield from markup(part)
