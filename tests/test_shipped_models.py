"""The models inside the package, as a user without torch and without a network has them."""

from __future__ import annotations

import pytest

from tests.conftest import Run

SENTENCES = {
    "They sent me the wrong item and nobody answers.": "negative",
    "Great value for the price, I would order again.": "positive",
    "A warm, funny and honest book.": "positive",
    "The battery died after two days.": "negative",
    "What a waste of an evening.": "negative",
    "They charged me twice and will not admit it.": "negative",
    "房间干净，服务热情，下次还来。": "positive",
    "味道很差，等了两个小时，再也不点了。": "negative",
    "质量太差了，用了两天就坏了。": "negative",
    "很喜欢，推荐大家购买！": "positive",
}


def test_sentiment_of_plain_sentences(nlptool: Run) -> None:
    done = nlptool("sentiment", "--offline", *SENTENCES, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert [row["label"] for row in done.rows] == list(SENTENCES.values())
    assert all(row["score"] > 0.5 for row in done.rows)


LETTER = """On 3 March I ordered a blue winter coat from your shop for 89 euros. On 10 March a
parcel arrived, but it held a pair of red gloves. I wrote to your customer service twice, and nobody
has answered me. I would like you to refund my money. My order number is 4471-B."""
QUESTIONS = {
    "What did the customer order?": "blue winter coat",
    "How much did the coat cost?": "89 euros",
    "When did the parcel arrive?": "10 March",
    "What is the order number?": "4471-B",
    "What would the customer like?": "refund my money",
}


def test_questions_about_a_letter(nlptool: Run) -> None:
    done = nlptool("qa", "--offline", *QUESTIONS, "-c", LETTER, "-f", "jsonl")
    assert done.code == 0, done.stderr
    answers = [row["answer"] for row in done.rows]
    assert all(right in answer for right, answer in zip(QUESTIONS.values(), answers, strict=True))
    assert [LETTER[row["start"] : row["end"]] for row in done.rows] == answers


@pytest.mark.parametrize(
    "name",
    [
        "sentiment-en",
        "sentiment-zh",
        "sentiment-zh-paddle",
        "qa-en",
        "optic-disc",
        "optic-disc-paddle",
        "translate-en-zh-everyday",
    ],
)
def test_the_shipped_files_are_the_pinned_ones(nlptool: Run, name: str) -> None:
    done = nlptool("models", "verify", name, "--offline")
    assert done.code == 0, done.stderr


def test_a_text_in_a_language_that_no_default_knows_is_no_guess(nlptool: Run) -> None:
    done = nlptool("sentiment", "とても楽しい本です", "What a lovely day", "-f", "jsonl")
    assert done.code == 1
    assert [row["id"] for row in done.rows] == [2]
    assert "no default model for sentiment in the language ja; choose one" in done.stderr


def test_chinese_in_the_form_of_paddlehub(nlptool: Run) -> None:
    done = nlptool("sentiment", "--style", "paddlehub", "这家酒店的服务真好", "太难吃了")
    assert [row["sentiment_label"] for row in done.rows] == [1, 0]
    assert [row["sentiment_key"] for row in done.rows] == ["positive", "negative"]
    assert all(row["positive_probs"] + row["negative_probs"] == 1 for row in done.rows)


PLAIN = {
    "Hello": "你好",
    "Where is the station?": "车站在哪里？",
    "The weather is very nice today.": "今天天气很好。",
    "I don't like coffee.": "我不喜欢咖啡。",
}


def test_plain_english_in_chinese(nlptool: Run) -> None:
    dated = "The meeting is moved from 3:30 pm to Friday, 12 June."
    done = nlptool("translate", "--offline", *PLAIN, dated, "-f", "jsonl")
    assert done.code == 0, done.stderr
    *plain, moved = done.rows
    assert [row["translation"] for row in plain] == list(PLAIN.values())
    assert all(part in moved["translation"] for part in ("下午3:30", "6月12日", "星期五"))
    assert not any(row["flags"] for row in done.rows)
