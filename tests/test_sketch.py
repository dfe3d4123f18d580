"""Photographs as sketches, by a network of HED's kind that sees where lightness changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nlptool_plugins.sketch import BLOCKS, thinned
from PIL import Image, ImageDraw

from tests.conftest import Run

h5py = pytest.importorskip("h5py", reason="needs nlptool[sketch]")


@pytest.fixture(scope="module")
def hed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with weights for the network: the first block sees steps of lightness, to each of
    four sides, and the others nothing."""
    folder = tmp_path_factory.mktemp("hed")
    kernels = {"": np.zeros((3, 3, 3, 4)), "_1": np.zeros((3, 3, 4, 4))}
    for channel, (row, column) in enumerate(((0, 1), (2, 1), (1, 0), (1, 2))):
        kernels[""][1, 1, :, channel] = 1 / 255
        kernels[""][row, column, :, channel] = -1 / 255
        kernels["_1"][1, 1, channel, channel] = 1
    with h5py.File(folder / "hed_test.weights.h5", "w") as file:

        def layer(name: str, kernel: Any, bias: float = 0) -> None:
            file[f"{name}/vars/0"] = np.asarray(kernel, np.float32)
            file[f"{name}/vars/1"] = np.full(np.shape(kernel)[-1], bias, np.float32)

        for number, count in enumerate(BLOCKS, 1):
            for at in range(count):
                end = f"_{at}" if at else ""
                kernel = kernels[end] if number == 1 else np.zeros((3, 3, 4, 4))
                layer(f"block{number}/layers/conv2d{end}", kernel)
            layer(f"dsn{number}", np.full((1, 1, 4, 1), 6 if number == 1 else 0))
        layer("fuse", np.array([1, 0, 0, 0, 0]).reshape(1, 1, 5, 1), -3)
    return folder


def photograph(file: Path, size: tuple[int, int] = (300, 200)) -> Path:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((80, 60, 220, 140), fill=(30, 60, 120))
    file.parent.mkdir(exist_ok=True)
    picture.save(file)
    return file


def opened(file: Path) -> Any:
    with Image.open(file) as picture:
        return np.array(picture)


def test_lines_are_where_lightness_changes(nlptool: Run, tmp_path: Path, hed: Path) -> None:
    file = photograph(tmp_path / "box.png")
    done = nlptool("sketch", file, "-m", hed, "-o", "box.png", "-O", "side=300")
    assert done.code == 0, done.stderr
    (row,) = done.rows
    assert (row["width"], row["height"], row["page"]) == (300, 200, 1)
    drawing = opened(tmp_path / "work" / "box.png")
    assert abs(row["ink"] - (1 - drawing.mean() / 255)) < 0.001
    assert drawing.shape == (200, 300)
    assert drawing[100, 76:84].min() < 80
    assert drawing[136:144, 150].min() < 80
    assert drawing[15:50, 15:285].min() == drawing[70:130, 90:210].min() == 255


def test_pencil_shades(nlptool: Run, tmp_path: Path, hed: Path) -> None:
    file = photograph(tmp_path / "box.png")
    done = nlptool("sketch", file, "-m", hed, "-o", "out", "--style", "pencil", "-f", "text")
    assert done.code == 0, done.stderr
    assert done.lines[0].startswith("300 x 200\t")
    drawing = opened(tmp_path / "work" / "out" / "box.png.png")
    assert drawing[100, 150] < drawing[20, 150] == 255


def test_folders_keep_their_structure(nlptool: Run, tmp_path: Path, hed: Path) -> None:
    photograph(tmp_path / "in" / "a.png")
    photograph(tmp_path / "in" / "deep" / "b.jpg", (40, 30))
    (tmp_path / "in" / "bad.png").write_bytes(b"\x89PNG, but no picture")
    done = nlptool("sketch", "-i", tmp_path / "in", "-m", hed, "-o", "out", "--jobs", "2")
    assert (done.code, "bad.png" in done.stderr) == (1, True)
    out = tmp_path / "work" / "out"
    names = sorted(str(file.relative_to(out)) for file in out.rglob("*.png"))
    assert names == ["a.png.png", "deep/b.jpg.png"]
    assert opened(out / "deep" / "b.jpg.png").shape == (30, 40)


def test_wrong_uses_are_told(nlptool: Run, tmp_path: Path, hed: Path) -> None:
    file = photograph(tmp_path / "box.png")
    named = ("sketch", file, "-m", hed)
    for words in ((), ("-o", "a.jpg"), ("-o", "a", "--resume"), ("-o", "a", "--style", "oil")):
        assert nlptool(*named, *words).code == 2
    assert nlptool(*named, "-o", file).code == 2
    other = tmp_path / "other"
    other.mkdir()
    (other / "hed.weights.h5").write_bytes(b"no HDF5")
    wrong = nlptool("sketch", file, "-m", other, "-o", "out")
    assert (wrong.code, "no weights of HED" in wrong.stderr) == (4, True)


def test_faint_and_short_lines_are_left_out() -> None:
    edges = np.zeros((100, 100))
    edges[20, 10:90], edges[40, 10:90], edges[60, 50] = 0.9, 0.3, 0.9
    lines = thinned(edges, 0.5)
    assert lines[20, 50] == 0.9
    assert not lines[35:].any()
    assert thinned(edges, 0.2)[40, 50] == 0.3
