"""Word, PowerPoint, Excel, OpenDocument and EPUB: archives of XML, of which the texts change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol

from nlptool.io.formats.containers.archive import Archive
from nlptool.io.formats.containers.container import Languages, container
from nlptool.io.formats.containers.runs import Paragraph
from nlptool.io.formats.containers.tagged import Element, Mixed, local, parse, serialized


class _Text(Protocol):
    text: str

    def put(self, text: str) -> None: ...


class Package:
    """An archive: of the parts whose names match a pattern, the texts that ``find`` finds."""

    def __init__(
        self, pattern: str, find: Callable[[Element], Iterator[_Text]], data: bytes
    ) -> None:
        self.archive = Archive(data)
        names = sorted(filter(re.compile(pattern).fullmatch, self.archive.names), key=_order)
        if not names:
            raise ValueError("no part of one is in it")
        self.roots = {name: parse(self.archive.read(name)) for name in names}
        found = [list(find(root)) for root in self.roots.values()]
        self.found = [text for part in found for text in part if any(map(str.isalpha, text.text))]
        self.texts = [text.text for text in self.found]

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The archive with other texts."""
        for there, text in zip(self.found, texts, strict=True):
            there.put(text)
        return self.archive.written({n: serialized(root) for n, root in self.roots.items()})


def _order(name: str) -> list[str | int]:
    """A part's place among others: numbers by their value, the document before its notes."""
    parts = re.split(r"(\d+)", name)
    return [int(part) if part.isdigit() else part for part in parts]


def _paragraphs(root: Element) -> Iterator[_Text]:
    for element in root.iter("{*}p"):
        yield Paragraph(element)


class _Plain:
    """The text of an element that holds nothing else."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.text = element.text or ""

    def put(self, text: str) -> None:
        self.element.text = text


def _strings(root: Element) -> Iterator[_Text]:
    """Texts of cells, shared or their own."""
    for element in root.iter("{*}si", "{*}is"):
        alone = element.find("{*}t")
        yield Paragraph(element) if alone is None else _Plain(alone)


def _mixed(root: Element) -> Iterator[_Text]:
    """Paragraphs and headings of OpenDocument."""
    for element in root.iter("{*}p", "{*}h"):
        if element.tag.startswith("{urn:oasis:names:tc:opendocument:xmlns:text:"):
            yield Mixed(element, lambda inner: local(inner) in ("span", "a", "meta"))


class Book:
    """An EPUB: each page, and the table of contents, is a text of HTML."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data)
        self.names = [
            n for n in self.archive.names if n.endswith((".xhtml", ".html", ".htm", ".ncx"))
        ]
        if "mimetype" not in self.archive.names or not self.names:
            raise ValueError("no page is in it")
        self.texts = [self.archive.read(name).decode("utf-8-sig") for name in self.names]

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The book with other pages, and with the other language where it names its first."""
        changed = {name: text.encode() for name, text in zip(self.names, texts, strict=True)}
        for name in filter(re.compile(r".*\.opf").fullmatch, self.archive.names):
            root = parse(self.archive.read(name))
            for told in [*root.iter("{http://purl.org/dc/elements/1.1/}language")][:1]:
                told.text = languages[1]
                changed[name] = serialized(root)
        return self.archive.written(changed)


WORD = r"word/(?:document|(?:header|footer)\d*|footnotes|endnotes|comments)\.xml"
SLIDES = r"ppt/(?:slides/slide|notesSlides/notesSlide|diagrams/data)\d+\.xml"
BODY = r"(?:content|styles)\.xml"
PAGES = (".xhtml", ".html", ".htm", ".ncx")
SHEETS = r"xl/(?:sharedStrings|worksheets/sheet\d+)\.xml"

OFFICE = (
    container("docx", (".docx", ".docm"), partial(Package, WORD, _paragraphs), binary=True),
    container("pptx", (".pptx", ".pptm"), partial(Package, SLIDES, _paragraphs), binary=True),
    container("xlsx", (".xlsx", ".xlsm"), partial(Package, SHEETS, _strings), binary=True),
    container("odf", (".odt", ".odp", ".ods"), partial(Package, BODY, _mixed), binary=True),
    container("epub", (".epub",), Book, markup="pages", binary=True),
)
