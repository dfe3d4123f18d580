"""Text from anywhere, fit to be shown to people: nothing in it steers a terminal."""

from __future__ import annotations

import re
from typing import Any

CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f]")
"""What terminals take for orders: C0 but for tab and line feed, DEL and C1."""


def visible(text: str) -> str:
    """The text with its control characters as escapes such as ``\\x1b``."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def visible_bytes(data: bytes) -> bytes:
    """As visible, for text in UTF-8."""
    return visible(data.decode("utf-8", "backslashreplace")).encode()


def utf8(text: str) -> str:
    """The text with what cannot be UTF-8 as escapes: ``\\xff`` for a byte of a file's name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogateescape" if _is_name(text) else "backslashreplace")
        return raw.decode("utf-8", "backslashreplace")
    return text


def utf8_throughout(value: Any) -> Any:
    """As utf8, for every text in lists and mappings."""
    if isinstance(value, str):
        return utf8(value)
    if isinstance(value, dict):
        return {utf8_throughout(key): utf8_throughout(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [utf8_throughout(inner) for inner in value]
    return value


def _is_name(text: str) -> bool:
    """Whether all lone surrogates stand for bytes, as Python has them in names of files."""
    return all("\udc80" <= char <= "\udcff" for char in text if "\ud800" <= char <= "\udfff")
