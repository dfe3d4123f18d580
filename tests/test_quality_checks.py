"""What is told to be wrong with translations, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks.translate import Params, Passage, Sentence, Translation
from nlptool.translation.checks import faults
from nlptool.translation.quantities import missing, scaled
from nlptool.translation.quantity_en import english, in_english
from nlptool.translation.quantity_zh import chinese, in_chinese
from nlptool.translation.translator import Translator

EN_ZH = ("en", "zh")


@pytest.mark.parametrize(
    ("source", "translation", "keeps", "found"),
    [
        ("Hello", "你好", (), []),
        ("Hello", "", (), ["empty"]),
        ("Hello", "你好你好你好你好你好", (), ["repeated"]),
        ("Ha ha ha ha ha!", "哈哈哈哈哈！", (), []),
        ("It costs 1000000 dollars.", "它花了1000000美元。", (), []),
        ("Hello", "这是一个很长的翻译，它说了许多原文里没有的话。", (), ["too-long"]),
        ("The first half is here, the second half of this is gone.", "前一半。", (), ["too-short"]),
        ("hello", "Hello.", (), ["copied"]),
        ("Open {name} now.", "现在打开。", ("{name}",), ["lost"]),
        ("%s and %s", "%s和", ("%s", "%s"), ["lost"]),
        ("Call 80443 now.", "现在打电话。", (), ["number"]),
        ("Three of 12 and 2 million.", "十二个中的三个，两百万。", (), []),
        ("1,234 people", "1234人", (), []),
        ("1,234.5 people", "1234.5人", (), []),
        ("He is 1.85 metres tall.", "他身高1,85米。", (), []),
        ("He is 1.85 metres tall.", "他身高185米。", (), ["number"]),
        ("60% of us", "我们中的600%", (), ["number"]),
        ("at 3:30 pm", "在15:30", (), []),
        ("at 3:30 am", "在15:30", (), ["number"]),
        ("at 3.30 pm", "下午3.30", (), []),
        ("9" * 5000 + " pm", "下午", (), ["too-short", "number"]),
        ("Call 12 pm", "请在12点打电话", (), []),
        ("007 and 08:05", "7和8点5分", (), []),
        ("We meet at 9 am on May 5.", "我们5月9日见面。", (), ["number"]),
        ("We meet at 9 am on May 5.", "我们5月5日上午9点见面。", (), []),
        ("at 3:30 pm on Monday, 5 May 2025", "2025年5月5日星期一下午三点半", (), []),
        ("There are 1.5 million people here.", "这里有15万人。", (), ["number"]),
        ("There are 1.5 million people here.", "这里有150万人。", (), []),
        ("The shop opens at nine.", "商店九点开门。", (), []),
        ("Twenty-three people came.", "二十三个人来了", (), []),
        ("Twenty-three people came.", "二十二个人来了", (), ["number"]),
        ("two hundred and five years", "205年", (), []),
        ("It is 25°C today.", "今天是25英镑。", (), ["number"]),
        ("It is 25°C today.", "今天25度。", (), []),
        ("He drank 2 litres of water.", "他喝了两杯水。", (), ["number"]),
        ("He drank 2 litres of water.", "他喝了两升水。", (), []),
        ("18 percent, in the 1970s", "百分之十八，20世纪70年代", (), []),
        ("I have 2 cats and 2 dogs.", "我有2只猫。", (), ["number"]),
        ("Do not open this door.", "打开这扇门。", (), ["negation"]),
        ("Do not open this door.", "不要打开这扇门。", (), []),
        ("Lead researcher says so.", "Lead researcher表示。", (), ["left"]),
    ],
)  # fmt: skip
def test_flags(source: str, translation: str, keeps: Sequence[str], found: list[str]) -> None:
    assert [*faults(source, translation, keeps, EN_ZH)] == found


@pytest.mark.parametrize(
    ("source", "translation", "found"),
    [
        ("不要打开这扇门。", "Open this door.", True),
        ("不要打开这扇门。", "Do not open this door.", False),
        ("我沒有錢。", "I have money.", True),
        ("我沒有錢。", "I'm penniless.", False),
        ("他无法来。", "He is able to come.", True),
        ("他无法来。", "He is unable to come.", False),
        ("是不是你？", "Is it you?", False),
        ("我不得不走。", "I have to go.", False),
        ("房子被淹没了。", "The house was flooded.", False),
        ("这个特别想要。", "I want this one very much.", False),
    ],
)
def test_a_negation_of_chinese_is_not_lost(source: str, translation: str, found: bool) -> None:
    assert ("negation" in faults(source, translation, (), ("zh", "en"))) is found


@pytest.mark.parametrize(
    ("source", "translation", "languages", "wanted"),
    [
        ("二十三个人来了。", "Twenty-three people came.", ("zh", "en"), []),
        ("二十三个人来了。", "Thirty people came.", ("zh", "en"), ["二十三"]),
        ("150万人", "1.5 million people", ("zh", "en"), []),
        ("5月5日上午9点", "at 9 am on May 5", ("zh", "en"), []),
        ("在 2008 年的 3 月 21 日", "on March 21, 2008.", ("zh", "en"), []),
        ("享年 54 岁，住了3年", "died at 54, lived there for 3 miles", ("zh", "en"), ["3"]),
        ("20世纪70年代的五千块石头", "five thousand stones of the 1970s", ("zh", "en"), []),
        ("每小时 40 英里（64 公里每小时）", "40 mph (64 kph)", ("zh", "en"), []),
        (
            "唯一一次是下午一点，数十亿人有一点怕",
            "Billions feared the one at 1 pm",
            ("zh", "en"),
            [],
        ),
        ("下午一点，千万别来", "Do not come at 2 pm", ("zh", "en"), ["下午一点"]),
        ("百分之一到 5%", "1 to 5 percent", ("zh", "en"), []),
        ("3% 到 5%，宽 30 米", "3 to 5 percent, 30 m wide", ("zh", "en"), []),
        ("伊尔-76，CG4684，36x24mm", "the Il-76, CG4684, 36 by 24 mm", ("zh", "en"), []),
        ("二十世纪的第十八洞", "the eighteenth hole of the twentieth century", ("zh", "en"), []),
        ("at 3:30 pm with 2 dogs", "um 15:30 mit 2 Hunden", ("en", "de"), []),
        ("It costs 1,234.50", "Es kostet 1.234,50", ("en", "de"), []),
        ("It costs 12", "Es kostet 13", ("en", "de"), ["12"]),
    ],
)
def test_numbers_by_their_value(
    source: str, translation: str, languages: tuple[str, str], wanted: list[str]
) -> None:
    assert missing(source, translation, languages) == wanted


@given(st.text("0123456789.,:千万三点分月日年半百 pmdecas"), st.sampled_from(["en", "zh", "de"]))
def test_any_text_has_numbers_or_not(text: str, language: str) -> None:
    assert missing(text, text, (language, language)) == []


@pytest.mark.parametrize(
    ("source", "translation", "put_right"),
    [
        ("It costs about $1.5 million.", "它花费约 1500 万美元。", "它花费约 150万美元。"),
        ("A deal of 2.3 billion euros", "一笔2.3亿欧元的交易", "一笔23亿欧元的交易"),
        ("12,500 people in 3 towns", "3个镇的1250人", "3个镇的1.25万人"),
        ("$1.5 million, then $15 million", "1500万美元，然后是1500万美元", None),
        ("1.5 million people", "一百人", None),
        ("2,000 cats and 20 dogs", "20只猫和20只狗", None),
        ("9" * 5000, "9" * 4999, None),
    ],
)
def test_a_number_of_the_wrong_scale_is_put_right_where_it_is_the_only_one(
    source: str, translation: str, put_right: str | None
) -> None:
    assert scaled(source, translation, EN_ZH) == put_right


def test_numbers_of_chinese_are_put_right_in_english() -> None:
    assert (
        scaled("它花了150万美元", "It cost $15 million.", ("zh", "en")) == "It cost $1.5 million."
    )


@example(Decimal(16010))
@given(st.decimals(1000, 10**15, allow_nan=False, places=2))
def test_numbers_are_read_as_they_are_written(value: Decimal) -> None:
    assert [q.values for q in chinese(in_chinese(value))] == [{value}]
    assert [q.values for q in english(in_english(value))] == [{value}]


@given(st.text("0123456789.,:：点半的两五十百万亿年月日下午％%世纪分之 "))
def test_no_text_is_too_odd_to_find_numbers_in(text: str) -> None:
    assert [quantity.text for quantity in chinese(text) if not quantity.values] == []


def test_a_number_with_a_point_behind_characters_is_read() -> None:
    assert [q.values for q in chinese("是去年的3.14倍")] == [{Decimal("3.14")}]


def test_names_may_stay_between_languages_of_one_script() -> None:
    assert [*faults("Angela Merkel", "Angela Merkel", (), ("en", "de"))] == []
    assert [*faults("Angela Merkel", "Angela Merkel", (), EN_ZH)] == ["copied"]


class Broken(Adapter[Sentence, Translation]):
    """An adapter with the faults that real models have."""

    tasks = ("translate",)

    def __init__(self, fault: Callable[[Sentence], str]) -> None:
        super().__init__(Setup(task="translate", model="broken", folder=None))
        self.fault = fault
        self.asked: list[Sentence] = []

    def predict(self, batch: Sequence[Sentence], params: Params) -> list[Translation]:
        self.asked += batch
        return [Translation(self.fault(sentence)) for sentence in batch]


def answer(text: str, fault: Callable[[Sentence], str], **params: object) -> Translation:
    (found,) = Translator(Broken(fault)).predict([Passage(text)], Params(**params))  # type: ignore[arg-type]
    assert isinstance(found, Translation)
    return found


def test_a_careful_second_try() -> None:
    found = answer("Some words here.", lambda s: "一些字。" if s.careful else "字" * 40)
    assert (found.translation, found.flags) == ("一些字。", [])


def test_a_sentence_that_a_model_fails_on_is_tried_in_parts_and_costs_no_other() -> None:
    def fault(sentence: Sentence) -> str:
        if "," in sentence.text[:-1]:
            raise RuntimeError("a model's own fault")
        return "一些字。" if sentence.text.endswith(".") else "一些字，"

    text = "Some words here. The second part, and the third part."
    assert answer(text, fault).translation == "一些字。一些字，一些字。"


def test_a_single_word_gets_the_stop_that_models_wait_for() -> None:
    found = answer("Hello", lambda s: "你好。" if s.text == "Hello." else "你好" * 30)
    assert (found.translation, found.flags) == ("你好", [])


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("SAVE THE FILE", "Save the file", "SAVE THE FILE."),
        ("WHAT CAN I DO?", "What can I do?", "WHAT CAN I DO?"),
        ("HELLO", "Hello", "HELLO."),
        ("STOP", "Stop", "STOP."),
        ("USB", "USB", "Usb."),
        ("SAVE {NAME} NOW", "SAVE {NAME} NOW", "SAVE {NAME} NOW."),
        ("SAVE the FILE", "SAVE the FILE", "SAVE the FILE."),
    ],
)
def test_capitals_are_tried_small(text: str, first: str, second: str) -> None:
    adapter = Broken(lambda sentence: "")
    Translator(adapter).predict([Passage(text)], Params())
    assert [sentence.text for sentence in adapter.asked[:2]] == [first, second]


def test_placeholders_are_put_back_when_the_model_drops_them() -> None:
    found = answer(
        "Open {name} at https://a.b now.", lambda s: "打开。"[: 3 if "{" in s.text else 2]
    )
    assert (found.translation, found.flags) == ("打开 {name} 打开 https://a.b 打开", [])


def test_a_dropped_half_is_translated_alone() -> None:
    text = "The first half of it is here, and the second half of this long sentence is there."
    found = answer(
        text, lambda s: "前一半在这里，" if s.text.startswith("The") else "后一半在那里。"
    )
    assert (found.translation, found.flags) == ("前一半在这里，后一半在那里。", [])


def test_what_stays_bad_says_so_and_loses_nothing() -> None:
    found = answer("Hello", lambda _: "")
    assert (found.translation, found.flags) == ("Hello", ["empty"])
    found = answer("Hello", lambda _: "的" * 50)
    assert found.flags == ["repeated", "too-long"]


def test_a_glossary_wins(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("terms") / "terms.csv"
    file.write_text("cat,喵\n")
    found = answer("The cat sleeps.", lambda _: "狗睡觉", glossary=str(file))
    assert "喵" in found.translation
    assert found.flags == []


def test_what_stands_there_twice_is_translated_once() -> None:
    adapter = Broken(lambda _: "好的")
    Translator(adapter).predict([Passage("Fine"), Passage("Fine"), Passage("Fine\nFine")], Params())
    assert [sentence.text for sentence in adapter.asked] == ["Fine"]
