"""A configuration of PaddleSeg: read as it is, or made for a folder of data."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nlptool.errors import InputError, UsageError, one_line
from nlptool.plugins.trainer import MaskPlan

Tree = dict[str, Any]

REQUIRED = ("train_dataset", "model", "loss", "optimizer", "batch_size", "iters")
KEYS = (
    *REQUIRED,
    *("val_dataset", "lr_scheduler", "learning_rate", "test_config", "to_static_training"),
)
NETWORKS: dict[str, tuple[Tree, int]] = {
    "bisenetv2": ({"type": "BiSeNetV2"}, 5),
    "pp-liteseg": ({"type": "PPLiteSeg", "backbone": {"type": "STDC1"}}, 3),
    "mobileseg": ({"type": "MobileSeg", "backbone": {"type": "MobileNetV2_x0_5"}}, 3),
}
"""Networks for a folder of data, each with the number of outputs that it is trained at."""


def read(plan: MaskPlan) -> Tree:
    """The configuration that the plan names or describes, complete; UsageError where it is wrong,
    InputError where it cannot be read."""
    config = _for_folder(plan) if plan.source.is_dir() else _from_file(plan.source)
    _check_keys(config, str(plan.source))
    _modernise(config, str(plan.source))
    if plan.iters:
        config["iters"] = plan.iters
    if plan.batch:
        config["batch_size"] = plan.batch
    if plan.rate:
        config["lr_scheduler"]["learning_rate"] = plan.rate
    _check_start(config, plan)
    return config


def _from_file(path: Path) -> Tree:
    import yaml
    from paddleseg.cvlibs.config import parse_from_yaml

    if not path.is_file():
        raise InputError(f"{path}: no such file or folder")
    try:
        config = parse_from_yaml(str(path))
    except (yaml.YAMLError, UnicodeDecodeError, OSError, TypeError) as error:
        raise InputError(f"{path} is no configuration of PaddleSeg: {one_line(error)}") from error
    missing = [key for key in REQUIRED if key not in config]
    if missing:
        raise UsageError(f"{path}: {', '.join(missing)} is missing")
    return dict(config)


def _for_folder(plan: MaskPlan) -> Tree:
    """A folder's train.txt, and val.txt if it has one, with PaddleSeg's usual settings."""
    folder = plan.source
    lists = {mode: folder / f"{mode}.txt" for mode in ("train", "val")}
    if not lists["train"].is_file():
        raise InputError(f"{folder}: no train.txt in this folder, with a picture and a mask a line")
    classes = len(plan.labels) or _count_classes(folder, lists["train"])
    common = {"type": "Dataset", "dataset_root": str(folder), "num_classes": classes}
    resize = {"type": "Resize", "target_size": [plan.size, plan.size]}
    train = [
        resize,
        {"type": "ResizeStepScaling", "min_scale_factor": 0.75, "max_scale_factor": 1.25}
        | {"scale_step_size": 0},
        {"type": "RandomPaddingCrop", "crop_size": [plan.size, plan.size]},
        {"type": "RandomHorizontalFlip"},
        {"type": "RandomDistort", "brightness_range": 0.4, "contrast_range": 0.4}
        | {"saturation_range": 0.4},
        {"type": "Normalize"},
    ]
    network, outputs = NETWORKS[plan.network]
    config = {
        "batch_size": 4,
        "iters": 1000,
        "train_dataset": {**common, "mode": "train", "train_path": str(lists["train"])}
        | {"transforms": train},
        "model": {**network, "num_classes": classes},
        "optimizer": {"type": "AdamW", "weight_decay": 0.01},
        "lr_scheduler": {"type": "PolynomialDecay", "learning_rate": 0.001}
        | {"end_lr": 0, "power": 0.9, "warmup_iters": 50, "warmup_start_lr": 1.0e-5},
        "loss": {"types": [{"type": "CrossEntropyLoss"}], "coef": [1] * outputs},
    }
    if lists["val"].is_file():
        config["val_dataset"] = {**common, "mode": "val", "val_path": str(lists["val"])} | {
            "transforms": [resize, {"type": "Normalize"}]
        }
    return config


def _count_classes(folder: Path, pairs: Path) -> int:
    """One more than the highest class number in the first masks of a list."""
    import numpy as np
    from PIL import Image

    highest = 0
    lines = pairs.read_text(encoding="utf-8").splitlines()
    for line in lines[:50]:
        name = line.split()[-1] if line.split() else ""
        try:
            with Image.open(folder / name) as picture:
                mask = np.asarray(picture)
        except (OSError, ValueError) as error:
            raise InputError(
                f"{pairs}: the mask {name} cannot be read: {one_line(error)}"
            ) from error
        highest = max(highest, int(mask.max(where=mask != 255, initial=0)))
    return highest + 1


def _modernise(config: Tree, where: str) -> None:
    """PaddleSeg 2.0's learning_rate as today's lr_scheduler."""
    old = config.pop("learning_rate", None)
    if "lr_scheduler" in config:
        return
    try:
        decay = dict(old["decay"])
        kind = decay.pop("type", "poly")
        config["lr_scheduler"] = {"type": "PolynomialDecay", "learning_rate": old["value"], **decay}
    except (TypeError, KeyError) as error:
        raise UsageError(
            f"{where}: it needs lr_scheduler, or learning_rate with value and decay"
        ) from error
    if kind != "poly":
        raise UsageError(f"{where}: learning_rate.decay.type: {kind} is not known, only poly")


def _check_keys(config: Tree, where: str) -> None:
    from paddleseg.core import infer
    from paddleseg.cvlibs import manager

    _check_known(config, KEYS, where, "")
    kinds: Tree = {}
    for parts in (manager.MODELS, manager.BACKBONES, manager.DATASETS, manager.TRANSFORMS):
        kinds |= parts.components_dict
    kinds |= manager.LOSSES.components_dict | manager.OPTIMIZERS.components_dict
    for key in ("train_dataset", "val_dataset", "model", "loss"):
        if key in config:
            _check_parts(config[key], kinds, where, key)
    tests = _names(infer.aug_inference) | {"aug_eval"}
    _check_known(config.get("test_config") or {}, tests, where, "test_config.")


def _check_parts(value: Any, kinds: Tree, where: str, place: str) -> None:
    """Every mapping with a type has keys that the class of that name takes."""
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check_parts(item, kinds, where, f"{place}[{number}]")
    elif isinstance(value, dict):
        if "type" in value:
            _check_known([value["type"]], kinds, where, f"{place}.type: ")
            known = _names(kinds[value["type"]])
            if known:
                _check_known(value, known | {"type"}, where, f"{place}.")
        for key, item in value.items():
            _check_parts(item, kinds, where, f"{place}.{key}")


def _names(function: Any) -> set[str]:
    """The parameters of a function or class; none where it takes any."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return set()
    return {parameter.name for parameter in parameters}


def _check_known(given: Iterable[Any], known: Iterable[str], where: str, place: str) -> None:
    known = sorted(known)
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise UsageError(f"{where}: {place}{name} is not known; {hint}")


def _check_start(config: Tree, plan: MaskPlan) -> None:
    """What the network starts from is here, and so are the data: PaddleSeg would download both."""
    model = config["model"]
    for part, name in ((model, "model"), (model.get("backbone") or {}, "model.backbone")):
        start = part.get("pretrained")
        if plan.scratch:
            part.pop("pretrained", None)
        elif start and not Path(str(start)).is_file():
            raise UsageError(
                f"{plan.source}: {name}.pretrained: {start} is no file; get it and name it there, "
                "or begin from nothing with --from-scratch"
            )
    for name in ("train_dataset", "val_dataset"):
        root = config.get(name, {}).get("dataset_root")
        if name in config and not (root and Path(root).is_dir()):
            raise InputError(f"{plan.source}: {name}.dataset_root: {root} is no folder")
