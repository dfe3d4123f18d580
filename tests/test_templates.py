"""Tasks that a language model answers by a template of models.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nlptool_plugins.language.model import Generated
from nlptool_plugins.language.read import _span, _values

from nlptool.errors import RecordError
from tests import tiny_gguf
from tests.conftest import Run
from tests.models_file import write


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a GGUF file of a model with random weights."""
    folder = tmp_path_factory.mktemp("weights")
    tiny_gguf.write(tiny_gguf.reference("qwen2"), folder / "m.gguf")
    return folder


@pytest.fixture
def models(home: Path, files: Path) -> None:
    """A base, and models of its that tasks have, with nothing but a template."""
    base = {"task": "generate", "adapter": "decoder", "source": f"path:{files}"}
    base |= {"backends": ["cpu", "cpu-int8"]}

    def model(task: str, prompt: str, **options: Any) -> dict[str, Any]:
        entry = {"task": task, "adapter": "decoder", "base": "m"}
        return {**entry, "options": {"prompt": prompt, **options}}

    write(
        home,
        m=base,
        feeling=model("sentiment", "{text}|", choices={"good": "he", "bad": "ll"}),
        same=model("sentiment", "{text}|", choices={"good": "hh", "bad": "ho"}),
        ask=model("qa", "{question} {context}|", stop=["<|end|>"]),
        choose=model("classify", "{text} {labels}|"),
        take=model("extract", "{text} {fields}|{{"),
        empty=model("sentiment", "no field", choices={"good": "he", "bad": "ll"}),
        one=model("sentiment", "{text}|", choices={"good": "he"}),
    )


@pytest.mark.usefixtures("models")
def test_a_choice_has_the_likelihood_that_next_says(nlptool: Run) -> None:
    done = nlptool("sentiment", "hello", " ", "-m", "feeling", "--probs", "-f", "jsonl")
    assert done.code == 0, done.stderr
    first, blank = done.rows
    assert blank["label"] == ""
    assert set(first["probs"]) == {"good", "bad"}
    assert sum(first["probs"].values()) == pytest.approx(1, abs=1e-5)
    assert first["label"] == max(first["probs"], key=first["probs"].get)
    found = nlptool("next", "hello|", "-m", "m", "--backend", "cpu", "-k", "300", "-f", "jsonl")
    shares = {row["token"]: row["probability"] for row in found.rows}
    good = shares["he"] / (shares["he"] + shares["ll"])
    assert first["probs"]["good"] == pytest.approx(good, abs=0.1)
    assert "ready" in done.stderr
    (row,) = nlptool("sentiment", "hello", "-m", "same", "--probs", "-f", "jsonl").rows
    how = ["-m", "m", "--backend", "cpu-int8", "-c", "hh", "-c", "ho", "-f", "jsonl"]
    (choices,) = (row["choices"] for row in nlptool("score", "hello|", *how).rows)
    assert row["probs"]["good"] == pytest.approx(choices[0]["probability"], abs=0.1)


@pytest.mark.usefixtures("models")
def test_labels_of_the_users_own(nlptool: Run) -> None:
    done = nlptool("classify", "hello", "-m", "choose", "--labels", "he, wo,ll", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert done.rows[0]["label"] in ("he", "wo", "ll")
    (row,) = nlptool(
        "classify", "hello", "-m", "choose", "--labels", "he,wo", "--probs", "-f", "jsonl"
    ).rows
    assert set(row["probs"]) == {"he", "wo"}
    for labels in ("he", "", "he,he"):
        assert nlptool("classify", "hello", "-m", "choose", "--labels", labels).code == 2
    assert nlptool("classify", "", "-m", "choose", "--labels", "he,wo").code == 1


@pytest.mark.usefixtures("models")
def test_answers_that_do_not_stand_in_the_context_are_none(nlptool: Run) -> None:
    done = nlptool("qa", "he", "-c", "hello wo", "-m", "ask", "-f", "jsonl")
    assert done.code == 0, done.stderr
    row = done.rows[0]
    assert row["answer"] == "hello wo"[row["start"] : row["end"]]
    assert nlptool("qa", "he", "-c", "hello", "-m", "ask", "-k", "2").code == 2
    assert nlptool("qa", " ", "-c", "hello", "-m", "ask").code == 1
    assert nlptool("qa", "he", "-c", "hello " * 300, "-m", "ask").code == 1


@pytest.mark.usefixtures("models")
def test_models_whose_template_does_not_fit(nlptool: Run) -> None:
    for model in ("empty", "one"):
        done = nlptool("sentiment", "hello", "-m", model)
        assert (done.code, "options" in done.stderr) == (2, True), done.stderr
    assert nlptool("sentiment", "hello", "-m", "m").code == 4


@pytest.mark.usefixtures("models")
def test_what_is_no_json_costs_its_record(nlptool: Run) -> None:
    done = nlptool("extract", "hello", "-m", "take", "--fields", "name")
    assert (done.code, "no JSON" in done.stderr) == (1, True), done.stderr
    assert nlptool("extract", "hello", "-m", "take", "--fields", "id").code == 2


def test_where_an_answer_stands() -> None:
    def span(text: str) -> tuple[str, int]:
        found = _span("It cost 89 euros in May.", Generated(text, [], -0.1, "end"))
        return found.answer, found.start

    assert span("89 euros.") == ("89 euros", 8)
    assert span('"89 EUROS"') == ("89 euros", 8)
    assert span("NONE") == ("", 0)
    assert span("  ") == ("", 0)


def test_fields_of_an_answer() -> None:
    found = _values('"name": "Ann", "age": 3, "tags": ["a"], "more": 1}\nThat is all.', ["name"])
    assert found.values == {"name": "Ann"}  # type: ignore[union-attr]
    found = _values('{"name": "", "age": 3, "tags": ["a"]}', ["name", "age", "tags", "none"])
    assert found.values == {"name": None, "age": 3, "tags": '["a"]', "none": None}  # type: ignore[union-attr]
    for wrong in ("", "no", '"name": "Ann"', "}"):
        found = _values(wrong, ["name"])
        assert isinstance(found, RecordError) or wrong == "}"
