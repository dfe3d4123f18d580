"""nlptool word2vec plot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.font_manager import findfont
from PIL import Image

from nlptool.evaluation.word_plot import project
from nlptool.io.plot import BASE, families_for
from nlptool.plugins.discovery import adapter_class
from nlptool.tasks.vectors import Vectors
from tests.conftest import Run

WORDS = ["king", "queen", "man", "woman", "cat", "a$b$", "国王"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A few words at random places."""
    tool: Any = adapter_class("gensim")
    matrix = np.random.default_rng(5).standard_normal((len(WORDS), 8)).astype(np.float32)
    tool.save(Vectors(WORDS, matrix), tmp_path / "model", "folder", "float32")
    return tmp_path / "model"


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_a_png(nlptool: Run, folder: Path, tmp_path: Path, method: str) -> None:
    out = tmp_path / "words.png"
    done = nlptool("word2vec", "plot", *WORDS[:6], "-m", folder, "-o", out, "--method", method)
    assert done.code == 0
    with Image.open(out) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 6


def test_an_svg_has_all_labels_as_text_and_is_the_same_again(
    nlptool: Run, folder: Path, tmp_path: Path
) -> None:
    made = []
    for name in ("a.svg", "b.svg"):
        done = nlptool(
            "word2vec", "plot", "king", "-m", folder, "-o", tmp_path / name, "--neighbours", "6"
        )
        assert done.code == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    for word in WORDS:
        assert f">{word}<" in made[0].decode()


def test_unknown_words_are_told_of_and_the_others_drawn(
    nlptool: Run, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "words.svg"
    done = nlptool("word2vec", "plot", "-m", folder, "-o", out, stdin=b"king\nqueen man\nwomen\n")
    assert done.code == 1
    assert "did you mean woman" in done.stderr
    assert ">queen<" in out.read_text()


@pytest.mark.parametrize(
    ("count", "name", "error"),
    [
        (2, "words.svg", (3, "2 words to show, expected 3 or more")),
        (4, "words.pdf", (2, "ends in .png or .svg")),
        (4, "absent/words.svg", (6, "No such file")),
    ],
)
def test_what_cannot_be_drawn(
    nlptool: Run, folder: Path, count: int, name: str, error: tuple[int, str]
) -> None:
    done = nlptool("word2vec", "plot", *WORDS[:count], "-m", folder, "-o", name)
    assert done.code == error[0]
    assert error[1] in done.stderr


def test_letters_without_a_font_are_named() -> None:
    fonts = [(BASE, findfont(BASE))]
    assert families_for("kingé", fonts) == ([BASE], [])
    assert families_for("国王a", fonts) == ([BASE], ["国", "王"])


def test_near_words_stay_near_on_the_plane() -> None:
    rng = np.random.default_rng(4)
    groups = [rng.standard_normal(10) for _ in range(2)]
    vectors = [group + rng.standard_normal(10) / 20 for group in groups for _ in range(8)]
    for method in ("pca", "tsne"):
        plane = np.array(project(vectors, method, seed=0))  # type: ignore[arg-type]
        middle = [plane[:8].mean(axis=0), plane[8:].mean(axis=0)]
        spread = max(plane[:8].std(), plane[8:].std())
        assert np.linalg.norm(middle[0] - middle[1]) > 0
        for side, points in enumerate((plane[:8], plane[8:])):
            own = np.linalg.norm(points - middle[side], axis=1)
            other = np.linalg.norm(points - middle[1 - side], axis=1)
            assert (own < other).all(), (method, spread)
