"""Markdown, as CommonMark with tables has it: words are translated, all that marks them is not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from nlptool.translation import html
from nlptool.translation.pieces import Kind, Part, Piece, Run, Writing, pieces_of
from nlptool.translation.survivors import BRACES, CODE, MATH, TEMPLATE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Place = tuple[int, int, int]
"""The number of a line, a column in it and a length."""

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.S | re.M)
LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n|\Z)")
PUNCTUATION = r"!-/:-@\[-`{-~"

QUOTED = r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
INLINE = re.compile(
    rf"""
    (?P<keep>
      (?<!`)(`+)(?!`)(?:(?!\2)[\s\S]|\2`+)*?(?<!`)\2(?!`)           # `code`
      | {MATH} | {BRACES} | {CODE}
      | <(?:[a-zA-Z][a-zA-Z0-9+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>@]+)>  # <https://example.org>
    )
    | (?P<text>\\[{PUNCTUATION}])
    | (?P<mark>\[\^[^\[\]\s]+\] | \{{[.#:][^{{}}\n]*\}})              # footnotes, attributes
    | {TEMPLATE}
    | </?[a-zA-Z][^<>]*>|<!--[\s\S]*?-->
    | \]\(\s*(?:<[^<>\n]*>|(?:[^()\s\\]|\\.|\([^()\s]*\))*)(?:\s+{QUOTED})?\s*\)
    | \]\[[^\[\]]*\]
    | !?\[(?:[ xX]\][ ])?|\]
    | \\\n\s*                                                    # a line ended by a backslash
    | \*{{1,3}}|~~|==|(?<!\w)_{{1,3}}(?=\w)|(?<=[^\s_])_{{1,3}}(?!\w)
    """,
    re.VERBOSE,
)
DIRECTIVE = re.compile(r":{3,}\s*[\w.-]+(?:\[(?P<boxed>[^\[\]]+)\]|\s+(?P<title>[^\s{].*?))\s*\Z")
"""The title of a container: ``:::tip Title`` or ``:::tip[Title]``."""
HARD = re.compile(r" {2,}[\r\n]")
"""A break of the line that a reader sees."""
TITLE = re.compile(rf"\]\(.*\s({QUOTED})\s*\)\Z", re.DOTALL)
"""A link or a picture that says what it is: ``](place "title")``."""
EMPHASIS = re.compile(r"[*_]{1,3}\Z|~~\Z|==\Z")
SPECIAL = re.compile(r"[\\`*_\[\]<>|~]")
OPENING = re.compile(r"\A(?=(?:[-+=]+|#{1,6}|\d{1,9}[.)])(?:\s|\Z))(\d*)")
"""What would begin a list or a heading at the start of a line."""


def cut(text: str) -> Iterator[Part]:
    """The text of paragraphs, headings, table cells and blocks of HTML as runs; the rest is
    fixed."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    yield text[:start]
    body = text[start:]
    lines = [found[0] for found in LINE.finditer(body)]
    starts = list(accumulate(map(len, lines), initial=0))
    done = 0
    for found in _found(body, lines):
        if isinstance(found, range):
            begin, end = starts[found.start], starts[found.stop]
            yield body[done:begin]
            yield from html.cut(body[begin:end])
            done = end
            continue
        run: list[Piece] = []
        for line, column, length in found:
            begin = starts[line] + column
            if run:
                run.append(Piece(body[done:begin], "break"))
            else:
                yield body[done:begin]
            done = begin + length
            run.append(Piece(body[begin:done], "text"))
        yield Run(_inline(run), MARKDOWN)
    yield body[done:]


def _parser() -> MarkdownIt:
    """CommonMark with what books and static sites add to it."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.use(container_plugin, "any", validate=lambda *_: True)
    return parser.use(admon_plugin).use(deflist_plugin).use(dollarmath_plugin)


def _found(body: str, lines: Sequence[str]) -> Iterator[list[Place] | range]:
    """For each run the place of its lines; for a block of HTML the range of its lines."""
    cursor = (0, 0)
    cell = False
    for token in _parser().parse(body.replace("\0", "\ufffd")):
        if token.type in ("td_open", "th_open"):
            cell = True
        elif token.type in ("td_close", "th_close"):
            cell = False
        elif token.type == "html_block" and token.map:
            content = "".join(lines[slice(*token.map)])
            if content.replace("\0", "\ufffd").strip() == token.content.strip():
                cursor = (token.map[1], 0)
                yield range(*token.map)
        elif token.type == "container_any_open" and token.map:
            titled = DIRECTIVE.search(lines[token.map[0]])
            if titled:
                start, end = titled.span(titled.lastgroup or 0)
                cursor = (token.map[0], end)
                yield [(token.map[0], start, end - start)]
        elif token.type == "inline" and token.map and token.content.strip():
            places = _places(token, lines, cursor, cell=cell)
            if places:
                line, column, length = places[-1]
                cursor = (line, column + length)
                yield places


def _places(
    token: Token, lines: Sequence[str], cursor: tuple[int, int], *, cell: bool
) -> list[Place]:
    """Where the lines of a token stand; none where one of them is written in another way."""
    places: list[Place] = []
    first = token.map[0] if token.map else 0
    for number, content in enumerate(token.content.split("\n"), first):
        words = content.strip()
        line = lines[number].replace("\0", "\ufffd")
        begin = cursor[1] if number == cursor[0] else 0
        if cell:
            words = words.replace("|", r"\|")
            column = line.find(words, begin)
        else:
            column = line.rfind(words, begin)
        if column < 0:
            return []
        places.append((number, column, len(words)))
    return places


def _inline(run: Sequence[Piece]) -> list[Piece]:
    """The run with what marks its words found, also where that goes over lines."""
    whole = "".join(piece.raw for piece in run)
    breaks: list[tuple[int, int]] = []
    position = 0
    for piece in run:
        if piece.kind == "break":
            breaks.append((position, position + len(piece.raw)))
        position += len(piece.raw)
    found: list[Piece] = []
    position = 0
    for piece in pieces_of(whole, INLINE):
        end = position + len(piece.raw)
        if piece.kind != "text":
            found.append(piece._replace(parts=_parts(piece)))
            position = end
            continue
        for start, stop in breaks:
            if position <= start < stop <= end:
                kind: Kind = "tag" if HARD.match(whole, start) else "break"
                found += [Piece(whole[position:start], "text"), Piece(whole[start:stop], kind)]
                position = stop
        found.append(Piece(whole[position:end], "text"))
        position = end
    return [piece for piece in found if piece.raw]


def _parts(piece: Piece) -> tuple[Part, ...]:
    """What a tag is made of, where it has texts of its own."""
    raw, parts = piece.raw, list[Part]()
    if piece.kind == "tag" and raw.startswith("<"):
        parts += html.tag_parts(raw)
    elif piece.kind == "tag" and (title := TITLE.match(raw)):
        start, end = title.start(1) + 1, title.end(1) - 1
        parts += [raw[:start], Run(pieces_of(raw[start:end], None), TITLE_TEXT), raw[end:]]
    return tuple(parts) if len(parts) > 1 else ()


def shown(raw: str) -> str:
    """Text without the backslashes that make marks plain characters."""
    return re.sub(rf"\\([{PUNCTUATION}])", r"\1", raw)


def written(text: str, raw: str) -> str:
    """Text with a backslash before each mark that the raw text did not have."""
    plain = shown(raw)
    text = SPECIAL.sub(lambda mark: mark[0] if mark[0] in plain else f"\\{mark[0]}", text)
    return text if OPENING.match(plain) else OPENING.sub(r"\1\\", text, count=1)


def around(opening: str, content: str, closing: str, before: str, after: str) -> str:
    """Content between tags; emphasis so that it is read as such: CommonMark asks for white space
    where there is punctuation inside and a letter outside, and _ has none beside letters."""
    if not EMPHASIS.match(opening):
        return f"{opening}{content}{closing}"
    if not content:
        return ""
    if before.isalnum() or after.isalnum():
        opening, closing = opening.replace("_", "*"), closing.replace("_", "*")
    left = " " if before.isalnum() and not content[0].isalnum() else ""
    right = " " if after.isalnum() and not content[-1].isalnum() else ""
    return f"{left}{opening}{content}{closing}{right}"


MARKDOWN = Writing(shown, written, around)
TITLE_TEXT = Writing(shown, lambda text, _: re.sub(r"[\\\"']", r"\\\g<0>", text))
