"""A corpus for training: read once from any input, cut into words, kept on disk."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from time import monotonic
from typing import IO

import msgspec

from nlptool.errors import RecordError
from nlptool.io import reader
from nlptool.io.failures import Failures
from nlptool.io.record import Chunk, Record
from nlptool.io.sinks import cannot_write
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.pipeline.batching import Answerer, window_size
from nlptool.pipeline.columns import ColumnMapping
from nlptool.pipeline.executors.serial import Serial
from nlptool.pipeline.windows import windows
from nlptool.tasks.segment import SEGMENT, Params, Words
from nlptool.tasks.vectors import WORD, Progress

log = logging.getLogger(__name__)

LONGEST = 10_000
"""Words in a sentence, at most: gensim would drop the rest."""

Cut = tuple[Record, list[str] | RecordError]


class Plan(msgspec.Struct, frozen=True):
    """What to read, and how its texts become words.

    ``segment`` leaves it to the task of that name, ``spaces`` takes what stands between spaces;
    else words are runs of letters and digits, with hyphens and apostrophes inside.
    """

    input: reader.Spec
    fields: Sequence[str] = ()
    segment: bool = False
    spaces: bool = False
    lower: bool = False
    choice: Choice = msgspec.field(default_factory=Choice)


class Corpus:
    """Sentences as lists of words, to be gone through again and again; memory holds one.

    They lie, a sentence a line, in ``file``.
    """

    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.words = 0
        self.failures = Failures(log)

    def __iter__(self) -> Iterator[list[str]]:
        self.file.seek(0)
        for line in self.file:
            yield line.split()

    def add(self, words: list[str]) -> None:
        """A sentence more."""
        try:
            for start in range(0, len(words), LONGEST):
                self.file.write(" ".join(words[start : start + LONGEST]) + "\n")
        except OSError as error:
            raise cannot_write("the temporary folder (TMPDIR moves it)", error) from error
        self.words += len(words)

    def fail(self, record: Record, error: RecordError) -> None:
        """A record that cannot be used, counted and told of."""
        self.failures.tell(f"{record.place}: {error}")


@contextmanager
def gathered(plan: Plan, tick: Callable[[Progress], None]) -> Iterator[Corpus]:
    """All of the input, read and cut.

    It lies in a nameless file in the system's temporary folder (TMPDIR moves it), which is gone
    with the process however that ends.
    """
    start = monotonic()
    sources = reader.sources_of(plan.input)
    size = sum(source.size for source in sources)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
        corpus = Corpus(file)
        for done in _cut(plan, reader.read(plan.input, sources)):
            for record, words in done:
                if isinstance(words, RecordError):
                    corpus.fail(record, words)
                elif words:
                    corpus.add([word.lower() for word in words] if plan.lower else words)
            share = sum(source.done for source in sources) / size if size else None
            tick(Progress("reading", corpus.words, monotonic() - start, share))
        yield corpus


def _cut(plan: Plan, chunks: Iterable[Chunk]) -> Iterator[list[Cut]]:
    columns = ColumnMapping(SEGMENT, plan.fields)
    if not plan.segment:
        split = str.split if plan.spaces else WORD.findall
        for chunk in chunks:
            yield [(record, _words_of(columns, record, split)) for record in chunk]
        return
    resolver = Resolver(SEGMENT, plan.choice)
    params = Params()
    executor = Serial(Answerer(SEGMENT, params, Pool(resolver)))
    size = partial(window_size, resolver, params, count=None)
    try:
        for answered in executor.map(windows(chunks, columns, size)):
            yield [
                (record, [word for word in result.words if WORD.search(word)])
                if isinstance(result, Words)
                else (record, result)
                for record, result in zip(answered.records, answered.results, strict=True)
            ]
    finally:
        executor.close()


def _words_of(
    columns: ColumnMapping, record: Record, split: Callable[[str], list[str]]
) -> list[str] | RecordError:
    try:
        return split(columns.take(record).text)
    except RecordError as error:
        return error
