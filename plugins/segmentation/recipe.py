"""What a model's folder says of its classes, and of how a picture is to be prepared."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import msgspec
import yaml

from nlptool.adapter import Setup
from nlptool.damaged import DAMAGED
from nlptool.errors import ModelError
from nlptool.tasks.picture import Colour

from .steps import STEPS, Step

CLASSES = 256
"""The most that a mask of bytes can have."""


class _Config(msgspec.Struct):
    id2label: dict[Annotated[int, msgspec.Meta(ge=0, lt=CLASSES)], str] = {}
    colours: list[Colour] = []
    transforms: list[dict[str, Any]] | None = None


class _Deploy(msgspec.Struct):
    transforms: list[dict[str, Any]] = []


class _Export(msgspec.Struct, rename={"deploy": "Deploy"}):
    deploy: _Deploy


class Recipe(msgspec.Struct, frozen=True):
    """``labels`` and ``colours`` of the classes, as far as told; ``steps`` before the model."""

    labels: list[str]
    colours: list[Colour]
    steps: list[Step]


def read_recipe(setup: Setup) -> Recipe:
    """The recipe in a model's folder; ModelError where there is none, or a wrong one."""
    folder = setup.folder or Path()
    config = _Config()
    deploy: list[dict[str, Any]] | None = None
    try:
        if (folder / "config.json").is_file():
            config = msgspec.json.decode((folder / "config.json").read_bytes(), type=_Config)
        if config.transforms is None and (folder / "deploy.yaml").is_file():
            tree = yaml.safe_load((folder / "deploy.yaml").read_bytes())
            deploy = msgspec.convert(tree, _Export).deploy.transforms
    except (*DAMAGED, yaml.YAMLError, OSError) as error:
        raise ModelError(
            f"model {setup.model}: its configuration cannot be read: {error}"
        ) from error
    transforms = config.transforms if config.transforms is not None else deploy
    if transforms is None:
        raise ModelError(
            f"model {setup.model} does not say how pictures are prepared: "
            "it needs config.json with transforms, or PaddleSeg's deploy.yaml"
        )
    labels = [
        config.id2label.get(n, f"class {n}") for n in range(max(config.id2label, default=-1) + 1)
    ]
    return Recipe(labels, config.colours, [_step(setup.model, given) for given in transforms])


def _step(model: str, given: dict[str, Any]) -> Step:
    settings = {name: value for name, value in given.items() if name != "type"}
    name = str(given.get("type"))
    if name not in STEPS:
        near = get_close_matches(name, STEPS, n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(STEPS)}"
        raise ModelError(f"model {model}: no transform is named {name}{hint}")
    try:
        return msgspec.convert(settings, STEPS[name])
    except msgspec.ValidationError as error:
        raise ModelError(f"model {model}: transform {name}: {error}") from error
