"""nlptool segment eval: masks against true ones."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from nlptool.errors import RecordError
from nlptool.evaluation.masks import read_pairs
from nlptool.tasks.scoring.masks import Areas, score_masks
from tests.conftest import Run
from tests.test_segment_image import retina

PLACES = [(230, 200), (300, 240)]
MASKS = arrays(np.int64, (6, 7), elements=st.sampled_from([0, 1, 2, 255]))
FOUND = arrays(np.int64, (6, 7), elements=st.sampled_from([0, 1, 2]))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder as PaddleSeg has it: two retinas, with the ellipses of their discs as masks."""
    folder = tmp_path / "data"
    folder.mkdir()
    lines = []
    rows, columns = np.mgrid[:440, :512]
    for number, (x, y) in enumerate(PLACES):
        retina(place=(x, y)).save(folder / f"{number}.png")
        disc = ((columns - x) / 45) ** 2 + ((rows - y) / 50) ** 2 < 1
        Image.fromarray(disc.astype(np.uint8)).save(folder / f"mask{number}.png")
        lines.append(f"{number}.png mask{number}.png")
    (folder / "val.txt").write_text("\n".join(lines))
    return folder


def test_the_scores_of_a_folder(nlptool: Run, data: Path, tmp_path: Path) -> None:
    each, worst = tmp_path / "each.csv", tmp_path / "worst.png"
    done = nlptool("segment", "eval", data, "-f", "jsonl", "--each", each, "--worst", worst)
    assert done.code == 0, done.stderr
    whole, background, disc = done.rows
    assert [row["label"] for row in done.rows] == ["all", "background", "optic disc"]
    assert whole["pictures"] == 2
    assert whole["iou"] == pytest.approx((background["iou"] + disc["iou"]) / 2, abs=1e-4)
    assert 0.9 < whole["iou"] < whole["dice"] < 1
    assert 0.8 < whole["kappa"] < whole["accuracy"] < 1
    header, *lines = each.read_text().splitlines()
    assert header == "file,miou,accuracy,kappa,dice"
    assert [Path(line.split(",")[0]).name for line in lines] == ["0.png", "1.png"]
    with Image.open(worst) as sheet:
        assert sheet.width > 1200
        assert sheet.height > 800


def test_what_cannot_be_scored_is_named(nlptool: Run, data: Path) -> None:
    values = np.asarray(Image.open(data / "mask0.png"))
    Image.fromarray(values * 7).save(data / "seven.png")
    Image.fromarray(values[:100]).save(data / "small.png")
    Image.fromarray(values).convert("RGB").save(data / "colours.png")
    (data / "text.png").write_text("no picture")
    names = ["seven.png", "small.png", "colours.png", "text.png", "none.png", "mask1.png"]
    (data / "odd.txt").write_text(
        "".join(f"1.png {name}\n" for name in names) + "none.jpg mask0.png"
    )
    done = nlptool("segment", "eval", data / "odd.txt", "-f", "jsonl")
    assert done.code == 1
    assert done.rows[0]["pictures"] == 1
    for message in (
        "the mask has the values 7; the model's classes are 0 to 1, and 255 is for pixels",
        "the mask has 512 x 100 pixels, the picture 512 x 440",
        "colours.png has colours; expected one channel of class numbers",
        "text.png: cannot identify image file",
        "none.png: No such file or directory",
        "none.jpg: cannot be read: No such file or directory",
    ):
        assert message in done.stderr


def test_masks_of_0_and_255_draw_a_warning(nlptool: Run, data: Path) -> None:
    for file in data.glob("mask*.png"):
        Image.fromarray(np.asarray(Image.open(file)) * 255).save(file)
    done = nlptool("segment", "eval", data, "-f", "jsonl")
    assert "no mask has a pixel of optic disc; 255 is for what does not count" in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "the list is empty"),
        ("0.png\n", "val.txt:1: expected a picture and its mask"),
        ("none.png none.png\n", "no picture could be scored"),
        (None, "val.txt: No such file or directory"),
    ],
)
def test_lists_that_are_none(nlptool: Run, data: Path, content: str | None, message: str) -> None:
    if content is None:
        (data / "val.txt").unlink()
    else:
        (data / "val.txt").write_text(content)
    done = nlptool("segment", "eval", data)
    assert done.code == 3
    assert message in done.stderr


@given(MASKS, FOUND)
def test_scores_by_their_definitions(truth: Any, found: Any) -> None:
    areas = Areas(3)
    areas.add(truth, found)
    counted = truth != 255
    scores = areas.class_scores()
    for number in range(3):
        true, said = (truth == number) & counted, (found == number) & counted
        both, either = (true & said).sum(), (true | said).sum()
        assert scores["iou"][number] == pytest.approx(both / either if either else 0)
        assert scores["accuracy"][number] == pytest.approx(both / said.sum() if said.any() else 0)
        assert scores["recall"][number] == pytest.approx(both / true.sum() if true.any() else 0)
    whole = areas.scores()
    assert whole["miou"] == pytest.approx(np.mean(scores["iou"]))
    if counted.any():
        assert whole["accuracy"] == pytest.approx((truth == found)[counted].mean())


@given(MASKS, FOUND)
def test_scores_are_paddlesegs(truth: Any, found: Any) -> None:
    metrics = paddleseg_metrics()
    areas = Areas(3)
    areas.add(truth, found)
    given = [
        SimpleNamespace(numpy=lambda v=v: v) for v in (areas.both, areas.predicted, areas.true)
    ]
    ours = areas.scores()
    assert ours["miou"] == pytest.approx(metrics.mean_iou(*given)[1])
    assert ours["dice"] == pytest.approx(metrics.dice(*given)[1])
    with np.errstate(all="ignore"):
        kappa = metrics.kappa(*given)
    if np.isfinite(kappa):
        assert ours["kappa"] == pytest.approx(kappa)
        assert ours["accuracy"] == pytest.approx(metrics.class_measurement(*given)[0])


def paddleseg_metrics() -> Any:
    pytest.importorskip("paddleseg", reason="paddleseg is not installed")
    from nlptool_plugins.paddle.predictor import import_paddle

    import_paddle()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from paddleseg.utils import metrics
    return metrics


def test_pictures_add_up() -> None:
    one, other = np.array([[0, 1]]), np.array([[1, 1]])
    pairs = [(one, one), (other, one)]
    assert score_masks(2, pairs)["accuracy"] == 0.75
    both, right, wrong = Areas(1), Areas(1), Areas(2)
    right.add(np.array([[0, 0]]), np.array([[0, 0]]))
    wrong.add(one, other)
    assert both.plus(right).plus(wrong).scores()["accuracy"] == 0.75
    with pytest.raises(RecordError, match="values 4, 9"):
        Areas(2).add(np.array([[9, 4]]), one)


def test_a_class_that_is_nowhere_does_not_lower_a_pictures_score() -> None:
    areas = Areas(3)
    areas.add(np.array([[0, 0]]), np.array([[0, 0]]))
    assert areas.present_scores()["miou"] == 1
    assert areas.scores()["miou"] == pytest.approx(1 / 3)


def test_no_labels_of_the_model_are_lost(nlptool: Run, data: Path) -> None:
    table = nlptool("segment", "eval", data, "-f", "csv").lines
    assert table[0] == "label,pictures,iou,accuracy,recall,dice,kappa"
    assert len(table) == 4
    assert json.loads(nlptool("segment", "eval", data, "-f", "json").stdout)[2]["kappa"] is None


def test_names_with_spaces_and_a_mark_at_the_start(tmp_path: Path) -> None:
    for name in ("my eye.png", "eye.png", "its mask.png"):
        (tmp_path / name).touch()
    listed = tmp_path / "list.txt"
    listed.write_text(
        "\ufeffeye.png its mask.png\nmy eye.png\tits mask.png\nmy eye.png its mask.png\n"
    )
    mask = tmp_path / "its mask.png"
    mine = (tmp_path / "my eye.png", mask)
    assert read_pairs(listed) == [(tmp_path / "eye.png", mask), mine, mine]
