"""Doubt is told: by the model's likelihood, by the glossary, with the place in a document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nlptool.errors import InputError, UsageError
from nlptool.tasks.translate import Params, Passage, Sentence, Translation, doubts
from nlptool.translation import glossary, variants
from nlptool.translation.glossary import Glossary
from nlptool.translation.request import Request
from tests.conftest import Run

pytestmark = pytest.mark.usefixtures("offline")

EN_ZH = ("en", "zh")
Answers = Callable[[Sentence], Translation]


def answer(
    text: str,
    model: Answers,
    terms: glossary.Terms | None = None,
    unlikely: float = -1.0,
    retry_unlikely: bool = True,
    **params: object,
) -> Translation:
    """A text by a model of the test's own."""

    def ask(batch: Sequence[Sentence]) -> list[Translation]:
        return [model(sentence) for sentence in batch]

    request = Request(
        ask,
        count=8,
        params=Params(**params),  # type: ignore[arg-type]
        languages=EN_ZH,
        glossary=Glossary(terms or {}, EN_ZH),
        unlikely=unlikely,
        retry_unlikely=retry_unlikely,
    )
    (found,) = request.answer([Passage(text)])
    assert isinstance(found, Translation)
    return found


def test_what_the_model_finds_unlikely_is_tried_again_then_told() -> None:
    found = answer("Some words.", lambda s: Translation("字。", score=-0.5 if s.careful else -2.0))
    assert (found.flags, found.confidence) == ([], 0.6065)
    found = answer("Some words.", lambda _: Translation("字。", score=-2.0))
    assert (found.flags, found.confidence) == (["unlikely"], 0.1353)
    assert answer("Some words.", lambda _: Translation("字。")).confidence is None


def test_a_model_may_try_again_only_what_can_be_named() -> None:
    def model(sentence: Sentence) -> Translation:
        return Translation("三个字。" if sentence.careful else "字。", score=-2.0)

    assert answer("Some words.", model, retry_unlikely=False).translation == "字。"
    assert answer("3 words.", model, retry_unlikely=False).translation == "三个字。"


def test_an_escape_that_the_text_has_none_of_is_none() -> None:
    assert answer("In 2016.", lambda _: Translation("在2016\\.")).translation == "在2016。"
    assert answer("In 2016\\.", lambda _: Translation("在2016\\.")).translation == "在2016\\。"


def test_a_term_keeps_its_sentence() -> None:
    said = {
        "Smith works for Acme Corp.": "史密斯在阿克米工作。",
        "Smith works for NT1.": "史密斯为 NT1 工作。",
        "Acme Corp left the acmes for NT1.": "阿克米为NT1离开。",
        "XT1 left the XT2 for NT1.": "XT1为NT1离开XT2。",
    }
    terms = {"Acme Corp": ["顶点公司"], "acme": ["顶点"]}

    def model(sentence: Sentence) -> Translation:
        return Translation(said.get(sentence.text, "？"))

    found = answer("Smith works for Acme Corp.", model, terms)
    assert (found.translation, found.flags) == ("史密斯为顶点公司工作。", [])
    found = answer("Acme Corp left the acmes for NT1.", model, terms)
    assert (found.translation, found.flags) == ("顶点公司为NT1离开顶点。", [])


def test_a_scale_that_is_wrong_is_put_right_without_another_try() -> None:
    tries: list[Sentence] = []

    def model(sentence: Sentence) -> Translation:
        tries.append(sentence)
        return Translation("它花费1500万美元。", score=-0.1)

    found = answer("It costs $1.5 million.", model)
    assert (found.translation, found.flags, len(tries)) == ("它花费150万美元。", [], 1)
    assert answer("It costs $1.5 million.", model, retry=False).flags == ["number"]


def test_every_sentence_has_its_place_and_confidence_where_that_is_asked_for() -> None:
    scores = {"The first.": -0.1, "The second.": -0.5, "The third.": -3.0}
    text = "The first. The second.\n\nThe third."
    found = answer(text, lambda s: Translation("字。", score=scores[s.text]), segments=True)
    assert isinstance(found.segments, list)
    assert [(part.place, part.text, part.confidence) for part in found.segments] == [
        ("line 1", "The first.", 0.9048),
        ("line 1", "The second.", 0.6065),
        ("line 3", "The third.", 0.0498),
    ]
    assert found.doubts == found.segments[2:]


def test_the_least_likely_sentence_counts_and_has_its_place() -> None:
    text = "The first one.\n\n- The second one is here. The 3 others."
    scores = {"The first one.": -0.1, "The second one is here.": -3.0, "The 3 others.": -0.2}
    found = answer(text, lambda s: Translation("字。", score=scores.get(s.text, -3.0)), retry=False)
    assert found.flags == ["unlikely", "number"]
    assert found.confidence == 0.0498
    assert [(doubt.place, doubt.text) for doubt in found.doubts] == [
        ("line 3", "The second one is here."), ("line 3", "The 3 others."),
    ]  # fmt: skip
    assert doubts(found) == ["line 3: unlikely", "line 3: number (3)"]


def test_a_sentence_in_a_third_language_stays_and_is_told() -> None:
    text = (
        "This is a long text in English about many things that people say. El gato está aquí hoy."
    )
    found = answer(text, lambda _: Translation("这是一篇很长的英文文章。"))
    assert found.translation.endswith("El gato está aquí hoy.")
    assert found.flags == ["foreign"]
    assert doubts(found) == ["foreign"]


def test_terms_are_found_inflected_and_have_several_translations() -> None:
    terms = {"black bird": ["乌鸦", "黑鸟"], "run": ["跑步"]}
    found = Glossary(terms, EN_ZH)
    there = found.found("Black birds RUNNING, Blackbird")
    assert [(each.text, each.targets) for each in there] == [
        ("Black birds", ["乌鸦", "黑鸟"]), ("RUNNING", ["跑步"]),
    ]  # fmt: skip
    assert found.missed("black birds running", "黑鸟在跑步") == []
    assert found.missed("black birds running", "黑鸟在飞") == ["running"]
    german = Glossary({"house": ["Haus"]}, ("en", "de"))
    assert german.missed("the houses", "die Hauses") == []
    assert Glossary({"你好": ["hi"]}, ("zh", "en")).missed("他说你好", "He says hello") == ["你好"]


def test_a_term_that_is_not_honoured_is_reported() -> None:
    found = answer(
        "The cats sleep.", lambda _: Translation("狗睡觉。"), {"cat": ["喵"]}, retry=False
    )
    assert found.flags == ["term"]
    assert doubts(found) == ["term (cats)"]
    found = answer("The cats sleep.", lambda _: Translation("睡觉"), {"cat": ["喵"]})
    assert (found.flags, "喵" in found.translation) == ([], True)


TBX = """<?xml version="1.0"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca"><text><body>
<conceptEntry id="1">
<langSec xml:lang="en-US"><termSec><term>mouse</term></termSec></langSec>
<langSec xml:lang="zh-CN"><termSec><term>鼠标</term></termSec>
<termSec><term>滑鼠</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""


def test_files_of_terms(tmp_path: Path) -> None:
    file = tmp_path / "terms"
    for text in (TBX, "mouse,鼠标,滑鼠\n", "mouse\t鼠标\nmouse\t滑鼠\n"):
        file.write_text(text)
        assert glossary.read(str(file), EN_ZH) == {"mouse": ["鼠标", "滑鼠"]}
    for text in ("<tbx", "one\n", ",two\n"):
        file.write_text(text)
        with pytest.raises(InputError, match="glossary"):
            glossary.read(str(file), EN_ZH)


def test_chinese_of_taiwan_and_hong_kong() -> None:
    found = answer("The <b>mouse</b>.", lambda _: Translation("鼠标。"), target="zh-TW")
    assert found.translation == "<b>滑鼠</b>。"
    assert answer("鼠标", lambda _: Translation(""), target="zh-Hant-TW").translation == "滑鼠"
    assert variants.to_target("zh-HK")("里面") == "裏面"
    assert variants.to_target("zh-CN")("里面") == "里面"
    assert variants.from_source("zh_TW")("滑鼠") == "鼠标"
    with pytest.raises(UsageError, match="zh-XX"):
        variants.to_target("zh-XX")


@pytest.mark.usefixtures("offline")
def test_variants_from_outside(nlptool: Run) -> None:
    (simplified,) = nlptool("translate", "I like this book.").lines
    (row,) = nlptool("translate", "-t", "zh-TW", "I like this book.", "-f", "jsonl").rows
    assert row["translation"] == variants.to_target("zh-TW")(simplified)
    assert nlptool("translate", "-t", "zh-XX", "Hello").code == 2


def test_a_page_is_in_the_target_language_and_what_is_in_a_third_stays() -> None:
    page = """<html lang="en-GB"><p xml:lang='EN'>Hello <i lang="fr">Bonjour</i></p>
<div lang=de>Hallo</div><pre lang="en">x</pre><!-- lang="en" --></html>"""
    found = answer(
        page, lambda _: Translation("你好Bonjour"), markup="html", target="zh-TW", retry=False
    )
    assert found.translation.startswith("""<html lang="zh-TW"><p xml:lang='zh-TW'>你好""")
    assert '<i lang="fr">Bonjour</i>' in found.translation
    kept = '<div lang=de>Hallo</div><pre lang="en">x</pre><!-- lang="en" --></html>'
    assert found.translation.endswith(kept)
