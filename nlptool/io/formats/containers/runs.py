"""Paragraphs of Office's formats: text in runs, each with its own look."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import pairwise
from typing import NamedTuple

from nlptool.io.formats.containers.tagged import TAG, Element, local, safe

AROUND = ("hyperlink", "ins", "smartTag", "sdt", "sdtContent")
"""Elements with runs in them that belong to the paragraph's text."""
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


class Run(NamedTuple):
    """Text with one look, or something else (a tab, a picture, a field) where ``text`` is None.

    ``elements`` are what it is made of, ``around`` what these stand in, the outermost first.
    """

    text: str | None
    look: bytes
    elements: list[Element]
    around: tuple[Element, ...]


class Paragraph:
    """A paragraph's runs as one text: those that look as the most of it does are plain, others
    stand in numbered tags."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.runs = _merged(list(_fields(_runs(element, ()))))
        lengths: dict[tuple[bytes, tuple[Element, ...]], int] = {}
        for run in self.runs:
            key = run.look, run.around
            lengths[key] = lengths.get(key, 0) + len(run.text or "")
        self.base = max(lengths, key=lengths.__getitem__, default=(b"", ()))
        self.text = "".join(self._shown(number, run) for number, run in enumerate(self.runs, 1))

    def _shown(self, number: int, run: Run) -> str:
        if run.text is None:
            return f"<{number}/>"
        text = safe(run.text)
        return text if (run.look, run.around) == self.base else f"<{number}>{text}</{number}>"

    def put(self, text: str) -> None:
        """Other text in the place of this, in runs that look as its tags say."""
        if text == self.text:
            return
        first = self.runs[0]
        at = self.element.index(first.around[0] if first.around else first.elements[0])
        plain = next(r for r in self.runs if r.text is not None and (r.look, r.around) == self.base)
        self._clear()
        made, stack, start = _Made(), [plain], 0
        for found in TAG.finditer(text):
            made.add_text(text[start : found.start()], stack[-1])
            start = found.end()
            run = self.runs[int(found[2]) - 1]
            if found[3]:
                made.add(run.elements, run.around)
            elif found[1]:
                stack.pop()
            else:
                stack.append(run)
        made.add_text(text[start:], plain)
        for offset, element in enumerate(made.elements):
            self.element.insert(at + offset, element)

    def _clear(self) -> None:
        """Take the runs out, and what they stood in where nothing else does."""
        for run in self.runs:
            for element in run.elements:
                element.getparent().remove(element)
            for outer in reversed(run.around):
                if not len(outer) and outer.getparent() is not None:
                    outer.getparent().remove(outer)


class _Made:
    """A paragraph's new content, in order."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.around: tuple[Element, ...] = ()
        """What the last element is a copy of the outermost of, with what is in that."""

    def add_text(self, text: str, like: Run) -> None:
        """Text in a run with the look of another."""
        if text:
            self.add([_written(like, text)], like.around)

    def add(self, elements: list[Element], around: tuple[Element, ...]) -> None:
        """Elements, in copies of what they stood in; neighbours share these."""
        if not around:
            self.elements += elements
        else:
            if around != self.around:
                copies = [each.makeelement(each.tag, each.attrib) for each in around]
                for outer, inner in pairwise(copies):
                    outer.append(inner)
                self.elements.append(copies[0])
                self.innermost = copies[-1]
            self.innermost.extend(elements)
        self.around = around


def _runs(element: Element, around: tuple[Element, ...]) -> Iterator[Run]:
    for child in element:
        name = local(child)
        if name in AROUND:
            yield from _runs(child, (*around, child))
        elif name in ("r", "br", "fld", "fldSimple"):
            yield from _parts(child, around) if name == "r" else [Run(None, b"", [child], around)]


def _parts(run: Element, around: tuple[Element, ...]) -> Iterator[Run]:
    """A run in what is text and what is something else; the last one's element is the run's own."""
    from lxml import etree

    look = next((child for child in run if local(child) == "rPr"), None)
    shown = b"" if look is None else etree.tostring(look, with_tail=False)
    inner = [child for child in run if local(child) != "rPr"]
    if all(local(child) == "t" for child in inner):
        yield Run("".join(child.text or "" for child in inner), shown, [run], around)
        return
    for child in inner:
        alone = run.makeelement(run.tag, run.attrib)
        if look is not None:
            alone.append(deepcopy(look))
        is_text = local(child) == "t"
        alone.append(child)
        run.addprevious(alone)
        yield Run((child.text or "") if is_text else None, shown, [alone], around)
    run.getparent().remove(run)


def _fields(runs: Iterator[Run]) -> Iterator[Run]:
    """The runs, all of a field (a page's number, say) as one that is no text."""
    depth, held = 0, Run(None, b"", [], ())
    for run in list(runs):
        kinds = [each.get(_attribute(each, "fldCharType")) for each in _chars(run)]
        depth += kinds.count("begin")
        if depth:
            held = Run(None, b"", [*held.elements, *run.elements], held.around or run.around)
        else:
            yield run
        depth -= kinds.count("end")
        if not depth and held.elements:
            yield held
            held = Run(None, b"", [], ())
    if held.elements:
        yield held


def _chars(run: Run) -> list[Element]:
    return [each for element in run.elements for each in element if local(each) == "fldChar"]


def _attribute(element: Element, name: str) -> str:
    return f"{element.tag.rpartition('}')[0]}}}{name}"


def _merged(runs: list[Run]) -> list[Run]:
    """The runs, neighbours that look the same as one."""
    found: list[Run] = []
    for run in runs:
        last = found[-1] if found else None
        same = last and last.look == run.look and last.around == run.around
        if last and same and last.text is not None and run.text is not None:
            text = last.text + run.text
            found[-1] = Run(text, run.look, [*last.elements, *run.elements], run.around)
        else:
            found.append(run)
    return found


def _written(like: Run, text: str) -> Element:
    """A run with the look of another and this text."""
    pattern = like.elements[0]
    run = pattern.makeelement(pattern.tag, pattern.attrib)
    look = next((child for child in pattern if local(child) == "rPr"), None)
    if look is not None:
        run.append(deepcopy(look))
    shown = run.makeelement(f"{pattern.tag[:-1]}t")
    shown.text = text
    if text != text.strip():
        shown.set(SPACE, "preserve")
    run.append(shown)
    return run
