"""Subtitles: SubRip, WebVTT and SubStation. Times, styles and tags are fixed; the words of a cue,
or of cues that one sentence goes over, are a run. Libraries for them (webvtt-py, pysubs2) read all
that there is, but write a file anew; here every other byte stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nlptool.translation.pieces import Part, Piece, Run, pieces_of

TIME = r"(?:\d+:)?\d?\d:\d\d[,.]\d+"
TIMES = re.compile(rf"^[ \t]*{TIME}[ \t]*-->[ \t]*{TIME}[^\r\n]*(?:\r\n|[\r\n]|\Z)", re.M)
NUMBER = re.compile(r"(\s*(?:^[ \t]*\d+[ \t]*(?:\r\n|[\r\n]|\Z))?\s*)\Z", re.MULTILINE)
IDENTIFIER = re.compile(
    r"((?:\r\n|[\r\n])[ \t]*(?:\r\n|[\r\n])(?:[\s\S]*\S[^\r\n]*(?:\r\n|[\r\n]))?\s*|\s*)\Z"
)
"""What stands behind the words of a cue of WebVTT: an empty line, notes, the next one's name."""

TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}|♪|♫")
SPEAKER = re.compile(
    r"[ \t]*(?:[-–—>]+[ \t]*)?(?:[A-Z][A-Z0-9 .'-]{0,30}:[ \t]+)?"
    r"(?:[\[(][^\[\]()\r\n]{0,60}[\])][ \t]*)?"
)
"""What stands before words and is none of theirs: a dash, a name in capitals, [a sound]."""

BREAK = re.compile(r"([ \t]*(?:\r\n|[\r\n]|\\[Nnh])[ \t]*)")
END = re.compile(r"[.!?…。！？♪\]\)\"”』」-]\s*\Z|\A\s*\Z")
"""How the last words of a sentence end."""


class _Cue(NamedTuple):
    """What stands before a cue's words, and the words."""

    before: str
    words: str


def srt(text: str) -> Iterator[Part]:
    """The parts of a SubRip file."""
    return _parts(_cues(text, NUMBER))


def vtt(text: str) -> Iterator[Part]:
    """The parts of a WebVTT file."""
    return _parts(_cues(text, IDENTIFIER))


def ssa(text: str) -> Iterator[Part]:
    """The parts of a SubStation file: the text of each line that is a dialogue."""
    return _parts(_dialogues(text))


def _cues(text: str, end: re.Pattern[str]) -> Iterator[_Cue]:
    found = list(TIMES.finditer(text))
    start = 0
    for index, times in enumerate(found):
        following = found[index + 1].start() if index + 1 < len(found) else len(text)
        words = text[times.end() : following]
        tail = end.search(words)
        cut = tail.start() if tail else len(words)
        yield _Cue(text[start : times.end()], words[:cut])
        start = times.end() + cut
    yield _Cue(text[start:], "")


def _dialogues(text: str) -> Iterator[_Cue]:
    columns = 10
    start = 0
    for line in re.finditer(r"[^\r\n]*(?:\r\n|[\r\n]|\Z)", text):
        kind, _, rest = line[0].partition(":")
        if kind == "Format" and "Text" in rest:
            columns = rest.count(",") + 1
        if kind == "Dialogue" and rest.count(",") >= columns - 1:
            words = rest.split(",", columns - 1)[-1].rstrip("\r\n")
            begin = line.end() - len(line[0]) + line[0].rindex(words, len(line[0]) - len(words) - 2)
            yield _Cue(text[start:begin], words)
            start = begin + len(words)
    yield _Cue(text[start:], "")


def _parts(cues: Iterable[_Cue]) -> Iterator[Part]:
    """The cues; a sentence that a cue does not end goes on in the next one, unless another
    speaker begins there."""
    run: list[Piece] = []
    for cue in cues:
        lines = BREAK.split(cue.words)
        if run and lines[0].strip() and not _label(lines[0]):
            run += [Piece(cue.before, "mark"), Piece("", "break")]
        else:
            yield Run(run)
            yield cue.before
            run = []
        for index, part in enumerate(lines):
            if index % 2:
                run.append(Piece(part, "break"))
                continue
            label = _label(part)
            if label:
                yield Run(run)
                yield label
                run = []
            run += pieces_of(part[len(label) :], TAG)
        if END.search(cue.words) or not cue.words.strip():
            yield Run(run)
            run = []
    yield Run(run)


def _label(line: str) -> str:
    """What stands before a line's words: none where that is white space."""
    found = SPEAKER.match(line)
    return found[0] if found and found[0].strip() else ""
