"""SubRip subtitles: numbers, times and tags are fixed, the words of a cue are one run."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlptool.translation.pieces import Part, Piece, Run, pieces_of

TIMES = re.compile(r"^[ \t]*\d+:\d\d:\d\d[,.]\d+[ \t]*-->[^\r\n]*(?:\r\n|[\r\n]|\Z)", re.MULTILINE)
NUMBER = re.compile(r"(\s*(?:^[ \t]*\d+[ \t]*(?:\r\n|[\r\n]|\Z))?\s*)\Z", re.MULTILINE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}")
SPEAKER = re.compile(r"[ \t]*[-–—][ \t]*")
BREAK = re.compile(r"([ \t]*(?:\r\n|[\r\n])[ \t]*)")


def cut(text: str) -> Iterator[Part]:
    """The cues; where a line begins with a dash, another speaker begins a run of its own."""
    start = 0
    while found := TIMES.search(text, start):
        yield from _cue(text[start : found.start()], first=not start)
        yield found[0]
        start = found.end()
    yield from _cue(text[start:], first=not start)


def _cue(text: str, *, first: bool) -> Iterator[Part]:
    """The words before a cue's number and times; before the first of all there are none."""
    tail = NUMBER.search(text)
    end = tail.start() if tail else len(text)
    if first:
        yield text
        return
    run: list[Piece] = []
    for index, part in enumerate(BREAK.split(text[:end])):
        if index % 2 and not run:
            yield part
        elif index % 2:
            run.append(Piece(part, "break"))
        else:
            speaker = SPEAKER.match(part)
            if speaker:
                yield Run(run)
                yield speaker[0]
                run = []
            run += pieces_of(part[speaker.end() if speaker else 0 :], TAG)
    yield Run(run)
    yield text[end:]
