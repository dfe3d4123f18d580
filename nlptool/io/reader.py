"""Reading: arguments, standard input and files of every format, as one stream of records."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from nlptool.errors import InputError
from nlptool.io.formats import registry
from nlptool.io.formats.dialect import Dialect
from nlptool.io.formats.document import PARAGRAPHS
from nlptool.io.formats.format import Format, ReadOptions
from nlptool.io.formats.registry import readable, suffixes
from nlptool.io.formats.text import TEXT
from nlptool.io.formats.unread import read_unread
from nlptool.io.lines import encoding_named
from nlptool.io.packed import suffix_of
from nlptool.io.pictures import page_reader
from nlptool.io.pictures.pages import SUFFIXES as PICTURES
from nlptool.io.pictures.pages import PageSpec
from nlptool.io.record import ARGUMENT, STDIN, Chunk, Record
from nlptool.io.sources import Faults, Source, find_sources


class Spec(msgspec.Struct, frozen=True):
    """What to read. ``column`` is the name that a plain line gets; ``format`` None is told by
    the suffix, and is text where there is none. ``dialect`` says how tables are written.
    ``common`` are columns of every record that has none of that name. With ``pages`` the records
    are pages of pictures. With ``documents`` formats of documents are read too, a file a record,
    its kind in the column ``markup``; ``paragraphs`` is whether lines of text are wrapped ones,
    None where the text tells."""

    arguments: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    format: str | None = None
    encoding: str = "utf-8"
    dialect: Dialect = Dialect()
    column: str = "text"
    common: Mapping[str, str] = {}
    pages: PageSpec | None = None
    documents: bool = False
    paragraphs: bool | None = None


def sources_of(spec: Spec) -> list[Source]:
    """The files of the input, or standard input where nothing is named."""
    if spec.format:
        registry.input_named(spec.format, spec.documents)
    encoding_named(spec.encoding)
    if spec.pages is not None:
        named = spec.arguments or spec.inputs
        return find_sources(named, PICTURES, must_exist=False) if named else [Source(STDIN)]
    if spec.inputs:
        found = find_sources(spec.inputs, suffixes(readable(spec.documents)))
        for source in found:
            format_of(spec, source)
        return found
    return [] if spec.arguments else [Source(STDIN)]


def read(
    spec: Spec,
    sources: Sequence[Source],
    column: str = page_reader.FILE,
    *,
    tolerant: bool = False,
    unread: bool = False,
) -> Iterator[Chunk]:
    """The records of the arguments, then of each source in turn; ids count from 1.

    ``column`` is the one that names pictures, where records are their pages. InputError for an
    input that cannot be read; where it is to be ``tolerant`` only for the last one of inputs that
    all are so, and a BadSource for any other. Chunks may be ``unread`` where nobody needs to look
    at them here.
    """
    faults = Faults(len(sources) + bool(spec.arguments) if tolerant else 0)
    if spec.pages is not None:
        is_list = partial(_is_list, spec)
        read_list = partial(_read_source, replace(spec, column=column), next_id=int)
        yield from page_reader.read(sources, spec.pages, column, is_list, read_list, faults=faults)
        return
    for chunk in _read_all(spec, sources, faults, unread and not spec.common):
        if spec.common:
            for record in chunk:
                record.row = {**spec.common, **record.row}
        yield chunk


def _read_all(
    spec: Spec, sources: Sequence[Source], faults: Faults, unread: bool
) -> Iterator[Chunk]:
    next_id = itertools.count(1).__next__
    if spec.arguments:
        yield [
            Record(next_id(), {spec.column: argument_text(word)}, ARGUMENT)
            for word in spec.arguments
        ]
    for source in sources:
        try:
            yield from _read_source(spec, source, next_id, unread)
        except InputError as error:
            bad = faults.tolerated(source, error)
            bad.id = next_id()
            yield [bad]


def argument_text(word: str) -> str:
    """An argument as text; InputError for bytes that are not the terminal's encoding."""
    try:
        word.encode()
    except UnicodeEncodeError as error:
        raise InputError(f"the argument {word!a} is not UTF-8") from error
    return word


def format_of(spec: Spec, source: Source) -> Format:
    """The format of a source: as asked, by its suffix, text where it has none or is a picture.

    InputError for a suffix that no format has.
    """
    if spec.format:
        return registry.input_named(spec.format, spec.documents)
    if spec.pages is not None and not _is_list(spec, source):
        return TEXT
    form = registry.input_of(source, spec.documents)
    if spec.paragraphs is None or form not in (TEXT, PARAGRAPHS):
        return form
    return PARAGRAPHS if spec.paragraphs else TEXT


def _is_list(spec: Spec, source: Source) -> bool:
    """Whether a source may list pictures, and not only be one."""
    told = spec.format or suffix_of(source.name) in suffixes(readable(False))
    return bool(told) or not (source.path or source.url)


def options_of(spec: Spec) -> ReadOptions:
    """What formats are told of how to read."""
    return ReadOptions(spec.encoding, spec.column, spec.dialect)


def _read_source(
    spec: Spec, source: Source, next_id: Callable[[], int], unread: bool = False
) -> Iterator[Chunk]:
    form, options = format_of(spec, source), options_of(spec)
    if unread and form.by_line:
        yield from read_unread(form, source, options, next_id)
    elif form.read:
        yield from form.read(source, options, next_id)
