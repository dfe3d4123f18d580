"""Recognition models of PaddleOCR's other scripts, from a folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import yaml
from nlptool_plugins.layout.direction import as_written
from onnx import TensorProto, helper, numpy_helper

from nlptool.config.paths import packaged
from tests.conftest import Run
from tests.pictures import drawn

DETECTION = "PP-OCRv6_det_small.onnx"
RECOGNITION = "PP-OCRv6_rec_small.onnx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model that finds lines."""
    made = tmp_path / "model"
    made.mkdir()
    shutil.copy(packaged("weights/ppocr-v6") / DETECTION, made)
    return made


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.png"
    drawn("Sunday closed").save(file)
    return file


@pytest.mark.parametrize("kind", ["txt", "yml"])
def test_characters_beside_the_model(nlptool: Run, folder: Path, page: Path, kind: str) -> None:
    model = onnx.load(packaged("weights/ppocr-v6") / RECOGNITION)
    known = model.metadata_props.pop().value.splitlines()
    onnx.save(model, folder / RECOGNITION)
    nothing = nlptool("ocr", page, "-m", folder)
    assert (nothing.code, nothing.stderr.count("\n")) == (4, 1)
    assert f"{RECOGNITION} does not say which characters" in nothing.stderr
    if kind == "txt":
        (folder / "ppocr_dict.txt").write_text("\n".join(known) + "\n", encoding="utf-8")
    else:
        described = {"PostProcess": {"name": "CTCLabelDecode", "character_dict": known}}
        (folder / "inference.yml").write_text(yaml.dump(described, allow_unicode=True))
    assert nlptool("ocr", page, "-m", folder).lines == ["Sunday closed"]


@pytest.mark.parametrize(
    ("name", "content"), [("x_dict.txt", "a\nb\n"), ("inference.yml", "a: [b")]
)
def test_characters_of_another_model(
    nlptool: Run, folder: Path, page: Path, name: str, content: str
) -> None:
    says(folder, "abc")
    (folder / name).write_text(content)
    result = nlptool("ocr", page, "-m", folder)
    assert (result.code, result.stderr.count("\n")) == (4, 1)
    assert name in result.stderr or "named" in result.stderr


def test_a_line_from_the_right(nlptool: Run, folder: Path, page: Path) -> None:
    """Such models give the characters from the left, as they stand in the picture."""
    text = "سعر الخبز 12.50 (ABC)"
    seen = "(ABC) 12.50 زبخلا رعس"
    assert (as_written(seen), as_written(text)) == (text, seen)
    letters = sorted(set(seen) - {" "})
    says(folder, seen, letters)
    (folder / "arabic_dict.txt").write_text("\n".join(letters), encoding="utf-8")
    assert nlptool("ocr", page, "-m", folder).lines == [text]
    words = nlptool("ocr", page, "-m", folder, "--level", "word", "-f", "jsonl").rows
    assert [word["text"] for word in words] == text.split()
    lefts = [word["box"][0][0] for word in words]
    assert lefts == sorted(lefts, reverse=True)


def says(folder: Path, text: str, letters: list[str] | None = None) -> None:
    """Write a model that reads a text in every line."""
    known = ["", *(letters or list(text)), " "]
    steps = [number for character in text for number in (known.index(character), 0)]
    certain = np.zeros((1, len(steps), len(known)), np.float32)
    certain[0, range(len(steps)), steps] = 1
    graph = helper.make_graph(
        [helper.make_node("Constant", [], ["y"], value=numpy_helper.from_array(certain))],
        "says",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 48, None])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, certain.shape)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, folder / "says_rec.onnx")
