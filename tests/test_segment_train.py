"""nlptool segment train, by PaddleSeg."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Environment, Run

NEEDED = ("paddle", "paddleseg", "paddle2onnx", "cv2")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
needs_paddleseg = pytest.mark.skipif(
    bool(MISSING), reason=f"not installed: {', '.join(MISSING)} (nlptool[segment-train])"
)
SIZE = 64

STOPPED = """
import sys
from pathlib import Path
from nlptool.training.masks import train_masks
from nlptool.plugins.trainer import MaskPlan

def tick(now):
    if now.step == 3:
        raise KeyboardInterrupt

plan = MaskPlan(Path(sys.argv[1]), network="mobileseg", size=64, iters=4, batch=2, every=2,
                average=0.5, labels=("ground", "square"))
try:
    train_masks(plan, Path(sys.argv[2]), "cpu", False, tick)
except KeyboardInterrupt:
    pass
"""

NETWORKS = """
import sys
from pathlib import Path
from nlptool.plugins.trainer import MaskPlan
from nlptool_plugins.paddle.predictor import import_paddle
import_paddle()
from nlptool_plugins.paddleseg.config import NETWORKS, read
from nlptool_plugins.paddleseg.loop import Loop
from nlptool_plugins.paddleseg.parts import build

for name in NETWORKS:
    plan = MaskPlan(Path(sys.argv[1]), network=name, size=64, iters=1, batch=2)
    parts = build(read(plan), plan)._replace(val=None)
    Loop(parts, plan, Path(sys.argv[2]) / name, "").run(lambda now: print(name, now.loss), None)
"""

LOSSES = """
import json
import numpy as np
from nlptool_plugins.paddle.predictor import import_paddle
paddle = import_paddle()
from nlptool_plugins.paddleseg.losses import CrossEntropyLoss, DiceLoss, OhemCrossEntropyLoss

logits = paddle.to_tensor([[[[2.0, 0.0, 1.0, 0.0]], [[0.0, 0.0, 3.0, 5.0]]]])
labels = paddle.to_tensor([[[0, 1, 0, 255]]])
found = {
    "mean": CrossEntropyLoss(),
    "weighted": CrossEntropyLoss(weight=[1.0, 3.0]),
    "hardest": CrossEntropyLoss(top_k_percent_pixels=0.25),
    "below": OhemCrossEntropyLoss(thresh=0.6, min_kept=1),
    "kept": OhemCrossEntropyLoss(thresh=0.01, min_kept=2),
    "dice": DiceLoss(smooth=0.0),
}
print(json.dumps({name: float(loss(logits, labels.clone())) for name, loss in found.items()}))
"""

REFUSED = """
import json, sys
from pathlib import Path
from nlptool.errors import NlptoolError
from nlptool.plugins.trainer import MaskPlan
from nlptool_plugins.paddle.predictor import import_paddle
import_paddle()
from nlptool_plugins.paddleseg.config import read
from nlptool_plugins.paddleseg.parts import build

said = {}
for name in sys.argv[1:]:
    plan = MaskPlan(Path(name))
    try:
        build(read(plan), plan)
        said[Path(name).stem] = ""
    except NlptoolError as error:
        said[Path(name).stem] = str(error)
print(json.dumps(said))
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Bright squares on dark ground."""
    folder = tmp_path / "data"
    folder.mkdir()
    dice = np.random.default_rng(0)
    lines = []
    for number in range(6):
        mask = np.zeros((SIZE, SIZE), np.uint8)
        top, left = dice.integers(5, 30, 2)
        mask[top : top + 25, left : left + 25] = 1
        picture = (dice.random((SIZE, SIZE, 3)) * 60 + mask[:, :, None] * 150).astype(np.uint8)
        Image.fromarray(picture).save(folder / f"{number}.png")
        Image.fromarray(mask).save(folder / f"mask{number}.png")
        lines.append(f"{number}.png mask{number}.png\n")
    (folder / "train.txt").write_text("".join(lines[:4]))
    (folder / "val.txt").write_text("".join(lines[4:]))
    return folder


def python(code: str, *words: Path, environment: Environment) -> str:
    command = [sys.executable, "-W", "ignore", "-c", code, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_paddleseg
def test_from_data_to_a_model_and_a_killed_run_to_the_same(
    nlptool: Run, data: Path, tmp_path: Path, environment: Environment
) -> None:
    options = ["--network", "mobileseg", "--size", SIZE, "--iters", 4, "--batch-size", 2]
    options += ["--every", 2, "--average", 0.5, "--labels", "ground,square"]
    whole = tmp_path / "whole"
    done = nlptool("segment", "train", data, "-o", whole, *options, "-v", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert "step 4 of 4, epoch 2.00, loss" in done.stderr
    assert [row["metric"] for row in done.rows] == ["miou", "accuracy", "kappa", "dice"]
    there = {file.name for file in whole.iterdir()}
    assert there == {"config.json", "model.onnx", "paddle", "curves.png", "metrics.json"}

    stopped = tmp_path / "stopped"
    python(STOPPED, data, stopped, environment=environment)
    assert (stopped / "checkpoint.npz").exists()
    assert (
        "is not empty; go on with --resume"
        in nlptool("segment", "train", data, "-o", stopped, *options).stderr
    )
    assert (
        "with other options"
        in nlptool(
            "segment", "train", data, "-o", stopped, *options, "--seed", 1, "--resume"
        ).stderr
    )
    done = nlptool("segment", "train", data, "-o", stopped, *options, "-v", "--resume")
    assert done.code == 0, done.stderr
    assert "going on after step 2" in done.stderr
    weights = "paddle/model.pdiparams"
    assert (stopped / weights).read_bytes() == (whole / weights).read_bytes()

    metrics = json.loads((whole / "metrics.json").read_text())["metrics"]
    for model in (whole, whole / "paddle"):
        rows = nlptool("segment", "eval", data, "-m", model, "-f", "jsonl").rows
        assert [row["label"] for row in rows] == ["all", "ground", "square"]
        assert rows[0]["iou"] == pytest.approx(metrics["miou"], abs=0.002)


CONFIG: dict[str, Any] = {
    "batch_size": 2,
    "iters": 2,
    "train_dataset": {
        "type": "Dataset",
        "num_classes": 2,
        "mode": "train",
        "transforms": [{"type": "Resize", "target_size": [64, 64]}, {"type": "Normalize"}],
    },
    "model": {"type": "BiSeNetV2", "pretrained": None},
    "optimizer": {"type": "sgd", "momentum": 0.9, "weight_decay": 0.0004},
    "learning_rate": {"value": 0.01, "decay": {"type": "poly", "power": 0.9, "end_lr": 0}},
    "loss": {"types": [{"type": "CrossEntropyLoss"}], "coef": [1] * 5},
}


def changed(**keys: Any) -> dict[str, Any]:
    """The configuration with other values; a key as model__type is inside another."""
    config = json.loads(json.dumps(CONFIG))
    for key, value in keys.items():
        *outer, last = key.split("__")
        place = config
        for name in outer:
            place = place[name]
        place[last] = value
    return config


REFUSALS = {
    "as_it_is": ({}, ""),
    "batch_sise": ({"batch_sise": 1}, "batch_sise is not known; did you mean batch_size?"),
    "network": ({"model__type": "BiSeNetV3"}, "model.type: BiSeNetV3 is not known; did you mean"),
    "parameter": ({"model__lambda": 1}, "model.lambda is not known; did you mean lambd?"),
    "transform": (
        {"train_dataset__transforms": [{"type": "Resize", "taget_size": [1, 1]}]},
        "train_dataset.transforms[0].taget_size is not known; did you mean target_size?",
    ),
    "decay": ({"learning_rate__decay__type": "exp"}, "learning_rate.decay.type: exp is not known"),
    "rate": ({"learning_rate": 3}, "it needs lr_scheduler, or learning_rate with value and decay"),
    "download": (
        {"model__pretrained": "https://example.org/w.pdparams"},
        "model.pretrained: https://example.org/w.pdparams is no file; get it and name it there, "
        "or begin from nothing with --from-scratch",
    ),
    "nowhere": ({"train_dataset__dataset_root": "/none"}, "dataset_root: /none is no folder"),
    "coefficients": ({"loss__types": [{"type": "DiceLoss"}] * 2}, "length of types should be 1"),
    "large_batch": ({"batch_size": 9}, "a batch of 9 needs as many pictures, and there are 4"),
}


@needs_paddleseg
def test_configurations_read_as_they_are_or_refused(
    data: Path, tmp_path: Path, environment: Environment
) -> None:
    files = []
    for name, (keys, _) in REFUSALS.items():
        root = {"train_dataset__dataset_root": str(data)}
        root["train_dataset__train_path"] = str(data / "train.txt")
        files.append(tmp_path / f"{name}.yml")
        files[-1].write_text(json.dumps(changed(**{**root, **keys})))
    (tmp_path / "yaml.yml").write_text("a: [")
    (tmp_path / "empty.yml").write_text("iters: 3")
    (data / "gap.txt").write_text("0.png mask0.png\n1.png none.png\n")
    gap = changed(train_dataset__dataset_root=str(data))
    gap["train_dataset"]["train_path"] = str(data / "gap.txt")
    (tmp_path / "gap.yml").write_text(json.dumps(gap))
    more = [tmp_path / f"{name}.yml" for name in ("yaml", "empty", "gap", "none")]
    said = json.loads(python(REFUSED, *files, *more, environment=environment))
    for name, (_, message) in REFUSALS.items():
        assert message in said[name], (name, said[name])
        assert message or not said[name]
    assert "is no configuration of PaddleSeg" in said["yaml"]
    assert "train_dataset, model, loss, optimizer, batch_size is missing" in said["empty"]
    assert "none.png: no such file, but a list names it" in said["gap"]
    assert "no such file or folder" in said["none"]


@needs_paddleseg
def test_every_network_takes_a_step(data: Path, tmp_path: Path, environment: Environment) -> None:
    said = python(NETWORKS, data, tmp_path / "new", environment=environment).split()
    assert said[::2] == ["bisenetv2", "pp-liteseg", "mobileseg"]
    assert all(0 < float(loss) < 20 for loss in said[1::2])


@needs_paddleseg
def test_repaired_losses_are_what_they_were(environment: Environment) -> None:
    """Three pixels count, with probabilities p of their true class."""
    found = json.loads(python(LOSSES, environment=environment))
    p = np.array([1 / (1 + np.exp(-2)), 0.5, 1 / (1 + np.exp(2))])
    losses = -np.log(p)
    assert found["mean"] == pytest.approx(losses.mean(), rel=1e-4)
    assert found["weighted"] == pytest.approx((losses * [1, 3, 1]).sum() / 5, rel=1e-4)
    assert found["hardest"] == pytest.approx(losses[2], rel=1e-4)
    assert found["below"] == pytest.approx(losses[1:].mean(), rel=1e-4)
    assert found["kept"] == pytest.approx(losses[1:].mean(), rel=1e-4)
    first = np.array([p[0], 0.5, p[2]])
    dice = [2 * (p[0] + p[2]) / (2 + first.sum()), 2 * 0.5 / (1 + (1 - first).sum())]
    assert found["dice"] == pytest.approx(1 - np.mean(dice), rel=1e-4)


@needs_paddleseg
def test_a_loss_that_is_no_number_ends_the_training(
    nlptool: Run, data: Path, tmp_path: Path
) -> None:
    small = ["--network", "mobileseg", "--size", SIZE, "--iters", 9, "--batch-size", 2]
    done = nlptool("segment", "train", data, "-o", tmp_path / "new", *small, "--rate", "1e30")
    assert done.code == 4
    assert "the loss is" in done.stderr
    assert "try a lower learning rate" in done.stderr


@needs_paddleseg
def test_masks_with_wrong_values(nlptool: Run, data: Path, tmp_path: Path) -> None:
    mask = np.asarray(Image.open(data / "mask1.png"))
    Image.fromarray(mask * 9).save(data / "mask1.png")
    small = ["--network", "mobileseg", "--size", SIZE, "--iters", 4, "--batch-size", 2]
    done = nlptool(
        "segment", "train", data, "-o", tmp_path / "new", *small, "--labels", "ground,square"
    )
    assert done.code == 3
    assert "mask1.png: the value 9 is no class; there are 0 to 1" in done.stderr


def test_folders_and_libraries_that_are_not_there(nlptool: Run, tmp_path: Path, data: Path) -> None:
    done = nlptool("segment", "train", data, "-o", data)
    assert done.code == 6
    if MISSING:
        done = nlptool("segment", "train", data, "-o", tmp_path / "new")
        assert done.code == 4
        assert "pip install" in done.stderr
