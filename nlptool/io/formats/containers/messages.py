"""Messages of programs in JSON and YAML: every text that is a value is translated, no key is."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nlptool.errors import library_missing
from nlptool.io.formats.containers.container import Languages, container
from nlptool.io.sources import Source

INDENT = re.compile(r"^\s*[\[{]\s*\n([ \t]+)")


class Tree:
    """Values in objects and lists: the places of texts among them."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.places = list(_places(root, set()))
        self.texts: Sequence[str] = [str(holder[key]) for holder, key in self.places]

    def fill(self, texts: Sequence[str]) -> Any:
        """The root, with other texts in their places."""
        for (holder, key), text in zip(self.places, texts, strict=True):
            if text != holder[key]:
                holder[key] = _like(holder[key], text)
        return self.root


def _places(holder: Any, seen: set[int]) -> Iterator[tuple[Any, Any]]:
    if id(holder) in seen:
        return
    seen.add(id(holder))
    items = holder.items() if isinstance(holder, dict) else enumerate(holder)
    for key, value in list(items):
        if isinstance(value, dict | list):
            yield from _places(value, seen)
        elif isinstance(value, str) and not str(key).startswith(("@", "$")):
            yield holder, key


def _like(old: str, text: str) -> str:
    """A text in the quotes that YAML had for the old one."""
    kind = type(old)
    return text if kind is str else kind(text)


class Json(Tree):
    """A .json file; its indent, and whether it escapes what is not ASCII, are kept.

    The ``@@locale`` of Flutter's messages names the language that they are in now.
    """

    def __init__(self, data: bytes) -> None:
        self.raw = data.decode("utf-8-sig")
        root = json.loads(self.raw)
        if not isinstance(root, dict | list):
            raise ValueError("there is no object in it")
        super().__init__(root)

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The file with other texts."""
        if isinstance(self.root, dict) and "@@locale" in self.root:
            self.root["@@locale"] = languages[1].replace("-", "_")
        found = INDENT.match(self.raw)
        escaped = self.raw.isascii() and r"\u" in self.raw
        compact = found is None and '": ' not in self.raw
        text = json.dumps(
            self.fill(texts),
            ensure_ascii=escaped,
            indent=found[1] if found else None,
            separators=(",", ":") if compact else None,
        )
        return (text + "\n" * self.raw.endswith("\n")).encode()


class Yaml(Tree):
    """A .yaml file; comments, anchors and quotes stay.

    Where its one key is the language that the texts were in (Rails' ``en:``), it is the other then.
    """

    def __init__(self, data: bytes) -> None:
        try:
            from ruamel.yaml import YAML
        except ImportError as error:
            raise library_missing("ruamel.yaml", "nlptool[documents]") from error
        self.yaml = YAML()
        self.yaml.preserve_quotes = True
        self.yaml.width = 1 << 20
        root = self.yaml.load(data.decode("utf-8-sig"))
        if not isinstance(root, dict | list):
            raise ValueError("there is no mapping in it")
        super().__init__(root)

    def put(self, texts: Sequence[str], languages: Languages) -> bytes:
        """The file with other texts."""
        root = self.fill(texts)
        source, target = languages
        if isinstance(root, dict) and [*root] == [source]:
            root[target] = root.pop(source)
            comments = self.root.ca.items
            comments[target] = comments.pop(source, None)
        out = io.BytesIO()
        self.yaml.dump(root, out)
        return out.getvalue()


def is_object(source: Source) -> bool:
    """Whether a .json file is messages: an object and no array of records, nor SQuAD's."""
    start = source.start().lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and not SQUAD.match(start)


SQUAD = re.compile(rb'\{\s*(?:"version"\s*:\s*"[^"]*"\s*,\s*)?"data"\s*:\s*\[')

JSON = container("messages", (".json", ".arb"), Json, accepts=is_object)
YAML_MESSAGES = container("yaml", (".yaml", ".yml"), Yaml)
