"""XLIFF 1.2 and 2: a target beside each source that has none."""

from __future__ import annotations

from collections.abc import Sequence

from nlptool.io.formats.containers.container import Languages, container
from nlptool.io.formats.containers.tagged import Element, Mixed, local, parse, serialized

AROUND = ("g", "mrk", "pc", "sub")
"""Inline elements with words in them; the others (x, ph, bpt, ept, it, ...) are codes."""

LANGUAGES = {"source-language": "target-language", "srcLang": "trgLang"}
"""Attributes of XLIFF 1.2 (of each file) and 2 (of the root) that name the languages."""


class Xliff:
    """An XLIFF file: of each unit that may be translated and has no target yet the source."""

    def __init__(self, data: bytes) -> None:
        self.root = parse(data)
        if local(self.root) != "xliff":
            raise ValueError(f"its root is {local(self.root)}")
        self.sources = [
            Mixed(source, lambda element: local(element) in AROUND)
            for source in self.root.iter("{*}source")
            if local(source.getparent()) in ("trans-unit", "segment") and _is_open(source)
        ]
        self.texts = [source.text for source in self.sources]

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The file with its targets; it says their language where it says none."""
        for source, text in zip(self.sources, texts, strict=True):
            _put(source, text)
        for element in self.root.iter("{*}file", "{*}xliff"):
            for there, wanted in LANGUAGES.items():
                if element.get(there) and not element.get(wanted):
                    element.set(wanted, languages[1])
        return serialized(self.root)


def _is_open(source: Element) -> bool:
    target = source.getparent().find("{*}target")
    refused = any(each.get("translate") == "no" for each in source.iterancestors())
    return not refused and (target is None or not "".join(target.itertext()).strip())


def _put(source: Mixed, text: str) -> None:
    element = source.element
    target = element.getparent().find("{*}target")
    if target is None:
        target = element.makeelement(element.tag.replace("source", "target"))
        target.tail, element.tail = element.tail, _indent(element)
        element.addnext(target)
    source.put(text, target)


def _indent(element: Element) -> str | None:
    """The white space that stands before an element."""
    before = element.getprevious()
    space: str | None = before.tail if before is not None else element.getparent().text
    return space


XLIFF = container("xliff", (".xliff", ".xlf"), Xliff)
