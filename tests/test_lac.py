"""LAC: its cut by dictionary, its tags as words, and the real network."""

from __future__ import annotations

import math
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.lac.adapter import PIECE, tokens
from nlptool_plugins.lac.lexicon import Lexicon

from nlptool.errors import ModelError
from nlptool.plugins.adapter import Setup
from tests.conftest import Run

WORDS = {"ab": 5, "abc": 2, "bc": 7, "cd": 1, "甲乙": 9, "乙丙丁": 3, "丙丁": 4, "d": 2}
missing = find_spec("paddle") is None
needs_paddle = pytest.mark.skipif(missing, reason="paddlepaddle is not installed")


def written(folder: Path, **changes: str) -> Setup:
    """A model of small dictionaries."""
    files = {
        "word": "0\tab\n1\t甲乙\n2\t甲\n3\t乙\n4\t丙丁\n5\tx1\n6\ta\n7\tOOV\n",
        "q2b": "Ａ\ta\n",
        "tag": "0\tn-B\n1\tn-I\n0\tPER-B\n",
        "small_seg": "".join(f"{word} {count}\n" for word, count in WORDS.items()),
    }
    (folder / "conf").mkdir(exist_ok=True)
    for name, text in {**files, **changes}.items():
        (folder / "conf" / f"{name}.dic").write_text(text, encoding="utf-8")
    return Setup("segment", "lac", folder)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon(written(tmp_path_factory.mktemp("lac")))


def test_words_that_are_known_are_one_id(lexicon: Lexicon) -> None:
    assert lexicon.read("甲乙丙丁Ａx1?") == ([1, 4, 6, 5, 7], [2, 2, 1, 2, 1])
    assert lexicon.read("") == ([], [])
    assert lexicon.tags == {0: "PER-B", 1: "n-I"}


def cuts(text: str) -> Iterator[tuple[str, ...]]:
    """All the ways to cut a text into words and single characters."""
    if not text:
        yield ()
    for end in range(1, len(text) + 1):
        if end == 1 or text[:end] in WORDS:
            yield from ((text[:end], *rest) for rest in cuts(text[end:]))


@given(st.text("abcd甲乙丙丁x", max_size=9))
def test_the_cut_is_the_best_of_all(lexicon: Lexicon, text: str) -> None:
    ends = list(lexicon.ends(text))
    words = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert "".join(words) == text

    def worth(cut: list[str] | tuple[str, ...]) -> float:
        return sum(math.log(len(word)) - math.log(sum(WORDS.values())) for word in cut)

    assert worth(words) == pytest.approx(max(map(worth, cuts(text))))


@given(st.text("甲，乙\n", min_size=1, max_size=40))
def test_only_a_long_text_is_read_in_pieces(text: str) -> None:
    assert PIECE.findall(text) == [text]
    pieces = PIECE.findall(text * 300)
    assert "".join(pieces) == text * 300
    assert max(map(len, pieces)) <= 500


@given(st.text(" ab丙\n", max_size=12), st.data())
def test_words_are_the_text_without_its_blanks(text: str, data: st.DataObject) -> None:
    kinds = st.sampled_from(["n-B", "n-I", "PER-B", "PER-I", "O"])
    tags = data.draw(st.lists(kinds, min_size=len(text), max_size=len(text)))
    words = [text[start:end] for start, end, _ in tokens(text, tags)]
    assert "".join(words) == "".join(text.split())
    assert all(word and not any(map(str.isspace, word)) for word in words)


@pytest.mark.parametrize(
    ("name", "content"), [("word", "0\tab\n"), ("small_seg", "ab\n"), ("tag", "x\tn-B\n")]
)
def test_damaged_dictionaries(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(ModelError, match="its dictionaries are damaged"):
        Lexicon(written(tmp_path, **{name: content}))


@pytest.mark.skipif(not missing, reason="paddlepaddle is installed")
def test_without_paddle_it_says_what_to_install(nlptool: Run, tmp_path: Path) -> None:
    for words in (("segment", "-m", "lac"), ("sentiment", "-m", "sentiment-zh-paddle")):
        done = nlptool(*words, "甲")
        assert done.code == 4
        assert "pip install 'nlptool[paddle]'" in done.stderr
        assert "pulling" not in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("-m", "jieba", "--entities"), "model jieba has no --entities; see: nlptool models list"),
        (("-m", "words", "--entities"), "model words has no --entities; see: nlptool models list"),
        (("-m", "words", "--pos"), "model words has no --pos; see: nlptool models list"),
    ],
)
def test_what_a_model_does_not_know(nlptool: Run, words: tuple[str, ...], message: str) -> None:
    done = nlptool("segment", *words, "北京")
    assert done.code == 2
    assert message in done.stderr


@needs_paddle
@pytest.mark.registry
def test_words_tags_and_names_by_lac(nlptool: Run) -> None:
    assert nlptool("models", "pull", "lac", "-q").code == 0
    long = "我爱北京天安门。" * 200
    asked = ("李彦宏在北京创立了百度。", "New York 很大", "", long)
    done = nlptool("segment", "--entities", "--pos", "--offsets", *asked, "-f", "jsonl")
    assert (done.code, done.stderr) == (0, "")
    first, second, third, fourth = done.rows
    assert first["words"] == ["李彦宏", "在", "北京", "创立", "了", "百度", "。"]
    assert first["pos"] == ["PER", "p", "LOC", "v", "u", "ORG", "w"]
    assert first["entities"][1] == {"text": "北京", "label": "LOC", "start": 4, "end": 6}
    assert second["words"][:2] == ["New", "York"]
    assert third == {"id": 3, "words": [], "pos": [], "spans": [], "entities": []}
    assert "".join(fourth["words"]) == long
    done = nlptool("segment", "-m", "lac", "--mode", "search", "北京")
    assert (done.code, done.stdout) == (2, b"")
    assert "model lac has no --mode; see: nlptool models list" in done.stderr
