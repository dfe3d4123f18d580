"""nlptool segment, on pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.segmentation.adapter import Segmenter, tiles
from nlptool_plugins.segmentation.masks import regions, voc_colours
from nlptool_plugins.segmentation.pixels import best_classes, resized
from PIL import Image, ImageDraw, ImageFilter

from nlptool.errors import ModelError
from nlptool.io.pictures.masks import around
from nlptool.plugins.adapter import Setup
from nlptool.tasks.picture import MaskParams, Picture
from tests.conftest import Run
from tests.pictures import encoded

SIZES = st.integers(1, 70)


def retina(width: int = 512, height: int = 440, place: tuple[int, int] = (230, 200)) -> Image.Image:
    """A photograph of a retina, as far as a few ellipses can be one."""
    picture = Image.new("RGB", (width, height), "black")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((2, 2, width - 3, height - 3), fill=(150, 70, 25))
    x, y = place
    draw.ellipse((x - 45, y - 50, x + 45, y + 50), fill=(235, 180, 100))
    draw.ellipse((x - 20, y - 25, x + 20, y + 25), fill=(250, 225, 160))
    for end in ((x - 90, 20), (x + 110, 40), (x - 70, height - 30), (x + 90, height - 20)):
        draw.line((place, end), fill=(120, 30, 15), width=6)
    return picture


@pytest.fixture
def eye(tmp_path: Path) -> Path:
    file = tmp_path / "eye.png"
    retina().save(file)
    return file


def overlap(one: Any, other: Any) -> float:
    return float((one & other).sum() / (one | other).sum())


def test_the_optic_disc_is_found_where_it_is(nlptool: Run, eye: Path, tmp_path: Path) -> None:
    done = nlptool("segment", eye, "--overlay", "--contours", "-o", tmp_path / "out", "--offline")
    assert done.code == 0, done.stderr
    background, disc = done.rows
    assert list(disc) == ["id", "file", "page", "label", "pixels", "share", "box"]
    assert (background["label"], disc["label"]) == ("background", "optic disc")
    assert background["pixels"] + disc["pixels"] == 512 * 440
    with Image.open(tmp_path / "out" / "eye.png.png") as picture:
        assert (picture.mode, picture.size) == ("P", (512, 440))
        mask = np.asarray(picture) == 1
        assert picture.convert("RGB").getpixel((230, 200)) == (128, 0, 0)
    assert mask.sum() == disc["pixels"]
    rows, columns = np.mgrid[:440, :512]
    truth = ((columns - 230) / 45) ** 2 + ((rows - 200) / 50) ** 2 < 1
    assert overlap(mask, truth) > 0.8
    left, top, right, bottom = disc["box"]
    assert mask[top:bottom, left:right].sum() == disc["pixels"]
    with Image.open(tmp_path / "out" / "eye.png.overlay.png") as overlay:
        assert overlay.getpixel((5, 5)) == (0, 0, 0)
        assert overlay.getpixel((230, 215)) == ((250 + 128) // 2, 225 // 2, 160 // 2)
    with Image.open(tmp_path / "out" / "eye.png.contours.png") as contours:
        changed = (np.asarray(contours) != np.asarray(retina())).any(axis=2)
    assert 100 < changed.sum() < disc["pixels"] / 4
    assert not (changed & ~mask).any()


def test_text_and_pictures_by_one_command(nlptool: Run, eye: Path) -> None:
    assert nlptool("segment", "Don't panic").lines == ["Don't panic"]
    assert nlptool("segment", "--", "image").lines == ["image"]
    assert nlptool("segment", "words", "an image").lines == ["an image"]
    assert nlptool("segment", stdin=b"one two\n").lines == ["one two"]
    piped = nlptool("segment", "image", stdin=eye.read_bytes())
    assert [row["file"] for row in piped.rows] == ["stdin", "stdin"]
    told = nlptool("segment", "--help").stdout.decode()
    assert all(name in told for name in ("words", "image", "train", "eval", "PICTURE... -o DIR"))


def test_drawing_needs_a_folder(nlptool: Run, eye: Path) -> None:
    assert "need a folder to write to" in nlptool("segment", eye, "--overlay").stderr
    done = nlptool("segment", eye, "-o", eye)
    assert done.code == 2
    assert "is an input, too" in done.stderr


def test_a_mask_of_a_name_of_its_own(nlptool: Run, eye: Path, tmp_path: Path) -> None:
    mask = tmp_path / "mask.png"
    for _ in range(2):
        assert nlptool("segment", eye, "-o", mask, "--contours").code == 0
    assert {file.name for file in tmp_path.glob("mask*")} == {"mask.png", "mask.contours.png"}
    with Image.open(mask) as picture, Image.open(eye) as before:
        assert (picture.mode, picture.size) == ("P", before.size)
    other = tmp_path / "other.png"
    other.write_bytes(eye.read_bytes())
    two = nlptool("segment", eye, other, "-o", mask)
    assert (two.code, two.stderr.count("\n")) == (2, 1)
    assert nlptool("segment", eye, "-o", tmp_path / "mask.jpg").code == 2


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 5))
def test_what_is_around_a_pixel(width: int, height: int, reach: int) -> None:
    mask = np.random.default_rng(width).integers(0, 5, (height, width), np.uint8)
    padded = Image.fromarray(np.pad(mask, reach, mode="edge"))
    size = (reach, reach, reach + width, reach + height)
    for extreme, filtered in (
        (np.minimum, ImageFilter.MinFilter),
        (np.maximum, ImageFilter.MaxFilter),
    ):
        wanted = padded.filter(filtered(2 * reach + 1)).crop(size)
        assert (around(mask, reach, extreme) == np.asarray(wanted)).all()


def test_flips_scales_and_windows_agree_with_one_look(nlptool: Run, eye: Path) -> None:
    whole = nlptool("segment", eye).rows[1]
    for options in (["--aug"], ["--window", "64"]):
        other = nlptool("segment", eye, *options).rows[1]
        assert abs(other["pixels"] - whole["pixels"]) < 0.15 * whole["pixels"], options


class Brightness(Segmenter):
    """Dark is class 0, bright class 1; what it saw is kept."""

    def __init__(self, folder: Path, **params: Any) -> None:
        super().__init__(Setup("segment-image", "brightness", folder))
        self.params = MaskParams(**params)
        self.seen: list[tuple[int, ...]] = []

    def forward(self, pixels: Any) -> Any:
        self.seen.append(pixels.shape)
        bright = pixels.mean(axis=1)
        return np.stack([1 - bright, bright], axis=1).astype(np.float32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    recipe = {"transforms": [{"type": "Normalize", "mean": [0, 0, 0], "std": [1, 1, 1]}]}
    (tmp_path / "config.json").write_text(json.dumps(recipe))
    return tmp_path


def half(width: int, height: int) -> Picture:
    """Dark at the left, bright at the right."""
    picture = Image.new("RGB", (width, height), "black")
    picture.paste("white", (width // 2, 0, width, height))
    return Picture("half.png", 1, lambda: picture)


def look(adapter: Brightness, picture: Picture) -> Any:
    return adapter.predict([picture], adapter.params)[0]


@pytest.mark.parametrize("size", [(1, 1), (1, 90), (33, 31), (300, 200)])
@pytest.mark.parametrize("params", [{}, {"flips": True}, {"window": 64}, {"scales": (1.0, 2.0)}])
def test_masks_have_the_size_of_their_picture(
    folder: Path, size: tuple[int, int], params: Any
) -> None:
    adapter = Brightness(folder, **params)
    found = look(adapter, half(*size))
    mask = found.mask
    assert mask.shape == size[::-1]
    assert mask.dtype == np.uint8
    assert not mask[:, : size[0] // 2].any()
    assert mask[:, size[0] // 2 :].all()
    assert all(side % 32 == 0 for shape in adapter.seen for side in shape[2:])


def test_large_pictures_are_seen_through_windows(folder: Path) -> None:
    adapter = Brightness(folder)
    found = look(adapter, half(10_000, 500))
    assert len(adapter.seen) > 10
    assert max(shape[3] for shape in adapter.seen) == 1024
    assert found.regions[1].box == (5000, 0, 10_000, 500)
    assert found.labels == ["class 0", "class 1"]


class Numbers(Brightness):
    """Gives class numbers, as PaddleSeg's export does by default."""

    def forward(self, pixels: Any) -> Any:
        return super().forward(pixels).argmax(axis=1).astype(np.int32)


def test_class_numbers_do_for_one_look(folder: Path) -> None:
    assert look(Numbers(folder), half(40, 30)).regions[1].box == (20, 0, 40, 30)
    with pytest.raises(ModelError, match="class numbers, not scores"):
        look(Numbers(folder, flips=True), half(40, 30))
    (folder / "config.json").write_text('{"transforms": [], "id2label": {"0": "a", "1": "b"}}')
    assert look(Numbers(folder, flips=True), half(40, 30)).labels == ["a", "b"]


def test_an_export_of_paddleseg_says_its_steps(folder: Path) -> None:
    (folder / "config.json").unlink()
    steps = [
        {"type": "ResizeByLong", "long_size": 64},
        {"type": "Padding", "target_size": [96, 96]},
        {"type": "Normalize"},
    ]
    (folder / "deploy.yaml").write_text(json.dumps({"Deploy": {"transforms": steps}}))
    adapter = Brightness(folder)
    found = look(adapter, half(640, 320))
    assert adapter.seen == [(1, 3, 96, 96)]
    assert found.mask.shape == (320, 640)
    assert abs(found.regions[1].box[0] - 320) <= 5


@given(height=SIZES, width=SIZES, window=st.tuples(st.integers(1, 40), st.integers(1, 40)))
def test_windows_cover_every_pixel_once(height: int, width: int, window: tuple[int, int]) -> None:
    counts = np.zeros((height, width), int)
    numbers = np.arange(height * width).reshape(height, width)
    for tile in tiles(height, width, window):
        seen = numbers[tile.seen]
        assert seen.shape[0] <= window[0]
        assert seen.shape[1] <= window[1]
        assert (seen[tile.used] == numbers[tile.place]).all()
        counts[tile.place] += 1
    assert (counts == 1).all()


@given(SIZES, SIZES, SIZES, SIZES)
def test_resizing_keeps_centres_and_range(
    height: int, width: int, new_height: int, new_width: int
) -> None:
    values = np.random.default_rng(0).random((height, width, 2))
    found = resized(values, new_height, new_width)
    assert found.shape == (new_height, new_width, 2)
    assert values.min() - 1e-6 <= found.min() <= found.max() <= values.max() + 1e-6
    assert (best_classes(values, new_height, new_width) == found.argmax(axis=2)).all()
    flipped = resized(values[::-1, ::-1], new_height, new_width)[::-1, ::-1]
    assert np.allclose(flipped, found, atol=1e-5)


def test_resizing_is_opencvs() -> None:
    cv2 = pytest.importorskip("cv2", reason="OpenCV comes with nlptool[ocr]")
    values = np.random.default_rng(0).random((37, 53, 3)).astype(np.float32) * 255
    for size in ((20, 64), (53, 37), (100, 10)):
        theirs = cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)
        assert np.allclose(resized(values, size[1], size[0]), theirs, atol=0.01)


def test_regions_count_their_pixels() -> None:
    mask = np.zeros((10, 20), np.uint8)
    mask[2:5, 3:9] = 2
    background, other = regions(mask, ["a", "b", "c"])
    assert (background.label, background.pixels, background.box) == ("a", 182, (0, 0, 20, 10))
    assert (other.label, other.pixels, other.share) == ("c", 18, 0.09)
    assert other.box == (3, 2, 9, 5)


def test_the_colours_are_those_of_voc() -> None:
    expected = [(0, 0, 0), (128, 0, 0), (0, 128, 0), (128, 128, 0), (0, 0, 128)]
    assert voc_colours(5) == expected
    assert voc_colours(256)[255] == (224, 224, 192)


def test_the_same_masks_by_paddle(nlptool: Run, tmp_path: Path) -> None:
    pytest.importorskip("paddle", reason="paddlepaddle is not installed: nlptool[paddle]")
    pictures = []
    for number, place in enumerate([(230, 200), (300, 240), (180, 180)]):
        pictures.append(tmp_path / f"{number}.png")
        retina(700, 600, place).save(pictures[-1])
    for model in ("optic-disc", "optic-disc-paddle"):
        done = nlptool("segment", *pictures, "-m", model, "-o", tmp_path / model)
        assert done.code == 0, done.stderr
    for picture in pictures:
        one, other = (
            np.asarray(Image.open(tmp_path / model / f"{picture.name}.png"))
            for model in ("optic-disc", "optic-disc-paddle")
        )
        assert one.any()
        assert (one != other).mean() <= 0.001


@pytest.mark.parametrize("mode", ["L", "RGBA", "I;16", "1", "P", "CMYK"])
def test_pictures_of_every_kind(nlptool: Run, tmp_path: Path, mode: str) -> None:
    file = tmp_path / ("eye.tiff" if mode in ("CMYK", "I;16") else "eye.png")
    if mode == "I;16":
        grey = np.asarray(retina().convert("L")).astype(np.uint16) * 257
        Image.fromarray(grey).save(file)
    else:
        retina().convert(mode).save(file)
    done = nlptool("segment", file)
    assert done.code == 0, done.stderr
    assert sum(row["pixels"] for row in done.rows) == 512 * 440


def test_one_pixel_and_what_is_no_picture(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes(encoded(Image.new("RGB", (1, 1))))
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "half.png").write_bytes(encoded(retina())[:3000])
    names = [tmp_path / name for name in ("one.png", "text.png", "half.png", "none.png")]
    done = nlptool("segment", *names, "-o", tmp_path / "out")
    assert done.code == 1
    assert [(row["id"], row["pixels"]) for row in done.rows] == [(1, 1)]
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["one.png.png"]
    for message in (
        "not a picture",
        "half.png: the picture is damaged",
        "none.png: cannot be read",
    ):
        assert message in done.stderr


MISSING = {"transforms": [{"type": "Resise"}]}
STRANGE = {"transforms": [{"type": "Resize", "target": 3}]}


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{", "its configuration cannot be read"),
        ("{}", "does not say how pictures are prepared"),
        (json.dumps(MISSING), "no transform is named Resise; did you mean Resize?"),
        (json.dumps(STRANGE), "transform Resize: Object contains unknown field `target`"),
        (json.dumps({"transforms": []}), "cannot be loaded: InvalidProtobuf"),
    ],
)
def test_damaged_models(nlptool: Run, eye: Path, tmp_path: Path, config: str, message: str) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.onnx").write_bytes(b"not a model")
    (model / "config.json").write_text(config)
    user = (
        f"models: {{odd: {{task: segment-image, adapter: onnx-segment, source: 'path:{model}'}}}}"
    )
    (tmp_path / "odd.yaml").write_text(user)
    done = nlptool("segment", eye, "-m", "odd", "--registry", tmp_path / "odd.yaml")
    assert done.code == 4
    assert message in done.stderr
