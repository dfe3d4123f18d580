"""Where a job's results go: standard output, one file, or a folder that mirrors the inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from nlptool.errors import OutputError, UsageError
from nlptool.io.atomic import FileSink, GrowingSink
from nlptool.io.files import Outputs, make_folder
from nlptool.io.formats.format import Format, Layout
from nlptool.io.formats.registry import output_named, output_of
from nlptool.io.formats.text import TEXT
from nlptool.io.packed import PackedSink, packing, suffix_of
from nlptool.io.sinks import STDOUT, Sink, StreamSink
from nlptool.io.sources import Source
from nlptool.io.visible import visible_bytes
from nlptool.tasks import Row

Header = Callable[[Iterable[str]], list[str]]

ERROR = "error"
LONG = 1 << 20
"""Characters of a text of which a copy is too many."""
OUTPUT = "the output"


def text_bytes(text: str) -> bytes:
    """A text as it is written."""
    return text.encode("utf-8", "backslashreplace")


class Channel:
    """One sink with its format; a plain one takes texts, every other format rows.

    A table waits for the first row that is no error to learn its columns.
    """

    def __init__(self, sink: Sink, form: Format, layout: Layout) -> None:
        self.sink = sink
        self.form = form
        self.text = form.plain
        self.whole = form.whole
        self.terminal = isinstance(sink, StreamSink) and sink.stream.isatty()
        self.encoder = form.encoder(layout) if form.encoder else None
        self.waits = form.table
        self.held: list[Row] = []
        if isinstance(sink, FileSink | PackedSink) and sink.size and self.encoder:
            with sink.begun() as written:
                self.encoder.resume(written)
            self.waits = False

    def write_texts(self, texts: Sequence[str], end: str) -> None:
        """The texts, each with its ``end``; a long one is not copied for it."""
        if len(texts) == 1 and len(texts[0]) > LONG:
            self.sink.write(text_bytes(texts[0]))
            texts = [""]
        self.sink.write(text_bytes(end.join([*texts, ""])))

    def write_bytes(self, parts: Sequence[bytes], end: bytes) -> None:
        """What results were rendered to, each with its ``end``."""
        self.sink.write(end.join([*parts, b""]))

    def write_rows(self, rows: list[Row], good: bool) -> None:
        """A row each, encoded; ``good`` when some of them are no errors."""
        if not rows:
            return
        if self.waits:
            self.held += rows
            if not good:
                return
            rows, self.held, self.waits = self.held, [], False
        if self.encoder and (data := self.encoder.encode(rows)):
            self.sink.write(visible_bytes(data) if self.terminal else data)

    def finish(self) -> None:
        """What is held back, the end of the format and that of the packing: all is written."""
        if self.encoder and self.held:
            data = self.encoder.encode(self.held)
            self.sink.write(visible_bytes(data) if self.terminal else data)
        for data in self.encoder.end() if self.encoder else ():
            self.sink.write(data)
        self.encoder = None
        if isinstance(self.sink, PackedSink):
            self.sink.finish()

    def commit(self) -> None:
        """All is written, and the sink's content appears."""
        self.finish()
        self.sink.commit()


class Output:
    """The channel for each source's results, all of them one unless ``-o`` is a folder.

    Results must come source by source, as they are read; ``errors`` as Channel has it.
    With ``grown`` the output is a file that goes on after so many bytes.
    """

    def __init__(
        self,
        target: str | None,
        kind: str | None,
        errors: bool,
        files: Outputs,
        grown: int | None = None,
        *,
        csv_safe: bool = False,
    ) -> None:
        self.csv_safe = csv_safe
        self.form = output_named(kind) if kind else None
        self.errors = errors
        self.files = files
        self.sources: list[Source] = []
        self.header: Header = list
        self.folder: Path | None = None
        self.current: tuple[str, Channel] | None = None
        self.single: Channel | None = None
        self.target = None if kind else target or "-"
        if target is None or target == "-":
            stream = files.stream(STDOUT, "standard output", OUTPUT)
            self.single = Channel(stream, self.form or TEXT, self._layout(self.sources))
            return
        if not target:
            raise OutputError("an empty name is no file or folder")
        path = Path(target)
        if path.is_dir() or target.endswith("/"):
            self.folder = path
        else:
            form = self.form or output_of(path.name)
            sink = (
                self._open(path, OUTPUT, form) if grown is None else files.grow(path, OUTPUT, grown)
            )
            self.single = Channel(sink, form, self._layout(self.sources))

    def expect(self, sources: Iterable[tuple[Source, Format]], header: Header) -> None:
        """What results are to come from, each with its own format; ``header`` makes of its columns
        those of a table of results. UsageError where a folder's files for two of them would be
        one, or where one of those is an input."""
        self.header = header
        found: dict[Path, Source] = {}
        given = list(sources)
        if self.single and len(given) == 1 and self._is_as_read(given[0][1]):
            self.single = Channel(self.single.sink, given[0][1], self._layout(self.sources))
        elif self.single and self.single.form.document and self.single.form.encoder:
            self.single.sink.abort()
            kind = self.single.form.name
            raise OutputError(f"{self.target}: {kind} is written where one is read; say --format")
        for source, own in given:
            self.sources.append(source)
            if self.folder is None:
                continue
            path = self.mirrored(source.relative, own)
            other = found.setdefault(path, source)
            if other is not source:
                raise UsageError(
                    f"{path} would hold the results of both {other.name} and {source.name}"
                )
            if path.exists():
                self.files.place(path, _results_of(source.name), self.folder)

    @property
    def form_of_all(self) -> Format | None:
        """The form of all that is written; None where it depends on the source, or a terminal
        shows it."""
        if self.single is None:
            return self.form
        return None if self.single.terminal else self.single.form

    def _is_as_read(self, own: Format) -> bool:
        """Whether the one document that is read is written in its own format: to standard output
        if it is text, or to a file that is named so."""
        if self.target is None or not own.document or own.encoder is None:
            return False
        named = Path(self.target).suffix.lower() in own.suffixes
        return named or (self.target == "-" and not own.binary)

    def _layout(self, sources: Sequence[Source]) -> Layout:
        def names() -> list[str]:
            return self.header(name for source in sources for name in source.columns)

        return Layout((ERROR,) if self.errors else (), sources, names, self.csv_safe)

    def channel(self, source: Source | None, own: Format) -> Channel:
        """The channel for a source, ``own`` its format, for a folder that is to mirror it."""
        if self.single:
            return self.single
        name = source.name if source else ""
        if self.current and self.current[0] == name:
            return self.current[1]
        self._finish()
        path = self.mirrored(source.relative if source else Path("arguments"), own)
        make_folder(path.parent)
        form = self.form or own
        sink = self._open(path, _results_of(name), form, self.folder)
        channel = Channel(sink, form, self._layout([source] if source else []))
        self.current = (name, channel)
        return channel

    def _open(self, path: Path, what: str, form: Format, folder: Path | None = None) -> Sink:
        """A file; UsageError for one of a kind that cannot be written on, where it is to be."""
        closed = form.closed or not form.resumable or packing(path.name)
        if self.files.existing == "append" and closed:
            raise UsageError(f"{path}: --append needs text, jsonl, csv or tsv that is not packed")
        return self.files.open(path, what, folder)

    def abandon(self, source: Source) -> None:
        """A source cannot be read on: a file of its own does not appear; another output keeps what
        it has of it."""
        if self.folder and self.current and self.current[0] == source.name:
            self.current[1].sink.abort()
            self.current = None

    def mirrored(self, relative: Path, own: Format) -> Path:
        """The place of an input's results: its own name where its suffix tells their format."""
        form = self.form or own
        told = suffix_of(relative.name) in form.suffixes or (own.document and form.plain)
        return (self.folder or Path()) / (f"{relative}" if told else f"{relative}{form.suffix}")

    def grown_to(self) -> int | None:
        """The bytes of a file that grows; None while rows are held back or packed together, or for
        other outputs."""
        channel = self.single
        if channel and isinstance(channel.sink, GrowingSink | PackedSink) and not channel.held:
            return channel.sink.grown_to()
        return None

    def finish(self) -> None:
        """A single output is written to its end, but does not appear yet."""
        if self.single:
            self.single.finish()

    def commit(self, empty: Iterable[tuple[Source, Format]] = ()) -> None:
        """Everything appears; in a folder also a file for each input that has nothing in it."""
        if self.single:
            self.single.commit()
        elif self.folder:
            for source, own in empty:
                self.channel(source, own)
        self._finish()

    def abort(self) -> None:
        """What is not complete disappears."""
        for channel in (self.single, self.current[1] if self.current else None):
            if channel:
                channel.sink.abort()

    def _finish(self) -> None:
        if self.current:
            self.current[1].commit()
            self.current = None


def _results_of(name: str) -> str:
    return f"the results of {name}" if name else "the results of the arguments"
