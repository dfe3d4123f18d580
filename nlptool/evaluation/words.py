"""How good word vectors are: by analogies, and by people's judgements of similarity."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError
from nlptool.io import reader
from nlptool.models.pool import Pool
from nlptool.pipeline.batching import answer_batch
from nlptool.pipeline.jobspec import Counts
from nlptool.tasks import Row
from nlptool.tasks.word2vec import Params, Query

log = logging.getLogger(__name__)

ANALOGY_WORDS = 4
ASKED_AT_ONCE = 1024
NEAREST, COSINE = Params(verb="analogy", top=1), Params(verb="similarity")


class Section(msgspec.Struct):
    """The questions under one heading: four words each, or two words and a judgement."""

    name: str
    analogies: list[list[str]] = []
    pairs: list[tuple[str, str, float]] = []


def read_sections(spec: reader.Spec) -> tuple[list[Section], int]:
    """The questions of files, and how many lines are none.

    A line ``: name`` opens a section, else a file is one by its name without the suffix.
    """
    sections: list[Section] = []
    failed = 0
    source = None
    for chunk in reader.read(spec, reader.sources_of(spec)):
        for record in chunk:
            if record.source != source:
                source = record.source
                sections.append(Section(Path(source).stem))
            line = record.row[spec.column].strip()
            if line.startswith(":"):
                sections.append(Section(line[1:].strip()))
            elif line and not _add(sections[-1], line):
                failed += 1
                log.warning("%s: neither an analogy (4 words) nor a word pair", record.place)
    found = [section for section in sections if section.analogies or section.pairs]
    if not found:
        raise InputError("no analogy (4 words a line) and no word pair (2 words and a number)")
    return found, failed


def _add(section: Section, line: str) -> bool:
    parts = line.replace(",", " ").split()
    if len(parts) == ANALOGY_WORDS:
        section.analogies.append(parts)
        return True
    try:
        one, other, judged = parts
        section.pairs.append((one, other, float(judged)))
    except ValueError:
        return False
    return True


def evaluate(pool: Pool, sections: Sequence[Section], tick: Callable[[Counts], None]) -> list[Row]:
    """A row a section, and one for all analogies where there are several sections of them.

    An analogy is right where the nearest word is the expected one; similarity is Spearman's rank
    correlation. Questions with a word out of the vocabulary are counted as ``oov``
    and are in neither figure. ``tick`` hears of questions done.
    """
    counts = Counts(size=sum(len(section.analogies) + len(section.pairs) for section in sections))
    judge = _Judge(pool, counts, tick)
    try:
        analogies = [judge.analogies(section) for section in sections if section.analogies]
        pairs = [judge.pairs(section) for section in sections if section.pairs]
    finally:
        pool.close()
    if len(analogies) > 1:
        right, asked, oov = (
            sum(row[key] for row in analogies) for key in ("right", "asked", "oov")
        )
        analogies.append(_accuracy("all analogies", right, asked, oov))
    return analogies + pairs


class _Judge:
    """Asks a model the questions of sections."""

    def __init__(self, pool: Pool, counts: Counts, tick: Callable[[Counts], None]) -> None:
        self.adapter = pool.adapter(pool.resolver.only or pool.resolver.pick("", COSINE))
        self.counts = counts
        self.tick = tick

    def analogies(self, section: Section) -> Row:
        """The section's row: how many analogies were solved."""
        sums = [f"{b} - {a} + {c}" for a, b, c, _ in section.analogies]
        found = list(self._ask(NEAREST, sums))
        known = list(self._ask(COSINE, [f"{d} {d}" for *_, d in section.analogies], 0))
        right = asked = 0
        for answer, there, (*_, wanted) in zip(found, known, section.analogies, strict=True):
            if not isinstance(answer, RecordError) and not isinstance(there, RecordError):
                asked += 1
                right += [near.word.lower() for near in answer.similar] == [wanted.lower()]
        return _accuracy(section.name, right, asked, len(found) - asked)

    def pairs(self, section: Section) -> Row:
        """The section's row: how far cosines and judgements agree in their order."""
        found = self._ask(COSINE, [f"{one} {other}" for one, other, _ in section.pairs])
        both = [
            (answer.similarity, judged)
            for answer, (_, _, judged) in zip(found, section.pairs, strict=True)
            if not isinstance(answer, RecordError)
        ]
        distinct = min(len(set(values)) for values in zip(*both, strict=True)) if both else 0
        score = spearman(both) if distinct > 1 else None
        oov = len(section.pairs) - len(both)
        return _row(section.name, "spearman", score, right=None, asked=len(both), oov=oov)

    def _ask(self, params: Params, texts: Sequence[str], weight: int = 1) -> Iterator[Any]:
        for start in range(0, len(texts), ASKED_AT_ONCE):
            batch = [Query(text) for text in texts[start : start + ASKED_AT_ONCE]]
            yield from answer_batch(self.adapter, batch, params)
            self.counts.done += len(batch) * weight
            self.counts.seen = self.counts.done
            self.tick(self.counts)


def spearman(pairs: Sequence[tuple[float, float]]) -> float:
    """Spearman's rank correlation of pairs; equal values share the mean of their ranks."""
    import numpy as np

    ranks = []
    for values in zip(*pairs, strict=True):
        _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks.append((counts.cumsum() - (counts - 1) / 2)[places])
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _accuracy(name: str, right: int, asked: int, oov: int) -> Row:
    score = right / asked if asked else None
    return _row(name, "accuracy", score, right=right, asked=asked, oov=oov)


def _row(
    name: str, measure: str, score: float | None, *, right: int | None, asked: int, oov: int
) -> Row:
    shown = None if score is None else round(score, 4)
    return {
        "section": name,
        "measure": measure,
        "score": shown,
        "right": right,
        "asked": asked,
        "oov": oov,
    }
