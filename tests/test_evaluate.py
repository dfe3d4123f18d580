"""nlptool eval and its scores."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlptool.errors import RecordError
from nlptool.tasks import task_named
from nlptool.tasks.qa import Answer
from nlptool.tasks.scoring import scored_tasks
from nlptool.tasks.scoring.answers import AnswerScorer, cmrc_exact, cmrc_f1, squad_exact, squad_f1
from nlptool.tasks.scoring.labels import LabelScorer
from nlptool.tasks.sentiment import Sentiment
from tests.conftest import Run

LABELS = ["bad", "fair", "good"]


def said(label: str) -> Sentiment:
    return Sentiment(label, 0.5, {name: 0.5 if name == label else 0.25 for name in LABELS})


def answer(text: str) -> Answer:
    return Answer(text, 1.0, 0, len(text))


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=1))
def test_label_scores_are_those_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    from sklearn.metrics import accuracy_score, f1_score

    scorer = LabelScorer()
    for truth, label in pairs:
        scorer.add(truth, said(label))
    truths, labels = zip(*pairs, strict=True)
    found = scorer.scores()
    assert found.values["accuracy"] == pytest.approx(accuracy_score(truths, labels))
    assert found.values["macro_f1"] == pytest.approx(f1_score(truths, labels, average="macro"))
    counts = {(t, p): n for t, row in found.confusion.items() for p, n in row.items() if n}
    assert counts == Counter(pairs)


def test_the_truth_as_name_or_number() -> None:
    scorer = LabelScorer()
    for truth in ("good", " GOOD ", 2, "2"):
        scorer.add(truth, said("good"))
    scorer.add(0, None)
    for _ in range(2):
        assert scorer.scores().values["accuracy"] == 0.8
    assert scorer.scores().confusion["bad"]["(failed)"] == 1
    for truth in ("excellent", 3, None):
        with pytest.raises(RecordError, match="bad, fair, good"):
            scorer.add(truth, said("good"))


@pytest.mark.parametrize(
    ("gold", "said", "exact", "f1"),
    [
        ("The Eiffel Tower", "eiffel tower!", True, 1.0),
        ("the cat sat", "a cat", False, 2 / 3),
        ("", "", True, 1.0),
        ("", "cat", False, 0.0),
        ("the", "", True, 1.0),
        ("New York City", "York New", False, 0.8),
    ],
)
def test_squads_scores(gold: str, said: str, exact: bool, f1: float) -> None:
    assert squad_exact(gold, said) is exact
    assert squad_f1(gold, said) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("gold", "said", "exact", "f1"),
    [
        ("中国大陆", "中国大陆。", True, 1.0),
        ("中国大陆", "大陆", False, 2 / 3),
        ("韩国Nexon", "由韩国nexon开发", False, 2 * 3 / (3 + 6)),
        ("中国", "", False, 0.0),
    ],
)
def test_cmrcs_scores(gold: str, said: str, exact: bool, f1: float) -> None:
    assert cmrc_exact(gold, said) is exact
    assert cmrc_f1(gold, said) == pytest.approx(f1)


@pytest.mark.parametrize(
    "truth",
    [
        "Peter Smith",
        ["Oslo", "Peter Smith"],
        [{"text": "Peter Smith", "answer_start": 3}],
        {"text": ["Peter Smith"], "answer_start": [3]},
    ],
)
def test_true_answers_in_all_forms(truth: Any) -> None:
    scorer = AnswerScorer()
    scorer.add(truth, answer("peter smith"))
    assert scorer.scores().values == {"exact_match": 1.0, "f1": 1.0}


def test_true_answers_that_are_none() -> None:
    scorer = AnswerScorer()
    scorer.add([], answer(""))
    scorer.add("x", None)
    assert scorer.scores().values == {"exact_match": 0.5, "f1": 0.5}
    for truth in (None, 3, [{"answer_start": 3}], [None]):
        with pytest.raises(RecordError, match="no text"):
            scorer.add(truth, answer("x"))


def test_every_scorer_is_of_a_task() -> None:
    for name in scored_tasks():
        assert task_named(name).name == name


def test_two_models_on_one_table(nlptool: Run, tiny: Path, tmp_path: Path) -> None:
    data = tmp_path / "dev.tsv"
    data.write_text("label\ttext\n1\tgood service\n0\trude\npositive\tkind\n1\tawful\n7\tgood\n")
    models = ("-m", tiny / "sentiment-onnx", "-m", tiny / "sentiment")
    picture = tmp_path / "scores.png"
    done = nlptool("eval", "sentiment", data, *models, "-f", "json", "--plot", picture)
    assert done.code == 0
    for row in json.loads(done.stdout):
        assert (row["records"], row["unusable"], row["accuracy"]) == (4, 1, 0.75)
        assert row["confusion"]["positive"] == {"negative": 1, "positive": 2}
        assert row["records_per_second"] > 0
        assert 20 < row["memory_mb"] < 20_000
    assert "dev.tsv:6: the model has no label '7'" in done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")
    light, heavy = (row["memory_mb"] for row in json.loads(done.stdout))
    assert light < heavy / 2


def test_answers_of_a_squad_file(nlptool: Run, tiny: Path, tmp_path: Path) -> None:
    context = "it was Anna Fox in Oslo"
    qas = [
        {"id": "1", "question": "who ?", "answers": [{"text": "Anna Fox", "answer_start": 7}]},
        {"id": "2", "question": "where ?", "answers": [{"text": "Rome", "answer_start": 0}]},
        {"id": "3", "question": "", "answers": [{"text": "Rome", "answer_start": 0}]},
    ]
    data = tmp_path / "dev.json"
    data.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": qas}]}]}))
    done = nlptool("eval", "qa", data, "-m", tiny / "qa-onnx", "-f", "jsonl")
    [row] = done.rows
    assert (row["records"], row["failed"], row["exact_match"]) == (3, 1, 0.3333)
    limited = nlptool("eval", "qa", data, "-m", tiny / "qa-onnx", "-f", "jsonl", "--limit", "1")
    assert limited.rows[0]["exact_match"] == 1.0
    short = ("--param", "max-answer-length=1", "--limit", "1")
    done = nlptool("eval", "qa", data, "-m", tiny / "qa-onnx", "-f", "jsonl", *short)
    assert done.rows[0]["f1"] == 0.6667


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("stem", "x.csv"), 2, "sentiment, translate, not stem"),
        (("sentiment", "absent.csv"), 3, "no such file"),
        (("sentiment", "x.csv", "--param", "depth=3"), 2, "has the parameters"),
        (("qa", "x.csv", "--param", "top_k=many"), 2, "--param: Expected"),
        (("sentiment", "x.csv", "-m", "nonsuch"), 4, "no model is named nonsuch"),
    ],
)
def test_what_cannot_be_evaluated(
    nlptool: Run, tmp_path: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    (tmp_path / "work" / "x.csv").write_text("text,label\n")
    done = nlptool("eval", *words)
    assert (done.code, done.stdout) == (code, b"")
    assert message in done.stderr
