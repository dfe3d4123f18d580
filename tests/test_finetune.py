"""nlptool finetune and nlptool models convert, on a tiny model and data it can learn at once."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx.numpy_helper import to_array

from tests.conftest import Environment, Run
from tests.tiny_models import questions, texts, train

QUICK = ["--threads", "1", "--rate", "3e-3", "--batch-size", "8"]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encoder that has learned nothing, with dropout."""
    return train("sentiment", tmp_path_factory.mktemp("base"), hidden_dropout_prob=0.1)


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts with labels 0 and 1, told apart by single words."""
    file = tmp_path_factory.mktemp("data") / "reviews.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["review", "label"])
        writer.writerows(texts(random.Random(7), 160))
    return file


def label_words(base: Path, reviews: Path, output: Path) -> list[str | Path]:
    names = ["--label", "0=negative", "--label", "1=positive"]
    return ["finetune", "sentiment", reviews, "--base", base, "-o", output, *QUICK, *names]


def test_a_model_learns_and_can_be_used(
    nlptool: Run, tmp_path: Path, base: Path, reviews: Path
) -> None:
    flawed = tmp_path / "flawed.csv"
    flawed.write_text(reviews.read_text() + 'without a label,\n"",1\none,too,many\n')
    done = nlptool(*label_words(base, flawed, tmp_path / "out"), "--epochs", "8", "-f", "jsonl")
    assert done.code == 0, done.stderr
    metrics = {row["metric"]: row["value"] for row in done.rows}
    assert metrics["accuracy"] == 1.0
    assert "flawed.csv:162: label is empty" in done.stderr
    assert "flawed.csv:163: review is empty" in done.stderr
    assert "flawed.csv:164: expected 2 columns, found 3" in done.stderr
    assert "3 bad rows were left out" in done.stderr
    figures = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert figures["metrics"]["accuracy"] == 1.0
    assert (figures["train"], figures["dev"]) == (144, 16)
    assert (tmp_path / "out" / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "out" / "checkpoint.pt").exists()
    told = nlptool("sentiment", "a lovely house", "it was rude", "-m", tmp_path / "out")
    assert [line.split("\t")[0] for line in told.lines] == ["positive", "negative"]


def test_what_a_teacher_says_goes_before_the_label(
    nlptool: Run, tmp_path: Path, base: Path, reviews: Path
) -> None:
    with reviews.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    taught = tmp_path / "taught.jsonl"
    with taught.open("w") as out:
        for row in rows:
            probs = {"0": 0.9, "1": 0.1} if row["label"] == "0" else {"0": 0.1, "1": 0.9}
            out.write(json.dumps({"text": row["review"], "label": "0", "probs": probs}) + "\n")
        out.write(json.dumps({"text": "none", "label": "0", "probs": {"0": 0.5}}) + "\n")
    given = ["finetune", "sentiment", taught, "--dev", reviews, "--base", base, *QUICK]
    done = nlptool(*given, "-o", tmp_path / "out", "--epochs", "8", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert {row["metric"]: row["value"] for row in done.rows}["accuracy"] == 1.0
    assert "taught.jsonl:161: probs: expected shares of 1" in done.stderr


def test_a_killed_run_goes_on_to_the_same_weights(
    nlptool: Run, environment: Environment, tmp_path: Path, base: Path, reviews: Path
) -> None:
    def words(name: str) -> list[str]:
        plan = ["--epochs", "3", "--evaluations", "2", "--save-steps", "5", "--average", "0.9"]
        return list(map(str, [*label_words(base, reviews, tmp_path / name), *plan, "-v"]))

    whole = nlptool(*words("whole"))
    assert whole.code == 0, whole.stderr
    with subprocess.Popen(
        [sys.executable, "-m", "nlptool", *words("killed")],
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as killed:
        assert killed.stderr
        for line in killed.stderr:
            if "step 27 of 54" in line:
                killed.send_signal(signal.SIGKILL)
                break
    assert not (tmp_path / "killed" / "model.safetensors").exists()
    strange = nlptool(*words("killed"), "--resume", "--seed", "9")
    assert strange.code == 2
    assert "other options or data" in strange.stderr
    resumed = nlptool(*words("killed"), "--resume")
    assert resumed.code == 0, resumed.stderr
    assert "going on after step 25 of 54" in resumed.stderr
    assert resumed.stdout == whole.stdout
    for name in ("model.safetensors", "curves.png", "metrics.json"):
        assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_lora_learns_stops_early_and_leaves_a_plain_model(
    nlptool: Run, tmp_path: Path, tiny: Path, reviews: Path
) -> None:
    trained = tiny / "sentiment"
    words = ["finetune", "sentiment", reviews, "-b", trained, "-o", tmp_path / "out", *QUICK]
    turned = ["--label", "0=positive", "--label", "1=negative"]
    plan = ["--lora", "4", "--epochs", "40", "--patience", "2", "-v", "-f", "jsonl"]
    done = nlptool(*words, *turned, *plan)
    assert done.code == 0, done.stderr
    assert done.rows[0]["value"] == 1.0
    assert "no better accuracy for 2 evaluations" in done.stderr
    assert not list((tmp_path / "out").glob("adapter*"))
    assert nlptool("sentiment", "kind", "-m", tmp_path / "out").stdout.startswith(b"negative")


def test_questions_are_learned_and_the_model_converted(
    nlptool: Run, tmp_path: Path, base: Path
) -> None:
    noise = random.Random(3)
    asked = list(questions(noise, 1000))
    rows = [
        {"question": question, "context": context, "answer": answer}
        for question, context, answer in asked
    ]
    data = tmp_path / "questions.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    plan = ["--epochs", "12", "--max-length", "48", *QUICK, "--batch-size", "32"]
    done = nlptool("finetune", "qa", data, "-b", base, "-o", tmp_path / "qa", *plan, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert {row["metric"]: row["value"] for row in done.rows}["f1"] > 0.7
    done = nlptool("models", "convert", tmp_path / "qa", "-o", tmp_path / "onnx", "-f", "jsonl")
    assert done.code == 0, done.stderr
    card = json.loads((tmp_path / "onnx" / "card.json").read_text())
    assert card["precision"] == "int8"
    assert card["training"]["train"] + card["training"]["dev"] == 1000
    assert card["parity"]["samples"] == 30
    assert 0 < card["parity"]["difference"] < 0.2
    assert "Compared with its original in float32" in (tmp_path / "onnx" / "CARD.md").read_text()
    question = ["qa", "where ?", "-c", "a very slow house in vienna today", "-m"]
    answers = [nlptool(*question, tmp_path / name).stdout for name in ("qa", "onnx")]
    assert answers == [b"vienna\n", b"vienna\n"]
    together = neighbours(tmp_path / "onnx" / "model.onnx")
    assert len(together) > 6
    assert 2 * 64 - 8 < min(together) <= max(together) <= 128


def neighbours(file: Path) -> list[int]:
    """For each layer in int8, the most that two neighbouring weights have together."""
    graph = onnx.load(file).graph
    tensors = {tensor.name: to_array(tensor) for tensor in graph.initializer}
    layers = [tensors[node.input[1]] for node in graph.node if node.op_type == "MatMulInteger"]
    sizes = [np.abs(layer.astype(int)) for layer in layers]
    return [int((size[::2] + size[1::2]).max()) for size in sizes]


def test_a_float32_model_is_the_same_as_its_original(
    nlptool: Run, tmp_path: Path, base: Path
) -> None:
    sample = tmp_path / "sample.txt"
    sample.write_text("a good house\nthe letter was very rude\n")
    words = ["models", "convert", base, "--precision", "float32", "--sample", sample]
    done = nlptool(*words, "-o", tmp_path / "onnx", "-f", "jsonl")
    assert done.code == 0, done.stderr
    [row] = done.rows
    assert (row["samples"], row["agreement"], row["difference"]) == (2, 1.0, 0.0)
    again = nlptool(*words, "-o", tmp_path / "onnx")
    assert again.code == 6
    assert "is there already" in again.stderr
    none = nlptool(*words, "-o", tmp_path / "other", "--precision", "int8", "--keep", "nothing*")
    assert none.code == 2
    assert "no layer matches nothing*" in none.stderr
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["sentiment", "one.csv", "-b", "no/model", "-o", "out"], 4, "no/model"),
        (["sentiment", "one.csv", "-b", "nomodel", "-o", "out"], 4, "no model is named nomodel"),
        (["sentiment", "one.csv", "-b", "porter", "-o", "out"], 2, "porter has no weights"),
        (["sentiment", "none.csv", "-b", ".", "-o", "out"], 3, "none.csv: no such file"),
        (["sentiment", "bad.csv", "-b", ".", "-o", "out"], 3, "not one row can be trained on"),
        (["sentiment", "one.csv", "-b", ".", "-o", "one.csv"], 6, "one.csv is no folder"),
        (["sentiment", "one.csv", "-b", ".", "-o", "."], 6, "go on with --resume"),
        (["sentiment", "one.csv", "-b", ".", "-o", "out", "--label", "x"], 2, "x: expected"),
        (["qa", "one.csv", "-b", ".", "-o", "out", "--label", "0=a"], 2, "--label is for examples"),
        (["qa", "one.csv", "-b", ".", "-o", "out"], 3, "no column question"),
        (["sentiment", "one.csv", "-b", ".", "-o", "out", "--trainer", "x"], 4, "has no x"),
    ],
)
def test_mistakes_are_told_before_the_work(
    nlptool: Run, tmp_path: Path, words: list[str], code: int, message: str
) -> None:
    (tmp_path / "work" / "one.csv").write_text("text,label\ngood,1\n")
    (tmp_path / "work" / "bad.csv").write_text("text,label\n,1\n")
    done = nlptool("finetune", *words)
    assert (done.code, message in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "work" / "out").exists()
