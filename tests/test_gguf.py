"""GGUF files: what is read of them, and that hostile ones cost nothing and say why."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path

import gguf as library
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.errors import ModelError
from nlptool.gguf import BLOCKS, about, read
from tests.conftest import Run


def small(file: Path) -> Path:
    """A file with values of all kinds and two tensors."""
    writer = library.GGUFWriter(file, "llama")
    writer.add_name("Small")
    writer.add_license("mit")
    writer.add_context_length(64)
    writer.add_token_list(["a", "é", "字"])
    writer.add_token_scores([0.5, -1.0, 2.0])
    writer.add_add_bos_token(True)
    writer.add_tensor("m", np.arange(64, dtype=np.float32).reshape(2, 32))
    blocks = library.quants.quantize(
        np.ones((4, 64), np.float32), library.GGMLQuantizationType.Q8_0
    )
    writer.add_tensor("q", blocks, raw_dtype=library.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def head(tensors: int, values: int, rest: bytes = b"", version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, values) + rest


def test_what_a_file_tells(tmp_path: Path) -> None:
    found = read(small(tmp_path / "m.gguf"))
    assert found.metadata["tokenizer.ggml.tokens"] == ["a", "é", "字"]
    assert list(found.metadata["tokenizer.ggml.scores"]) == [0.5, -1.0, 2.0]
    assert found.metadata["tokenizer.ggml.add_bos_token"] is True
    assert found.tensors["m"].shape == (2, 32)
    assert found.tensors["q"].shape == (4, 64)
    data = found.file.read_bytes()
    tensor = found.tensors["m"]
    values = np.frombuffer(data, np.float32, 64, tensor.offset)
    assert values.tolist() == list(range(64))
    assert about(found) == {
        "name": "Small",
        "architecture": "llama",
        "parameters": 64 + 256,
        "quantisation": "Q8_0",
        "context": 64,
        "vocabulary": 3,
        "licence": "mit",
    }


def test_blocks_are_those_of_the_library() -> None:
    for number, (name, weights, size) in BLOCKS.items():
        kind = library.GGMLQuantizationType(number)
        assert (kind.name, library.GGML_QUANT_SIZES[kind]) == (name, (weights, size))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "ends too early", id="empty"),
        pytest.param(b"PK\x03\x04 something else", "no GGUF file", id="another format"),
        pytest.param(head(0, 0, version=1), "version 1", id="an old version"),
        pytest.param(struct.pack(">4sIQQ", b"GGUF", 3, 0, 0), "version", id="big end first"),
        pytest.param(head(1 << 60, 0), "lies about", id="too many tensors"),
        pytest.param(head(0, 1 << 60), "lies about", id="too many values"),
        pytest.param(head(0, 1, struct.pack("<Q", 1 << 62) + b"key" * 9), "a name of", id="key"),
        pytest.param(
            head(0, 1, text("k") + struct.pack("<IQ", 8, 1 << 62)), "lies about", id="long text"
        ),
        pytest.param(
            head(0, 1, text("k") + struct.pack("<IIQ", 9, 6, 1 << 61)), "lies about", id="array"
        ),
        pytest.param(
            head(0, 1, text("k") + struct.pack("<IIQ", 9, 8, 1 << 40)), "lies about", id="texts"
        ),
        pytest.param(
            head(0, 1, text("k") + struct.pack("<IIQ", 9, 9, 1)), "array of the type", id="nested"
        ),
        pytest.param(head(0, 1, text("k") + struct.pack("<I", 99)), "unknown type", id="type"),
        pytest.param(
            head(0, 2, (text("k") + struct.pack("<II", 4, 1)) * 2), "twice", id="a key twice"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQ", 9, 1) + bytes(40)), "9 dimensions", id="9D"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQIQ", 1, 1 << 62, 0, 0)), "behind", id="huge"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQIQ", 1, 4, 0, 1 << 63)), "behind", id="far away"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQIQ", 1, 4, 77, 0)), "type 77", id="unknown block"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQIQ", 1, 33, 8, 0)), "whole blocks", id="half"
        ),
        pytest.param(
            head(1, 0, text("t") + struct.pack("<IQIQ", 1, 0, 0, 0)), "whole blocks", id="nothing"
        ),
        pytest.param(
            head(1, 1, text("general.alignment") + struct.pack("<II", 4, 0)
                 + text("t") + struct.pack("<IQIQ", 1, 1, 0, 0)),
            "alignment is 0", id="alignment",
        ),
    ],
)  # fmt: skip
def test_a_hostile_file(tmp_path: Path, nlptool: Run, content: bytes, told: str) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=told):
        read(file)


def test_a_hostile_file_costs_one_line(tmp_path: Path, nlptool: Run) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(head(1 << 60, 0))
    done = nlptool("models", "add", file, "--task", "base")
    assert (done.code, len(done.stderr.splitlines())) == (4, 1)
    done = nlptool("translate", "Hello.", "--model", file, "-O", "prompt={text}")
    assert (done.code, len(done.stderr.splitlines())) == (4, 1)


@given(st.data())
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(small(folder / "m.gguf").read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = folder / "damaged.gguf"
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with suppress(ModelError):
        about(read(file))


def test_models_add_and_show(tmp_path: Path, nlptool: Run) -> None:
    file = small(tmp_path / "small.gguf")
    assert nlptool("models", "add", file, "-f", "jsonl").rows[0]["task"] == "generate"
    rows = {
        row["setting"]: row["value"]
        for row in nlptool("models", "show", "small", "-f", "jsonl").rows
    }
    assert (rows["architecture"], rows["parameters"], rows["quantisation"]) == (
        "llama",
        320,
        "Q8_0",
    )
    assert rows["context"] == 64
    assert rows["pins"] == "every file, by its sha256"
    assert nlptool("models", "verify", "small").code == 0
