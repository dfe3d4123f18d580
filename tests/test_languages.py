"""The language that a text is in, and what becomes of a text in one that no model knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.models.languages import identify
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("offline")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Good morning, where is the station?", "en"),
        ("El gato está en la mesa.", "es"),
        ("EL GATO ESTÁ EN LA MESA.", "es"),
        ("Bonjour, comment allez-vous aujourd'hui ?", "fr"),
        ("Guten Morgen, wie geht es dir?", "de"),
        ("<p>Ich weiß nicht, {name}, siehe https://example.org/english</p>", "de"),
        ("Кто такой Иван?", "ru"),
        ("你好", "zh"),
        ("こんにちは", "ja"),
        ("안녕하세요", "ko"),
        ("Bonjour", None),
        ("Muito obrigado", "pt"),
        ("oddly sweet", None),
        ("Jaromir Jagr", None),
        ("OK", None),
        ("12:30", None),
        ("", None),
    ],
)
def test_a_text_tells_its_language_or_does_not(text: str, language: str | None) -> None:
    assert identify(text) == language


@given(st.text())
def test_any_text_may_be_asked(text: str) -> None:
    assert identify(text) is None or identify(text)


@pytest.mark.parametrize("source", [(), ("-s", "auto")])
def test_a_line_in_a_language_without_a_model_costs_that_line(
    nlptool: Run, source: tuple[str, ...]
) -> None:
    text = "Hello\nこんにちは\nEl gato está en la mesa.\nGood morning.\n".encode()
    done = nlptool("translate", *source, stdin=text)
    assert done.code == 1
    assert len(done.lines) == 2
    assert "stdin:2: no model from ja to zh" in done.stderr
    assert "stdin:3: no model from es to zh" in done.stderr
    emitted = nlptool("translate", *source, "--on-error", "emit", "-f", "jsonl", stdin=text)
    assert ["error" in row for row in emitted.rows] == [False, True, True, False]
    assert nlptool("translate", *source, "--on-error", "fail", stdin=text).code == 1


def test_a_language_that_was_asked_for_and_has_no_model_ends_the_job(nlptool: Run) -> None:
    assert nlptool("translate", "-s", "ja", "こんにちは").code == 4


def test_other_tasks_do_not_read_spanish_as_english(nlptool: Run) -> None:
    done = nlptool("sentiment", "-f", "jsonl", "Me gusta mucho este libro.", "I like this book.")
    assert done.code == 1
    assert [row["id"] for row in done.rows] == [2]
    assert "in the language es" in done.stderr
