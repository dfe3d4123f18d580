"""Inputs with addresses: s3://, gs://, https://, hf:// and all that fsspec knows: an extra,
``pip install 'nlptool[urls]'``, besides what fsspec itself asks for (s3fs, gcsfs ...)."""

from __future__ import annotations

from collections.abc import Iterator
from glob import has_magic
from typing import Any
from urllib.parse import urlsplit

from nlptool.errors import InputError, library_missing, one_line

BLOCK = 1 << 20
LOCAL = ("file", "local", "memory")


def is_url(name: str) -> bool:
    """Whether a name is an address, and no path."""
    scheme, mark, _ = name.partition("://")
    return bool(mark) and scheme.replace("+", "").isalnum()


def shown(url: str) -> str:
    """An address as messages have it: without a query or a password, which may be secrets."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}"


def is_remote(url: str) -> bool:
    """Whether an address leads to the network."""
    return urlsplit(url).scheme not in LOCAL


def found(url: str) -> list[str]:
    """The addresses that a pattern matches, in their order; another address is itself."""
    if not has_magic(urlsplit(url).path):
        return [url]
    fs, place = _opened(url)
    try:
        names = sorted(str(fs.unstrip_protocol(name)) for name in fs.glob(place))
    except Exception as error:
        raise _wrong(url, error) from error
    if not names:
        raise InputError(f"{shown(url)}: no file matches")
    return names


def key(url: str) -> str:
    """What changes when the file at an address does: its tag, or its size and time."""
    fs, place = _opened(url)
    try:
        return str(fs.ukey(place))
    except Exception as error:
        raise _wrong(url, error) from error


def size(url: str) -> int:
    """Bytes, 0 if that is not known."""
    fs, place = _opened(url)
    try:
        return int(fs.size(place) or 0)
    except Exception:
        return 0


def blocks(url: str) -> Iterator[bytes]:
    """The bytes at an address; InputError where they cannot be had."""
    fs, place = _opened(url)
    try:
        with fs.open(place, "rb") as file:
            while block := file.read(BLOCK):
                yield block
    except GeneratorExit:
        raise
    except Exception as error:
        raise _wrong(url, error) from error


def _opened(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise library_missing("fsspec", "nlptool[urls]") from error
    try:
        fs, place = url_to_fs(url)
    except Exception as error:
        raise _wrong(url, error) from error
    return fs, str(place)


def _wrong(url: str, error: Exception) -> InputError:
    told = "no such file" if isinstance(error, FileNotFoundError) else one_line(error)
    return InputError(f"{shown(url)}: {told or type(error).__name__}")
