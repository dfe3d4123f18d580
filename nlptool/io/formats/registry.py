"""Every format there is: ours, and those that others bring by the entry point nlptool.formats.

An entry point names a Format. A name or suffix that is ours stays ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from nlptool import entry_points
from nlptool.errors import InputError, InternalError, OutputError, UsageError, one_line
from nlptool.io.formats import document, json_array, jsonl, npy, page_xml, parquet, pdf, table
from nlptool.io.formats.containers import gettext, messages, office, xliff
from nlptool.io.formats.format import Format
from nlptool.io.formats.text import TEXT
from nlptool.io.packed import suffix_of
from nlptool.io.sources import Source

GROUP = "nlptool.formats"
OURS: tuple[Format, ...] = (
    *document.FORMATS,
    gettext.PO,
    xliff.XLIFF,
    messages.JSON,
    messages.YAML_MESSAGES,
    *office.OFFICE,
    TEXT,
    *json_array.FORMATS,
    jsonl.JSONL,
    *table.FORMATS,
    parquet.PARQUET,
    *page_xml.FORMATS,
    pdf.PDF,
    npy.NPY,
)
"""Documents come first: where they are read, a suffix is theirs before it is the text's."""


def formats() -> Iterator[Format]:
    """All of them; those of others are not looked for before ours are passed."""
    yield from OURS
    yield from _brought()


@cache
def _brought() -> tuple[Format, ...]:
    found = []
    for name, point in entry_points.group(GROUP).items():
        try:
            form = point.load()
        except Exception as error:
            raise InternalError(f"format {name}: {one_line(error)}") from error
        if not isinstance(form, Format):
            raise InternalError(f"format {name}: {point.value} is no Format")
        found.append(form)
    return tuple(found)


def readable(documents: bool) -> Iterator[Format]:
    """The formats that can be read, documents among them or not."""
    return (form for form in formats() if form.read and form.document <= documents)


def writable() -> Iterator[Format]:
    """The formats that results can be written in, whatever was read."""
    return (form for form in formats() if form.written and not form.document)


def input_named(name: str, documents: bool) -> Format:
    """The format of --input-format; UsageError for a name that is none."""
    found = next((form for form in readable(documents) if form.name == name), None)
    return found or _no_format(name, "input", readable(documents))


def output_named(name: str) -> Format:
    """The format of --format; UsageError for a name that is none."""
    found = next((form for form in writable() if form.name == name), None)
    return found or _no_format(name, "output", writable())


def _no_format(name: str, side: str, there: Iterator[Format]) -> Format:
    expected = ", ".join(form.name for form in there)
    raise UsageError(f"{name} is no {side} format here; expected {expected}")


def input_of(source: Source, documents: bool) -> Format:
    """The format that an input's name tells, or what is in it where several formats have the
    suffix; text where it has none. InputError for one that is not known."""
    name, suffix = source.name, suffix_of(source.name)
    able = (form for form in readable(documents) if suffix in form.suffixes)
    found = next((form for form in able if _accepts(form, source)), None)
    if found is None and not suffix:
        return TEXT
    if found is None:
        known = ", ".join(suffixes(readable(documents)))
        raise InputError(f"{name}: no format here ends so; say --input-format, or name it {known}")
    return found


def _accepts(form: Format, source: Source) -> bool:
    """Whether a file is of a format; what cannot be read is told when it is to be read."""
    try:
        return form.accepts is None or form.accepts(source)
    except InputError:
        return False


def output_of(name: str) -> Format:
    """The format that an output's name tells, text where it has no suffix; else OutputError."""
    able = sorted((form for form in formats() if form.written), key=lambda form: form.document)
    found = _of_suffix(name, iter(able))
    if found is None:
        known = ", ".join(suffixes(form for form in formats() if form.written))
        raise OutputError(f"{name}: no format here ends so; say --format, or name it {known}")
    return found


def _of_suffix(name: str, known: Iterator[Format]) -> Format | None:
    suffix = suffix_of(name)
    return next((form for form in known if suffix in form.suffixes), None) if suffix else TEXT


def suffixes(known: Iterator[Format]) -> list[str]:
    """The suffixes of formats, each once."""
    return list(dict.fromkeys(suffix for form in known for suffix in form.suffixes))
