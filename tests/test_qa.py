"""nlptool qa."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.tasks.qa import Answer, Params, Question, Span, finish, plain, pretty, sentence_around
from tests.conftest import Run

LETTER = "The letter was very green.\r\nIt was about Peter Smith, and we was in Oslo! Very kind."


def squad(*questions: tuple[str, str]) -> str:
    qas = [
        {"id": name, "question": question, "answers": [{"text": "x", "answer_start": 0}]}
        for name, question in questions
    ]
    return json.dumps({"data": [{"title": "t", "paragraphs": [{"context": LETTER, "qas": qas}]}]})


def test_the_context_from_a_file_an_argument_or_stdin(
    nlptool: Run, tiny: Path, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes(b"\xef\xbb\xbf" + LETTER.encode())
    model = ("-m", tiny / "qa-onnx", "-f", "jsonl")
    expected = [{"answer": "Peter Smith", "start": 41, "end": 52}]
    for words, stdin in (
        (("who ?", "--context", file), b""),
        (("who ?", "-c", LETTER), b""),
        (("who ?",), LETTER.encode()),
        (("who ?", "--context", "-"), LETTER.encode()),
        (("--context", file), b"who ?"),
    ):
        rows = nlptool("qa", *words, *model, stdin=stdin).rows
        assert [{key: row[key] for key in expected[0]} for row in rows] == expected
    assert LETTER[41:52] == "Peter Smith"


def test_many_questions_of_one_context(nlptool: Run, tiny: Path) -> None:
    words = [word for _ in range(20) for word in ("who ?", "where ?")]
    done = nlptool("qa", *words, "-c", LETTER, "-m", tiny / "qa-onnx")
    assert done.lines == ["Peter Smith", "Oslo"] * 20


def test_records_with_their_own_contexts(nlptool: Run, tiny: Path) -> None:
    table = 'question,context,mark\nwho ?,"it was Anna Fox, today",7\nwhere ?,we was in Rome,8\n'
    options = ("--input-format", "csv", "-f", "jsonl", "-m", tiny / "qa-onnx")
    rows = nlptool("qa", *options, stdin=table.encode()).rows
    assert [(row["answer"], row["mark"]) for row in rows] == [("Anna Fox", "7"), ("Rome", "8")]


def test_a_record_without_context_fails_alone(nlptool: Run, tiny: Path) -> None:
    lines = '{"question": "who ?"}\n{"question": "where ?", "context": "it was in Oslo"}\n'
    done = nlptool("qa", "--input-format", "jsonl", "-m", tiny / "qa-onnx", stdin=lines.encode())
    assert (done.code, done.lines) == (1, ["Oslo"])
    assert "no column context" in done.stderr


def test_squad_in_and_predictions_out(nlptool: Run, tiny: Path, tmp_path: Path) -> None:
    data = tmp_path / "dev.json"
    data.write_text(squad(("a1", "who ?"), ("a2", "where ?")))
    out = tmp_path / "predictions.json"
    done = nlptool("qa", "-i", data, "-f", "squad", "-o", out, "-m", tiny / "qa-onnx")
    assert done.code == 0
    assert json.loads(out.read_bytes()) == {"a1": "Peter Smith", "a2": "Oslo"}
    rows = json.loads(nlptool("qa", "-i", data, "-f", "json", "-m", tiny / "qa-onnx").stdout)
    assert [row["id"] for row in rows] == ["a1", "a2"]
    assert rows[0]["answers"] == [{"text": "x", "answer_start": 0}]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"data": [{"paragraphs": [{"context": 3}]}]}', "not SQuAD's form"),
        ("[1, 2]", "not SQuAD's form"),
        ('{"data": [', "not SQuAD's form"),
        ("[" * 100_000, "not SQuAD's form"),
    ],
)
def test_what_is_not_squad(nlptool: Run, tiny: Path, data: str, message: str) -> None:
    options = ("--input-format", "squad", "-m", tiny / "qa-onnx")
    done = nlptool("qa", *options, stdin=data.encode())
    assert done.code == 3
    assert message in done.stderr


def test_an_array_of_objects(nlptool: Run, tiny: Path) -> None:
    rows = [{"id": "x", "question": "who ?", "context": "it was Anna Fox"}]
    options = ("--input-format", "json", "-f", "squad", "-m", tiny / "qa-onnx")
    done = nlptool("qa", *options, stdin=json.dumps(rows).encode())
    assert json.loads(done.stdout) == {"x": "Anna Fox"}
    assert json.loads(nlptool("qa", *options, stdin=b"[]").stdout) == {}


def test_predictions_are_answers(nlptool: Run) -> None:
    done = nlptool("stem", "running", "-f", "squad")
    assert done.code == 2
    assert "squad is a format for answers" in done.stderr


def test_no_answer(nlptool: Run, tiny: Path) -> None:
    options = ("-c", "the house was very green", "-m", tiny / "qa-onnx", "-f", "jsonl")
    [row] = nlptool("qa", "who ?", *options, "--no-answer", "0").rows
    assert (row["answer"], row["start"], row["end"]) == ("", 0, 0)
    assert row["score"] > 0.5
    assert nlptool("qa", "who ?", *options).rows[0]["answer"]


def test_the_answer_in_its_sentence(nlptool: Run, tiny: Path) -> None:
    words = ("who ?", "-c", LETTER, "--highlight", "-m", tiny / "qa-onnx")
    assert nlptool("qa", *words).lines == ["It was about **Peter Smith**, and we was in Oslo!"]


def test_more_answers(nlptool: Run, tiny: Path) -> None:
    context = "it was Anna Fox in the house and we was with Paul Jones"
    words = ("who ?", "-c", context, "-k2", "--max-answer-length", "2", "-m", tiny / "qa-onnx")
    [row] = nlptool("qa", *words, "-f", "jsonl").rows
    assert {near["answer"] for near in row["top"]} == {"Anna Fox", "Paul Jones"}
    assert len(nlptool("qa", *words).lines[0].split("\t")) == 4


def test_where_the_context_is_missing_or_twice(nlptool: Run, tiny: Path, tmp_path: Path) -> None:
    model = ("-m", tiny / "qa-onnx")
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.txt").write_text("x")
    for words, code, message in (
        (("who ?", "--context", "absent.txt"), 3, "no such file"),
        (("who ?", "--context", tmp_path / "*.txt"), 2, "takes one file"),
        (("who ?", "--context", "x", "-c", "y"), 2, "not both"),
        (("--context", "-"), 2, "both the context and the questions"),
        (("who ?",), 1, "the context is empty"),
    ):
        done = nlptool("qa", *words, *model)
        assert done.code == code
        assert message in done.stderr


def test_a_context_in_another_encoding(nlptool: Run, tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_bytes("你好，Peter Smith 在 Oslo。".encode("gb18030"))
    words = ("who ?", "--context", file, "-m", tiny / "qa-onnx")
    done = nlptool("qa", *words)
    assert done.code == 3
    assert "try --encoding gb18030" in done.stderr
    [row] = nlptool("qa", *words, "--encoding", "gb18030", "-f", "jsonl").rows
    assert (row["answer"], row["start"]) == ("Peter Smith", 3)


@given(
    st.lists(st.sampled_from(["One two.", "Three!", "四五。", "six\n", "e.g. 7", " "])), st.data()
)
def test_a_sentence_holds_its_span(parts: list[str], data: st.DataObject) -> None:
    text = " ".join(parts)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = sentence_around(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)


def test_sentences_of_all_kinds() -> None:
    text = 'He said "no." Then 他走了。然后 version 1.5 came\nand went'
    for words in ('He said "no." ', "Then 他走了。", "然后 version 1.5 came\n", "and went"):
        start = text.index(words)
        assert sentence_around(text, start + 1, start + 2) == (start, start + len(words))


def test_nothing_to_highlight() -> None:
    nothing = Answer("", 0.9, 0, 0)
    shown = finish(Question("who ?", "A b."), nothing, Params(highlight=True))
    assert (plain(shown), pretty(shown)) == ("", "[dim](no answer)[/]")
    assert plain(Answer.of([Span("a\nb", 0.5, 0, 3)], Params())) == "a b"


def test_the_answer_is_bold_on_a_terminal() -> None:
    found = Answer("[/] Fox", 0.9, 7, 14)
    shown = finish(Question("who ?", "it was [/] Fox."), found, Params(highlight=True))
    assert pretty(shown) == "it was [bold]\\[/] Fox[/]."
    assert pretty(found) == "[bold]\\[/] Fox[/]"
