"""What the nlptool.yaml of the current folder may say unasked, and what needs the user's trust.

Whoever unpacks a folder has not asked to run what lies in it: what runs code or brings weights
counts only after ``nlptool trust``, which holds for one content of one file.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from nlptool.config.paths import config_folder
from nlptool.config.yaml_tree import Branch, Leaf
from nlptool.damaged import DAMAGED
from nlptool.errors import UsageError

FREE = ("backends", "options", "description", "languages", "licence", "homepage")
"""What may be said of a model that the user has."""


def trust_file() -> Path:
    """Where the hashes of trusted files are kept, by path."""
    return config_folder() / "trusted.json"


def digest(content: bytes) -> str:
    """The hash that trust is bound to."""
    return hashlib.sha256(content).hexdigest()


def read_trusted() -> dict[str, str]:
    """The hashes by path; UsageError where the file is not one of ours."""
    file = trust_file()
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
    except (OSError, *DAMAGED) as error:
        raise UsageError(f"{file}: {error}") from error


def is_trusted(file: Path, content: bytes) -> bool:
    """Whether the user trusts a file with this content."""
    return read_trusted().get(str(file.resolve())) == digest(content)


def harmless(tree: Branch, below: Branch) -> tuple[Branch, list[str]]:
    """A file's tree without what needs trust, and the keys of that; ``below`` are the layers that
    the user has.

    What remains chooses among the models there are, and sets their defaults and options; not the
    options of those that run in an environment, where they may name code.
    """
    children = dict(tree.children)
    left_out = []
    if children.pop("environments", None):
        left_out.append("environments")
    models, known = children.get("models"), below.children.get("models")
    if isinstance(models, Branch) and isinstance(known, Branch):
        kept: dict[str, Branch | Leaf] = {}
        for name, entry in models.children.items():
            own = known.children.get(name)
            if not isinstance(entry, Branch) or not isinstance(own, Branch):
                left_out.append(f"models.{name}")
                continue
            free = [key for key in FREE if key != "options" or "environment" not in own.children]
            parts: dict[str, Branch | Leaf] = {
                key: value for key, value in entry.children.items() if key in free
            }
            left_out += [f"models.{name}.{key}" for key in entry.children if key not in free]
            kept[name] = Branch(parts, entry.place)
        children["models"] = Branch(kept, models.place)
    return Branch(children, tree.place), left_out
