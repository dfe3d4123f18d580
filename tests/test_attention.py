"""Attention: the weights that a model uses, as numbers and as pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nlptool_plugins.onnx_graph import results_of, with_outputs

from nlptool.config.paths import packaged
from nlptool.errors import ModelError
from tests import tiny_gguf
from tests.conftest import Run

TEXT = "The animal didn't cross the street because it was too tired"


def test_what_the_package_ships_can_be_asked(nlptool: Run) -> None:
    done = nlptool("attention", TEXT, "-f", "jsonl")
    assert done.code == 0, done.stderr
    (row,) = done.rows
    weights = np.array(row["weights"])
    count = len(row["tokens"])
    assert weights.shape == (6, 12, count, count)
    assert np.allclose(weights.sum(-1), 1, atol=1e-3)
    assert row["tokens"][:3] == ["[CLS]", "the", "animal"]
    (head,) = nlptool("attention", TEXT, "--layer", "6", "--head", "12", "-f", "jsonl").rows
    assert (head["layers"], head["heads"]) == ([6], [12])
    assert np.array_equal(np.array(head["weights"])[0, 0], weights[5, 11])
    it, animal, street = (row["tokens"].index(word) for word in ("it", "animal", "street"))
    assert weights[5, 11, it, animal] > weights[5, 11, it, street]


def test_the_same_as_numbers_of_numpy(nlptool: Run, tmp_path: Path) -> None:
    done = nlptool("attention", "A cat", "-o", tmp_path / "a.npy")
    assert done.code == 0, done.stderr
    array = np.load(tmp_path / "a.npy")
    assert (array.shape, array.dtype) == ((6, 12, 4, 4), np.float32)
    piped = nlptool("attention", "A cat", "A dog", "-f", "npy")
    assert np.load(io.BytesIO(piped.stdout)).shape == (2, 6, 12, 4, 4)
    done = nlptool("attention", "A cat", "A red dog", "-o", tmp_path / "b.npy")
    assert (done.code, (tmp_path / "b.npy").exists()) == (6, False)
    assert nlptool("stem", "cats", "-o", tmp_path / "b.npy").code == 2


def test_models_of_transformers_give_what_their_onnx_files_give(nlptool: Run, tiny: Path) -> None:
    text = "a good film"
    found = []
    for folder in ("sentiment", "sentiment-onnx"):
        done = nlptool("attention", text, "-m", tiny / folder, "-f", "jsonl")
        assert done.code == 0, done.stderr
        found.append(done.rows[0])
    assert found[0]["tokens"] == found[1]["tokens"]
    assert np.allclose(found[0]["weights"], found[1]["weights"], atol=1e-4)


def test_a_causal_model_sees_nothing_that_comes_later(nlptool: Run, tmp_path: Path) -> None:
    folder = causal(tmp_path / "causal")
    done = nlptool("attention", "hello wo", "-m", folder, "-f", "jsonl")
    assert done.code == 0, done.stderr
    weights = np.array(done.rows[0]["weights"])
    assert weights.shape[:2] == (2, tiny_gguf.HEADS)
    assert np.allclose(np.triu(weights, 1), 0)


def causal(folder: Path) -> Path:
    """A folder of a language model as transformers saves it."""
    import transformers

    tiny_gguf.reference("llama").save_pretrained(folder)
    numbers = {token: number for number, token in enumerate(tiny_gguf.vocabulary())}
    merges = [tuple(merge.split(" ")) for merge in tiny_gguf.MERGES]
    tokenizer = transformers.GPT2Tokenizer(vocab=numbers, merges=merges)
    names = {"eos_token": "<|end|>", "unk_token": "<|end|>", "bos_token": "<|start|>"}
    tokenizer.add_special_tokens(names)
    tokenizer.save_pretrained(folder)
    return folder


def test_a_language_model_of_transformers_says_what_its_gguf_file_says(
    nlptool: Run, tmp_path: Path
) -> None:
    folder = causal(tmp_path / "causal")
    tiny_gguf.write(tiny_gguf.reference("llama"), tmp_path / "m.gguf")

    def rows(command: str, model: Path, *more: str) -> Any:
        done = nlptool(command, "hello wo", "-m", model, "-f", "jsonl", *more)
        assert done.code == 0, done.stderr
        return done.rows

    by_torch, by_gguf = (rows("next", model) for model in (folder, tmp_path / "m.gguf"))
    assert [row["token"] for row in by_torch] == [row["token"] for row in by_gguf]
    assert [row["probability"] for row in by_torch] == pytest.approx(
        [row["probability"] for row in by_gguf], abs=0.002
    )
    one, other = (rows("score", model)[0] for model in (folder, tmp_path / "m.gguf"))
    assert one["log_likelihood"] == pytest.approx(other["log_likelihood"], abs=0.01)
    how = ["--max-tokens", "9", "-t", "1", "--min-p", "0.1"]
    drawn = rows("generate", folder, *how)
    assert drawn == rows("generate", folder, *how)
    assert drawn != rows("generate", folder, *how, "--seed", "1")
    assert nlptool("generate", "a", "-m", folder, "--backend", "cpu-int8").code == 5


def test_pictures(nlptool: Run, tmp_path: Path) -> None:
    done = nlptool(
        "attention", TEXT, "--layer", "6", "--head", "12", "--plot", tmp_path / "arc.svg"
    )
    assert done.code == 0, done.stderr
    assert b"animal" in (tmp_path / "arc.svg").read_bytes()
    assert nlptool("attention", "A cat", "--plot", tmp_path / "grid.png").code == 0
    assert (tmp_path / "grid.png").read_bytes().startswith(b"\x89PNG")


def test_questions_that_make_no_sense(nlptool: Run, tmp_path: Path) -> None:
    assert nlptool("attention", "A cat", "--layer", "7").code == 1
    assert nlptool("attention", "A cat", "--head", "13").code == 1
    assert nlptool("attention", "A cat", "--layer", "-1").code == 2
    done = nlptool("attention", "", "word " * 3000)
    assert (done.code, "too long" in done.stderr) == (1, True)
    assert nlptool("attention", "word " * 240, "--plot", tmp_path / "a.png").code == 2


def test_onnx_files_asked_for_more() -> None:
    model = packaged("weights/qa-en/model.onnx").read_bytes()
    names = results_of(model, "Softmax")
    assert len(names) == 6
    assert with_outputs(model, names).startswith(model)
    assert results_of(with_outputs(model, names), "Softmax") == names
    for damaged in (model[:5000], b"\xff" * 20, b"\x3b"):
        with pytest.raises(ModelError):
            results_of(damaged, "Softmax")
