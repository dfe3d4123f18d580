"""The lock files go with pyproject.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def wanted(requirements: list[str]) -> Iterator[Requirement]:
    """Requirements, with those of nlptool's own extras that they name."""
    for requirement in map(Requirement, requirements):
        if requirement.name == "nlptool":
            for extra in requirement.extras:
                yield from wanted(EXTRAS[extra])
        else:
            yield requirement


def locked(name: str) -> list[tuple[Requirement, int]]:
    """Each locked requirement, with the number of its hashes."""
    text = (ROOT / "scripts" / name).read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return [(Requirement(line.partition("--")[0]), line.count("--hash=sha256:")) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), [("base", ""), ("test", "nlptool[all,segment-train]")])
def test_a_lock_has_what_pyproject_wants(lock: str, extras: str) -> None:
    found: dict[str, list[Requirement]] = {}
    for requirement, hashes in locked(f"{lock}.lock"):
        assert hashes, requirement
        found.setdefault(requirement.name, []).append(requirement)
    for requirement in wanted([*PROJECT["dependencies"], *filter(None, [extras])]):
        name = canonicalize_name(requirement.name)
        if name == "torch":
            continue
        assert name in found, f"{name} is not locked: ./scripts/lock"
        for pinned in found[name]:
            (only,) = pinned.specifier
            assert only.version in requirement.specifier, f"{pinned}: ./scripts/lock"


def test_what_several_lock_is_the_same() -> None:
    build, base, test = (
        {(each.name, str(each.specifier)) for each, _ in locked(f"{name}.lock")}
        for name in ("build", "base", "test")
    )
    assert build | base <= test
