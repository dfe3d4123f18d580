"""The parts of training: examples from rows, their split, batches, places of answers."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.encoders.windows import Window
from nlptool_plugins.training.batches import by_length, shuffled
from nlptool_plugins.training.spans import NOWHERE, place_in, token_span

from nlptool.tasks.qa import QA, AnsweredQuestion
from nlptool.tasks.sentiment import SENTIMENT, LabelledText
from nlptool.training.examples import Columns, examples, split

LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=400)


@given(LENGTHS, st.integers(1, 17), st.integers(0, 3), st.integers(0, 3))
def test_every_example_is_in_one_batch(
    lengths: list[int], size: int, seed: int, epoch: int
) -> None:
    for batches in (shuffled(lengths, size, seed, epoch), by_length(lengths, size)):
        assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
        assert all(len(batch) <= size for batch in batches)
    assert shuffled(lengths, size, seed, epoch) == shuffled(lengths, size, seed, epoch)


def test_epochs_are_shuffled_anew_and_batches_are_of_like_length() -> None:
    lengths = [n % 50 for n in range(500)]
    assert shuffled(lengths, 10, 0, 0) != shuffled(lengths, 10, 0, 1)
    assert shuffled(lengths, 10, 0, 0) != shuffled(lengths, 10, 1, 0)
    for batch in shuffled(lengths, 10, 0, 0):
        assert len({lengths[index] for index in batch}) == 1


def test_rows_of_every_kind(tmp_path: Path) -> None:
    squad = {
        "data": [
            {
                "paragraphs": [
                    {
                        "context": "Anna met Paul.",
                        "qas": [
                            {
                                "id": 1,
                                "question": "Who?",
                                "answers": [{"text": "Anna", "answer_start": 0}],
                            },
                            {"id": 2, "question": "Where?", "answers": []},
                            {
                                "id": 3,
                                "question": "Who?",
                                "answers": [{"text": "Paul", "answer_start": 0}],
                            },
                            {"id": 4, "question": "Who?", "answers": "Paul"},
                        ],
                    }
                ]
            }
        ]
    }
    (tmp_path / "a.json").write_text(json.dumps(squad))
    hub = {
        "question": "Who?",
        "context": "Paul",
        "answers": {"text": ["Paul"], "answer_start": [0]},
    }
    plain = {"question": "Who?", "context": "Paul and Paul", "answer": "Paul", "start": "9"}
    (tmp_path / "b.jsonl").write_text(f"{json.dumps(hub)}\n{json.dumps(plain)}\n")
    told: list[str] = []
    files = [str(tmp_path / "a.json"), str(tmp_path / "b.jsonl")]
    found = examples("qa", files, Columns(), told.append)
    assert found == [
        AnsweredQuestion("Who?", "Anna met Paul.", ("Anna",), (0,)),
        AnsweredQuestion("Where?", "Anna met Paul."),
        AnsweredQuestion("Who?", "Paul", ("Paul",), (0,)),
        AnsweredQuestion("Who?", "Paul and Paul", ("Paul",), (9,)),
    ]
    assert "a.json:3: the context does not have the answer 'Paul' at 0" in told[0]
    assert "a.json:4: answers: " in told[1]


def test_the_text_may_stand_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("label\tsentence\n1\tfine\n")
    (tmp_path / "b.csv").write_text("id,words,mood,label\n7,fine,up,9\n")
    one = examples("sentiment", [str(tmp_path / "a.tsv")], Columns((), ("1=good",)), print)
    columns = Columns(("text=words", "label=mood"))
    other = examples("sentiment", [str(tmp_path / "b.csv")], columns, print)
    assert one + other == [LabelledText("fine", "good"), LabelledText("fine", "up")]


def test_dev_has_the_same_share_of_each_label() -> None:
    data = [LabelledText(str(n), "rare" if n % 10 == 0 else "often") for n in range(200)]
    train, dev = split(data, 0.2, 5, SENTIMENT.teaching)
    assert sorted(train + dev, key=data.index) == data
    assert [sum(e.label == name for e in dev) for name in ("rare", "often")] == [4, 36]
    assert split(data, 0.2, 5, SENTIMENT.teaching) == (train, dev)
    assert split(data, 0.2, 6, SENTIMENT.teaching) != (train, dev)


def test_no_context_is_in_both_halves() -> None:
    data = [AnsweredQuestion(f"q{n}", f"context {n % 20}") for n in range(100)]
    train, dev = split(data, 0.25, 0, QA.teaching)
    assert {e.context for e in train}.isdisjoint({e.context for e in dev})
    assert (len(train), len(dev)) == (75, 25)


def test_an_answer_is_found_in_the_windows_that_hold_it() -> None:
    offsets = [(0, 3), (4, 8), (9, 12), (13, 18)]
    assert token_span(offsets, 4, 12) == (1, 2)
    assert token_span(offsets, 5, 6) == (1, 1)
    assert token_span(offsets, 3, 4) is None
    window = Window(ids=[0] * 9, types=[0] * 9, first=5, token=1, length=3)
    assert place_in(window, (1, 2)) == (5, 6)
    assert place_in(window, (0, 1)) == NOWHERE
    assert place_in(window, (3, 4)) == NOWHERE
    assert place_in(window, None) == NOWHERE


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_attention_by_products_is_attention(causal: bool, masked: bool) -> None:
    torch = pytest.importorskip("torch")
    from nlptool_plugins.training.attention import products

    torch.manual_seed(0)
    query, key, value = torch.randn(3, 2, 4, 7, 8)
    mask = torch.rand(2, 1, 7, 7) > 0.3 if masked else None
    module = SimpleNamespace(is_causal=causal, training=True)
    found, _ = products(module, query, key, value, mask)
    right = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, mask, is_causal=causal and not masked
    )
    assert torch.allclose(found, right.transpose(1, 2), atol=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("half", [False, True])
def test_the_loss_of_tokens_in_pieces_is_their_cross_entropy(smoothing: float, half: bool) -> None:
    torch = pytest.importorskip("torch")
    from nlptool_plugins.training.token_loss import PIECE, token_loss

    torch.manual_seed(0)
    count, width, pieces = PIECE + 100, 16, 300
    hidden = torch.randn(count, width, requires_grad=True)
    weight = torch.randn(pieces, width, requires_grad=True)
    bias, targets = torch.randn(1, pieces), torch.randint(pieces, (count,))
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        found = token_loss(hidden, weight, bias, targets, smoothing)
    (found * 3).backward()
    slopes, hidden.grad, weight.grad = (hidden.grad, weight.grad), None, None
    right = torch.nn.functional.cross_entropy(
        hidden @ weight.T + bias, targets, label_smoothing=smoothing
    )
    (right * 3).backward()
    tolerance = {"rtol": 0.02, "atol": 1e-3} if half else {}
    torch.testing.assert_close(found, right, **tolerance)
    torch.testing.assert_close(slopes, (hidden.grad, weight.grad), **tolerance)
