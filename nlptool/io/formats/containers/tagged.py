"""Elements of XML with text and elements in them, as text with numbered tags, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

TAG = re.compile(r"<(/?)(\d+)(/?)>")
Element = Any
"""An lxml element, which has no types."""


def parse(data: bytes) -> Element:
    """A tree of lxml: no entity is expanded, nothing fetched."""
    try:
        from lxml import etree
    except ImportError as error:
        from nlptool.errors import library_missing

        raise library_missing("lxml", "nlptool[documents]") from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=False)
    return etree.fromstring(data, parser)


def serialized(root: Element) -> bytes:
    """The tree as a file, its declaration and document type as they were."""
    from lxml import etree

    told = root.getroottree().docinfo
    data: bytes = etree.tostring(
        root.getroottree(),
        xml_declaration=True,
        encoding=told.encoding or "UTF-8",
        standalone=told.standalone,
    )
    return data


def local(element: Element) -> str:
    """An element's name without its namespace; none for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class Mixed:
    """The content of an element: text, and elements that are either around text or points.

    ``opens`` says of an element whether it is around text that belongs to the sentence.
    """

    def __init__(self, element: Element, opens: Callable[[Element], bool]) -> None:
        self.element = element
        self.opens = opens
        self.inner: list[Element] = []
        self.text = "".join(self._parts(element))

    def _parts(self, element: Element) -> Iterator[str]:
        yield safe(element.text)
        for child in element:
            self.inner.append(child)
            number = len(self.inner)
            if self.opens(child):
                yield f"<{number}>"
                yield from self._parts(child)
                yield f"</{number}>"
            else:
                yield f"<{number}/>"
            yield safe(child.tail)

    def put(self, text: str, into: Element | None = None) -> None:
        """Other text in the place of this, its tags the elements that they stand for; ``into``
        another element, which gets copies of them."""
        target = self.element if into is None else into
        if text == self.text and into is None:
            return
        copies = [copy(child) if into is not None else child for child in self.inner]
        for child in [target, *(c for c in copies if self.opens(c))]:
            for old in list(child):
                child.remove(old)
            child.text = None
        for child in copies:
            child.tail = None
        stack, start = [target], 0
        for found in TAG.finditer(text):
            _append(stack[-1], text[start : found.start()])
            start = found.end()
            element = copies[int(found[2]) - 1]
            if found[1]:
                stack.pop()
            else:
                stack[-1].append(element)
                if not found[3]:
                    stack.append(element)
        _append(stack[-1], text[start:])


def safe(text: str | None) -> str:
    """Text of which nothing looks like a tag of ours: its bracket becomes a wide one."""
    return TAG.sub(lambda found: found[0].replace("<", "＜"), text or "")


def _append(element: Element, text: str) -> None:
    """Text behind all that is in an element."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text
