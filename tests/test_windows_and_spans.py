"""Windows of tokens, and the answers found in them, against plain definitions."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.encoders import windows
from nlptool_plugins.encoders.labels import Labels
from nlptool_plugins.encoders.spans import best_spans
from nlptool_plugins.encoders.windows import Cutter, Tokens, Window, position_limit, starts

from nlptool.errors import ModelError, RecordError
from nlptool.tasks.qa import Params, Span
from nlptool.tasks.sentiment import Sentiment
from tests.tiny_models import tokenizer


@given(st.integers(1, 300), st.integers(1, 50), st.data())
def test_windows_hold_every_token(count: int, room: int, data: st.DataObject) -> None:
    step = data.draw(st.integers(1, room))
    found = list(starts(count, room, step))
    held = set(itertools.chain.from_iterable(range(start, start + room) for start in found))
    assert set(range(count)) <= held
    assert all(b - a == step for a, b in itertools.pairwise(found))
    assert found[-1] < count
    assert len(found) == 1 or found[-2] + room < count


@given(st.text("ab ", min_size=1, max_size=200), st.text("ab ?", max_size=30))
def test_a_window_is_what_the_tokenizer_makes_of_a_pair(context: str, question: str) -> None:
    whole = tokenizer()
    expected = whole.encode(question, context)
    windows = Cutter(tokenizer(), 1000, 10).pair_windows(question, context)
    if not (context.strip() and question.strip()):
        assert isinstance(windows, RecordError)
        return
    assert isinstance(windows, list)
    [window] = windows
    assert (window.ids, window.types) == (expected.ids, expected.type_ids)


def test_windows_of_a_long_context_overlap_and_fit() -> None:
    cutter = Cutter(tokenizer(), 32, 8)
    windows = cutter.pair_windows("who ?", "the item " * 60)
    assert isinstance(windows, list)
    assert all(len(window.ids) <= 32 for window in windows)
    there = cutter.tokens_of("the item " * 60).ids
    for window in windows:
        part = there[window.token : window.token + window.length]
        assert window.ids[window.first : window.first + window.length] == part
    for one, next_one in itertools.pairwise(windows):
        assert one.token + one.length - next_one.token == 8


@given(st.text("ab  ?", min_size=1, max_size=200), st.integers(3, 40))
def test_a_text_of_any_length_is_cut_into_tokens_piece_by_piece(text: str, most: int) -> None:
    found = [*windows.pieces(text, most)]
    assert "".join(found) == text
    assert all(0 < len(piece) <= most for piece in found)
    words = " ".join(["the item ?", text] * 20)
    (whole,) = Cutter(tokenizer(), 32, 8).text_windows([words])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "PIECE", 220)
        assert Cutter(tokenizer(), 32, 8).text_windows([words]) == [whole]


def test_a_context_that_memory_does_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "CONTEXT", 100)
    cutter = Cutter(tokenizer(), 32, 8)
    assert isinstance(cutter.pair_windows("who ?", "the item " * 11), list)
    found = cutter.pair_windows("who ?", "the item " * 12)
    assert "give it in parts" in str(found)


def test_special_tokens_in_a_text_are_text() -> None:
    found = tokenizer()
    found.encode_special_tokens = True
    windows = Cutter(found, 64, 8).pair_windows("who ?", "a [SEP] house")
    assert isinstance(windows, list)
    assert windows[0].ids.count(found.token_to_id("[SEP]")) == 2


def test_a_question_that_fills_half_the_window() -> None:
    found = Cutter(tokenizer(), 32, 8).pair_windows("the " * 16, "a house")
    assert isinstance(found, RecordError)
    assert "the question has 16 tokens; with this model it may have 13" in str(found)


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        ({"max_position_embeddings": 512}, 512),
        ({"max_position_embeddings": 514, "model_type": "roberta", "pad_token_id": 1}, 512),
        ({"max_position_embeddings": 130, "model_type": "roberta", "pad_token_id": 1}, 128),
        ({"n_positions": 1024}, 1024),
        ({"max_position_embeddings": -1}, 512),
        ({}, 512),
    ],
)
def test_the_limit_by_the_config(config: dict[str, Any], limit: int) -> None:
    assert position_limit(config) == limit


CONTEXT = "a b c d e f g h"
TOKENS = Tokens(list(range(8)), [(2 * n, 2 * n + 1) for n in range(8)])
logits = st.lists(st.integers(-9, 9), min_size=9, max_size=9)


def window_at(token: int, length: int) -> Window:
    return Window([0] * (length + 1), [0] * (length + 1), 1, token, length)


@given(logits, logits, st.integers(1, 8), st.none() | st.integers(-5, 5))
def test_one_window_against_the_definition(
    starts: list[int], ends: list[int], longest: int, margin: int | None
) -> None:
    params = Params(max_answer_length=longest, no_answer=margin)
    arrays = np.array(starts, float), np.array(ends, float)
    found = best_spans(CONTEXT, TOKENS, [(window_at(0, 8), *arrays)], params)
    sums = {
        (first, last): starts[first + 1] + ends[last + 1]
        for first in range(8)
        for last in range(first, min(8, first + longest))
    }
    null = starts[0] + ends[0]
    total = sum(map(math.exp, sums.values())) + (0 if margin is None else math.exp(null))
    best = max(sums.values())
    assert isinstance(found, list)
    if margin is not None and null - best > margin:
        assert found == [Span("", pytest.approx(math.exp(null) / total, abs=1e-5), 0, 0)]
        return
    assert found[0].score == pytest.approx(math.exp(best) / total, abs=1e-5)
    assert sums[found[0].start // 2, found[0].end // 2] == best
    assert found[0].answer == CONTEXT[found[0].start : found[0].end]


@given(logits, logits)
def test_two_windows_find_what_one_finds(starts: list[int], ends: list[int]) -> None:
    first, last = np.array(starts, float), np.array(ends, float)
    params = Params(max_answer_length=3)
    whole = best_spans(CONTEXT, TOKENS, [(window_at(0, 8), first, last)], params)
    halves = [
        (window_at(0, 5), first[:6], last[:6]),
        (window_at(3, 5), np.r_[0, first[4:]], np.r_[0, last[4:]]),
    ]
    cut = best_spans(CONTEXT, TOKENS, halves, params)
    assert isinstance(whole, list)
    assert isinstance(cut, list)
    assert cut[0] == whole[0]


@given(logits, logits, st.integers(2, 9))
def test_more_answers_do_not_overlap(starts: list[int], ends: list[int], top_k: int) -> None:
    arrays = np.array(starts, float), np.array(ends, float)
    found = best_spans(CONTEXT, TOKENS, [(window_at(0, 8), *arrays)], Params(top_k=top_k))
    assert isinstance(found, list)
    assert 1 <= len(found) <= top_k
    assert [span.score for span in found] == sorted((s.score for s in found), reverse=True)
    for one, other in itertools.combinations(found, 2):
        assert one.end <= other.start or other.end <= one.start


def test_an_answer_has_no_space_about_it() -> None:
    tokens = Tokens([0, 1, 2], [(0, 2), (2, 5), (5, 7)])
    flat = np.array([0.0, 1.0, 2.0, 1.0])
    found = best_spans("a  b  c", tokens, [(window_at(0, 3), flat, flat)], Params())
    assert found == [Span("b", pytest.approx(0.37, abs=0.2), 3, 4)]
    blank = best_spans("      ", Tokens([0], [(0, 6)]), [(window_at(0, 1), flat, flat)], Params())
    assert isinstance(blank, RecordError)


def test_numbers_that_are_not_finite_are_an_error() -> None:
    bad = np.full(9, np.nan)
    assert isinstance(
        best_spans(CONTEXT, TOKENS, [(window_at(0, 8), bad, bad)], Params()), RecordError
    )
    assert isinstance(Labels("x", {}).result([bad], [1]), RecordError)


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=5))
def test_probabilities_of_labels_sum_to_one(values: list[float]) -> None:
    found = Labels("x", {}).result([np.array(values)], [7])
    assert isinstance(found, Sentiment)
    assert isinstance(found.probs, dict)
    assert list(found.probs) == [f"LABEL_{n}" for n in range(len(values))]
    assert sum(found.probs.values()) == pytest.approx(1, abs=1e-5)
    assert found.score == max(found.probs.values())


def test_labels_of_their_own_right() -> None:
    config = {
        "id2label": {"0": "rude", "1": "late"},
        "problem_type": "multi_label_classification",
    }
    found = Labels("x", config).result([np.array([0.0, 3.0])], [1])
    assert isinstance(found, Sentiment)
    assert found.probs == {"rude": 0.5, "late": pytest.approx(0.952574)}
    with pytest.raises(ModelError, match="regression"):
        Labels("x", {"problem_type": "regression"})


def test_windows_weigh_by_their_length() -> None:
    sure, unsure = np.array([20.0, -20.0]), np.array([0.0, 0.0])
    found = Labels("x", {}).result([sure, unsure], [30, 10])
    assert isinstance(found, Sentiment)
    assert found.score == pytest.approx(0.875)
