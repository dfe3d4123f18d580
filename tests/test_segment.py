"""nlptool segment, on text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.jieba import PIECE, Segmenter, prefix_frequencies
from nlptool_plugins.words import Tokenizer

from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words
from tests.conftest import Run

LINE = "我来到北京清华大学，他说 hello 2.0！"
LETTERS = st.sampled_from(
    list("我来到北京清华大学上海的一龘𠮷，。！ab1.-+ \t\r\n\x00\x1c\u3000😀é")
)
CHINESE = st.lists(LETTERS, max_size=40).map("".join)
ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60)


Cut = Callable[[str], Words]


def cutter(adapter: Segmenter | Tokenizer, **params: Any) -> Cut:
    return lambda text: adapter.predict([Text(text)], Params(**params))[0]


@pytest.fixture(scope="module")
def modes() -> dict[str, Cut]:
    chinese = Segmenter(Setup("segment", "jieba", None))
    modes = ("accurate", "full", "search")
    found = {mode: cutter(chinese, mode=mode, offsets=True) for mode in modes}
    return found | {"pos": cutter(chinese, pos=True, offsets=True)}


@pytest.fixture(scope="module")
def spaced() -> Cut:
    return cutter(Tokenizer(Setup("segment", "words", None)), offsets=True)


def without_space(text: str) -> str:
    return "".join(text.split())


@given(CHINESE | ANY)
def test_spans_are_the_words_places(modes: dict[str, Cut], text: str) -> None:
    for segmenter in modes.values():
        found = segmenter(text)
        assert [text[start:end] for start, end in found.spans] == found.words
        assert all(word.strip() == word != "" for word in found.words)


@given(CHINESE | ANY)
def test_words_restore_the_text_but_for_space(modes: dict[str, Cut], text: str) -> None:
    for mode in ("accurate", "pos"):
        assert "".join(modes[mode](text).words) == without_space(text)


@given(CHINESE)
def test_words_are_jiebas_own(modes: dict[str, Cut], text: str) -> None:
    own = jieba
    expected = {
        "accurate": own.lcut(text),
        "full": own.lcut(text, cut_all=True),
        "search": [word for word, _, _ in own.tokenize(text, "search")],
    }
    for mode, words in expected.items():
        assert modes[mode](text).words == [word for word in words if word.strip()]


@given(CHINESE)
def test_spans_in_full_mode_come_in_order(modes: dict[str, Cut], text: str) -> None:
    spans = modes["full"](text).spans
    assert spans == sorted(set(spans))


@given(ANY)
def test_spaced_text(spaced: Cut, text: str) -> None:
    found = spaced(text)
    assert [text[start:end] for start, end in found.spans] == found.words
    assert without_space("".join(found.words)) == without_space(text)


def test_the_frequencies_are_what_jieba_makes() -> None:
    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        dictionary = file.read().decode()
    assert prefix_frequencies(dictionary) == tokenizer.gen_pfdict(tokenizer.get_dict_file())


def test_a_long_text_is_cut_where_jieba_cuts_it(modes: dict[str, Cut]) -> None:
    text = "他来到了网易杭研大厦，小明硕士毕业于中国科学院计算所。" * 200
    pieces = [found[0] for found in PIECE.finditer(text)]
    assert len(pieces) > 4
    assert all(piece[-1] in "，。" for piece in pieces)
    assert modes["accurate"](text).words == jieba.lcut(text)


def test_a_megabyte_without_a_break(modes: dict[str, Cut], spaced: Cut) -> None:
    for text in ("龘" * 120_000, "a" * 1_000_000):
        assert "".join(modes["accurate"](text).words) == text
        assert "".join(spaced(text).words) == text


def test_the_script_chooses_the_model(nlptool: Run) -> None:
    done = nlptool("segment", stdin=f"{LINE}\n\nDon't panic: it's 3.14!\n".encode(), LANG="C")
    assert done.lines == [
        "我 来到 北京 清华大学 ， 他 说 hello 2.0 ！",
        "",
        "Don't panic : it's 3.14 !",
    ]


def test_modes_parts_of_speech_and_offsets(nlptool: Run) -> None:
    assert nlptool("segment", "--mode", "search", "清华大学").lines == ["清华 华大 大学 清华大学"]
    assert nlptool("segment", "--pos", "--offsets", "我爱北京").lines == [
        "我/r[0:1] 爱/v[1:2] 北京/ns[2:4]"
    ]
    rows = nlptool("segment", "--pos", "--offsets", "-f", "jsonl", "我 爱").rows
    assert rows == [{"id": 1, "words": ["我", "爱"], "pos": ["r", "v"], "spans": [[0, 1], [2, 3]]}]


def test_a_dictionary_of_the_users(nlptool: Run, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("\ufeff云计算平台 10 nz\n凱特琳\n", encoding="utf-8")
    done = nlptool("segment", "--pos", "--dictionary", words, "他在云计算平台")
    assert done.lines == ["他/r 在/p 云计算平台/nz"]


def test_a_dictionary_that_is_none(nlptool: Run, tmp_path: Path) -> None:
    missing = nlptool("segment", "--dictionary", tmp_path / "none", "我")
    assert (missing.code, missing.stdout) == (3, b"")
    assert "No such file" in missing.stderr
    broken = tmp_path / "broken.txt"
    broken.write_bytes("北京".encode("gbk"))
    done = nlptool("segment", "--dictionary", broken, "我")
    assert done.code == 3
    assert "expected UTF-8" in done.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--pos", "--mode", "full"), "no parts of speech in the mode full"),
        (("--pos", "-m", "words"), "model words has no --pos"),
        (("-O", "hm=1"), "options"),
        (("-m", "jieb"), "did you mean jieba?"),
    ],
)
def test_what_makes_no_sense_is_said(nlptool: Run, words: list[str], says: str) -> None:
    done = nlptool("segment", *words, "我")
    assert done.code != 0
    assert says in done.stderr


def test_nothing_is_left_in_the_temporary_folder(nlptool: Run, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    assert nlptool("segment", "北京", TMPDIR=str(temporary)).stderr == ""
    assert list(temporary.iterdir()) == []
