"""YAML read safely into a tree that remembers where each value came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nlptool.errors import UsageError

SIZE_LIMIT = 4 << 20
DEPTH_LIMIT = 32
KINDS = ("map", "seq", "str", "bool", "int", "float", "null", "timestamp", "merge", "value")
TAGS = {f"tag:yaml.org,2002:{kind}" for kind in KINDS}
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Place:
    """A line of a file, counted from 1."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Leaf:
    """A value that is no mapping, and its place."""

    value: Any
    place: Place


@dataclass(frozen=True)
class Branch:
    """A mapping, and the place of its key."""

    children: dict[str, Branch | Leaf]
    place: Place


def read_tree(file: Path) -> Branch:
    """The mapping in a file; UsageError with file, line and what was expected."""
    return parse_tree(file, read_content(file))


def read_content(file: Path) -> bytes:
    """The bytes of a file, no more than a models.yaml may have; UsageError where there are none."""
    try:
        with file.open("rb") as stream:
            return stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}") from error


def parse_tree(file: Path, content: bytes) -> Branch:
    """The mapping in the content of a file; UsageError as for read_tree."""
    try:
        if len(content) > SIZE_LIMIT:
            raise UsageError(f"{file}:1: more than {SIZE_LIMIT >> 20} MiB is no models.yaml")
        text = content.decode("utf-8-sig")
        depth = 0
        for event in yaml.parse(text, Loader=Loader):
            if isinstance(event, yaml.AliasEvent):
                raise UsageError(f"{_place(file, event)}: anchors and aliases are not allowed")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_LIMIT:
                raise UsageError(f"{_place(file, event)}: nested too deeply")
        node = yaml.compose(text, Loader=Loader)
        if node is None:
            return Branch({}, Place(file, 1))
        tree = _grow(file, node, Place(file, 1))
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UsageError(f"{file}:{line}: not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 1
        raise UsageError(f"{file}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise UsageError(f"{file}:1: not YAML: {error}") from error
    if isinstance(tree, Leaf):
        raise UsageError(f"{tree.place}: expected a mapping")
    return tree


def merge(low: Branch, high: Branch) -> Branch:
    """Two trees as one; where both have a value, the second's."""
    children = dict(low.children)
    for key, child in high.children.items():
        old = children.get(key)
        both = isinstance(old, Branch) and isinstance(child, Branch)
        children[key] = merge(old, child) if both else child  # type: ignore[arg-type]
    return Branch(children, high.place)


def plain(tree: Branch | Leaf) -> Any:
    """The tree's values without their places."""
    if isinstance(tree, Leaf):
        return tree.value
    return {key: plain(child) for key, child in tree.children.items()}


def leaves(tree: Branch, above: str = "") -> list[tuple[str, Leaf]]:
    """Every value with its dotted key."""
    found: list[tuple[str, Leaf]] = []
    for key, child in tree.children.items():
        name = f"{above}.{key}" if above else key
        found += [(name, child)] if isinstance(child, Leaf) else leaves(child, name)
    return found


def place_of(tree: Branch, keys: list[str]) -> Place:
    """Where a key stands, or the nearest one above it that does."""
    place = tree.place
    node: Branch | Leaf = tree
    for key in keys:
        if isinstance(node, Leaf) or key not in node.children:
            break
        node = node.children[key]
        place = node.place
    return place


def _place(file: Path, node: Any) -> Place:
    return Place(file, node.start_mark.line + 1)


def _grow(file: Path, node: yaml.Node, place: Place) -> Branch | Leaf:
    if node.tag not in TAGS:
        raise UsageError(f"{_place(file, node)}: the tag {node.tag} is not allowed")
    if not isinstance(node, yaml.MappingNode):
        return Leaf(_value(file, node), place)
    children: dict[str, Branch | Leaf] = {}
    for key, value in node.value:
        where = _place(file, key)
        if not isinstance(key, yaml.ScalarNode):
            raise UsageError(f"{where}: expected a name as key")
        if key.value in children:
            raise UsageError(f"{where}: {key.value}: this key stands here twice")
        children[key.value] = _grow(file, value, where)
    return Branch(children, place)


def _value(file: Path, node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [plain(_grow(file, item, _place(file, item))) for item in node.value]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    """The values of YAML 1.2's core schema: ``no`` is a language, not False."""
    kind = node.tag.rpartition(":")[2]
    if kind == "bool" and node.value.lower() in ("true", "false"):
        return node.value.lower() == "true"
    if kind == "null":
        return None
    try:
        if kind == "int":
            return int(node.value, 0 if node.value.startswith("0x") else 10)
        if kind == "float":
            return float(node.value)
    except ValueError:
        return node.value
    return node.value
