"""Shards: every N-th run of a job's records for each of N processes, and their outputs as one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec

from nlptool.errors import InputError, OutputError, UsageError
from nlptool.io.files import Outputs
from nlptool.io.formats.format import Format, Layout
from nlptool.io.formats.registry import output_named, output_of
from nlptool.io.output import OUTPUT
from nlptool.io.record import Chunk
from nlptool.io.sinks import Sink
from nlptool.io.sources import Source, cannot_read
from nlptool.pipeline.checkpoint import Entry

RUN = 1000
"""Records that stay together in one shard."""
SUFFIX = ".shard"
WHAT = "what a shard is"
JOINT = 2
"""Bytes before each item of a format that is closed: a comma or a bracket, and a line end."""


class Manifest(msgspec.Struct, frozen=True):
    """What the output of a shard is: number ``shard[0]``, from 1 on, of ``shard[1]`` of a ``job``.

    ``runs`` are the bytes of the output up to the end of each of its runs.
    """

    shard: tuple[int, int]
    job: str
    format: str
    runs: list[int]
    records: int
    failed: int


def parse_shard(given: str) -> tuple[int, int]:
    """``I/N``; UsageError for anything else."""
    number, _, count = given.partition("/")
    if number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count):
        return int(number), int(count)
    raise UsageError(f"--shard {given}: expected I/N, such as 3/10, I from 1 to N")


def own(chunks: Iterable[Chunk], shard: tuple[int, int] | None) -> Iterator[Chunk]:
    """The records of a shard, no two runs in one chunk; all of them without one."""
    if shard is None:
        yield from chunks
        return
    number, count = shard
    read = 0
    for chunk in chunks:
        start = 0
        while start < len(chunk):
            end = start + RUN - read % RUN
            part = chunk[start:end]
            if read // RUN % count == number - 1:
                yield part
            read += len(part)
            start += len(part)


def manifest_path(output: Path) -> Path:
    """The file beside a shard's output that says what it is."""
    return output.with_name(f"{output.name}{SUFFIX}")


def save_manifest(
    output: Path, form: str, shard: tuple[int, int], job: str, entries: Sequence[Entry]
) -> None:
    """Say beside its output what a shard is, as the checkpoint's ``entries`` tell."""
    ends = {entry.records: entry.output for entry in entries}
    last = entries[-1] if entries else Entry()
    marks = [*range(RUN, last.records, RUN), *([last.records] if last.records else [])]
    runs = [ends[mark] for mark in marks]
    told = Manifest(shard, job, form, runs, last.records, last.failed)
    Outputs().save(manifest_path(output), msgspec.json.encode(told), WHAT)


def merge(files: Sequence[Path], target: Path) -> int:
    """The outputs of all shards of a job as that of a job without shards; how many records it had.

    UsageError where a shard is missing or there twice, or where they are not of one job.
    """
    found = {file: _read_manifest(file) for file in files}
    by_number = _checked(found)
    form = output_named(next(iter(found.values())).format)
    if output_of(target.name).name != form.name:
        raise UsageError(f"{target}: the shards are {form.name}")
    outputs = Outputs([Source(str(file), file) for file in files])
    sink = outputs.open(target, OUTPUT)
    try:
        _write(sink, form, [(file, found[file].runs) for file in by_number])
    except BaseException:
        sink.abort()
        raise
    sink.commit()
    return sum(manifest.records for manifest in found.values())


def _checked(found: dict[Path, Manifest]) -> list[Path]:
    """The shards in their order."""
    first = next(iter(found.values()))
    for file, manifest in found.items():
        if (manifest.job, manifest.format) != (first.job, first.format):
            raise UsageError(f"{file} is of another job than {next(iter(found))}")
    count = first.shard[1]
    if any(manifest.shard[1] != count for manifest in found.values()):
        counts = sorted({manifest.shard[1] for manifest in found.values()})
        raise UsageError(f"these are shards of {' and of '.join(map(str, counts))}")
    numbers = [manifest.shard[0] for manifest in found.values()]
    missing = sorted({*range(1, count + 1)} - {*numbers})
    if missing:
        raise UsageError(f"of {count} shards there is no {', '.join(map(str, missing))}")
    doubled = sorted(number for number in {*numbers} if numbers.count(number) > 1)
    if doubled:
        raise UsageError(f"there are two of shard {', '.join(map(str, doubled))}")
    return sorted(found, key=lambda file: found[file].shard[0])


def _read_manifest(file: Path) -> Manifest:
    path = manifest_path(file)
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise InputError(f"{file} is no whole shard: {path.name} is not beside it") from error
    except OSError as error:
        raise cannot_read(str(path), error) from error
    except msgspec.DecodeError as error:
        raise InputError(f"{path} is damaged") from error


def _write(sink: Sink, form: Format, shards: list[tuple[Path, list[int]]]) -> None:
    """The runs of all shards in turn, between what stands before and behind them."""
    encoder = form.encoder(Layout()) if form.encoder else None
    opened = [path.open("rb") for path, _ in shards]
    try:
        heads = [_head(file) if form.table else b"" for file in opened]
        head = next(filter(None, heads), b"")
        if any(other not in (b"", head) for other in heads):
            raise OutputError("the shards have different columns; make them jsonl")
        sink.write(head)
        places = [len(head) for head in heads]
        begun = False
        for number in range(max(len(runs) for _, runs in shards)):
            for index, (path, runs) in enumerate(shards):
                if number >= len(runs):
                    continue
                data = _part(opened[index], path, places[index], runs[number])
                places[index] = max(places[index], runs[number])
                if form.closed and data:
                    data = (b",\n" if begun else data[:JOINT]) + data[JOINT:]
                begun = begun or bool(data)
                sink.write(data)
        if encoder and form.closed:
            if begun:
                encoder.resume(BytesIO())
            for data in encoder.end():
                sink.write(data)
    finally:
        for file in opened:
            file.close()


def _part(file: BinaryIO, path: Path, start: int, end: int) -> bytes:
    """The bytes of a run; InputError where the file is shorter than it was."""
    file.seek(start)
    data = file.read(max(0, end - start))
    if len(data) < end - start:
        raise InputError(f"{path} is shorter than it was when its shard was done")
    return data


def _head(file: BinaryIO) -> bytes:
    """The bytes of a table's header."""
    taken: list[bytes] = []

    def lines() -> Iterator[str]:
        for line in file:
            taken.append(line)
            yield line.decode("utf-8", "replace")

    next(csv.reader(lines()), None)
    return b"".join(taken)
