"""Chinese words by segment-zh, the conditional random field inside the package."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.crf import GROUP, LONGEST, Segmenter
from nlptool_plugins.crf.decoding import BEFORE, TAGS, Steps, word_ends

import nlptool
from nlptool.errors import ModelError
from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words
from tests.conftest import Run

WEIGHTS = Path(nlptool.__file__).with_name("weights") / "segment-zh"
ANY = st.text(alphabet=st.characters(), max_size=60)
CHINESE = st.text("我来到北京清华大学上海的一龘𠮷，。！ab1.- \t\r\n\x00\u3000😀é３Ａ", max_size=60)

Cut = Callable[..., list[Words]]


@pytest.fixture(scope="module")
def cut() -> Cut:
    segmenter = Segmenter(Setup("segment", "segment-zh", WEIGHTS))
    return lambda *texts, **params: segmenter.predict([*map(Text, texts)], Params(**params))


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.integers(0, 1 << 30))
def test_the_best_of_all_tags_is_found(lengths: list[int], seed: int) -> None:
    dice = np.random.default_rng(seed)
    total = sum(lengths)
    scores = dice.integers(-50, 50, (4, total), np.int32)
    transitions = dice.integers(-50, 50, (4, 4), np.int32)
    starts = np.cumsum([0, *lengths[:-1]])
    steps = Steps(starts, np.array(lengths))
    assert sorted(steps.places.tolist()) == list(range(total))
    found = np.zeros(total, bool)
    found[steps.places] = word_ends(scores[:, steps.places], transitions, steps)

    def worth(tags: tuple[int, ...], start: int) -> int:
        moves = sum(int(transitions[pair]) for pair in pairwise(tags))
        return moves + sum(int(scores[tag, start + at]) for at, tag in enumerate(tags))

    for start, length in zip(starts.tolist(), lengths, strict=True):
        legal = [
            tags
            for tags in product(range(4), repeat=length)
            if TAGS[tags[0]] in "BS"
            and TAGS[tags[-1]] in "ES"
            and all(TAGS[a] in BEFORE[TAGS[b]] for a, b in pairwise(tags))
        ]
        best = max(worth(tags, start) for tags in legal)
        ends = {tuple(tag >= 2 for tag in tags) for tags in legal if worth(tags, start) == best}
        assert tuple(found[start : start + length].tolist()) in ends


@given(CHINESE | ANY, st.sampled_from(["accurate", "search"]))
def test_words_are_the_text_but_for_space(cut: Cut, text: str, mode: str) -> None:
    (found,) = cut(text, mode=mode, offsets=True)
    assert [text[start:end] for start, end in found.spans] == found.words
    assert all(word and not word.isspace() for word in found.words)
    if mode == "accurate":
        assert "".join("".join(found.words).split()) == "".join(text.split())
        assert cut(text)[0].words == found.words


@given(st.lists(CHINESE | ANY, max_size=5))
def test_what_is_beside_a_text_changes_nothing(cut: Cut, texts: list[str]) -> None:
    assert [found.words for found in cut(*texts)] == [cut(text)[0].words for text in texts]


def test_a_long_text(cut: Cut) -> None:
    line = "他来到了网易杭研大厦，小明硕士毕业于中国科学院计算所。"
    (once,), (often,) = cut(line), cut(line * 6000)
    assert len(line * 6000) > GROUP > LONGEST
    assert often.words == once.words * 6000
    for text in ("龘" * 120_000, "a" * 100_000):
        assert "".join(cut(text)[0].words) == text


ALIKE = {
    "获得诺贝尔奖后她仍谦虚": "獲得諾貝爾獎後她仍謙虛",
    "１９９８年３月买了２．５斤": "1998年3月买了2.5斤",
}
"""The same words in other characters."""


def test_characters_of_taiwan_and_of_full_width(cut: Cut) -> None:
    for one, other in ALIKE.items():
        first, second = cut(one, other, offsets=True)
        assert first.spans == second.spans


LINES = {
    "研究生命的起源": "研究 生命 的 起源",
    "他说的确实在理": "他 说 的 确实 在 理",
    "江泽民主席１９９８年１２月来到北京": "江 泽民 主席 １９９８年 １２月 来到 北京",
    "版本3.6.3已发布，请看report.pdf": "版本 3.6.3 已 发布 ， 请 看 report.pdf",
    "3.送2024-05-06": "3. 送 2024 - 05 - 06",
}


def test_words_from_the_command_line(nlptool: Run) -> None:
    assert nlptool("segment", "-m", "segment-zh", *LINES).lines == [*LINES.values()]
    given = ("--offsets", "-f", "jsonl", "我 爱北京", "")
    assert nlptool("segment", "-m", "segment-zh", *given).rows == [
        {"id": 1, "words": ["我", "爱", "北京"], "spans": [[0, 1], [2, 3], [3, 5]]},
        {"id": 2, "words": [], "spans": []},
    ]
    searched = nlptool("segment", "-m", "segment-zh", "--mode", "search", "他在中国科学院")
    assert searched.lines == ["他 在 中国 科学 学院 科学院"]


def test_a_dictionary_of_the_users(nlptool: Run, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("云计算平台 10 nz\n凱特琳\nNew York\n爱*奴\n空-海 5\n", "gbk")
    given = ("-m", "segment-zh", "--dictionary", words, "--encoding", "gbk")
    text = "他在云计算平台看凱特琳去New York找爱*奴和空-海"
    done = nlptool("segment", *given, stdin=text.encode("gbk"))
    assert done.lines == ["他 在 云计算平台 看 凱特琳 去 New York 找 爱*奴 和 空-海"]
    words.write_text("北京 0\n", "utf-8")
    done = nlptool("segment", "-m", "segment-zh", "--dictionary", words, "北京")
    assert (done.code, done.stdout) == (2, b"")
    assert "cannot take 北京 out (frequency 0); say -m jieba" in done.stderr


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("--pos",), "model segment-zh has no --pos; see: nlptool models list"),
        (("--entities",), "model segment-zh has no --entities; see: nlptool models list"),
        (("--mode", "full"), "model segment-zh has no --mode full; say -m jieba"),
    ],
)
def test_what_it_cannot_do(nlptool: Run, asked: tuple[str, ...], message: str) -> None:
    done = nlptool("segment", "-m", "segment-zh", *asked, "北京")
    assert (done.code, done.stdout) == (2, b"")
    assert message in done.stderr


def test_weights_that_are_damaged_or_of_another_model(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "crf.npz"
    whole = (WEIGHTS / "crf.npz").read_bytes()
    hurt = whole[:2_000_000] + bytes(99) + whole[2_000_099:]
    for content in (b"", b"PK", whole[:-9000], hurt):
        file.write_bytes(content)
        with pytest.raises(ModelError, match="damaged"):
            Segmenter(Setup("segment", "own", tmp_path))
    done = nlptool("segment", "-m", tmp_path, "北京")
    assert (done.code, done.stdout, len(done.stderr.splitlines())) == (4, b"", 1)
    with np.load(WEIGHTS / "crf.npz") as weights:
        others = {name: weights[name] for name in weights.files}
    np.savez(file, **others | {"weights.pair": np.zeros((8, 4, 4), np.int8)})
    with pytest.raises(ModelError, match="of another version"):
        Segmenter(Setup("segment", "own", tmp_path))
