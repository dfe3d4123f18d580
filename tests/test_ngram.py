"""nlptool ngram: counts of letters and words, tables, samples, perplexity, the picture."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nlptool.ngrams import END, Likely, Ngrams, count
from tests.conftest import Result, Run

TEXT = "the cat sat on the mat\nthe cat ran\na dog ran on the mat\n"

sentences = st.lists(st.lists(st.text("abc", min_size=1), min_size=1), min_size=1)


def train(nlptool: Run, folder: Path, *more: str, text: str = TEXT) -> Path:
    (folder / "corpus.txt").write_text(text)
    out = folder / "m.ngram"
    done = nlptool("ngram", "train", "-i", folder / "corpus.txt", "-o", out, *more)
    assert done.code == 0, done.stderr
    return out


@given(sentences, st.integers(1, 4), st.sampled_from(["letters", "words"]))
def test_probabilities_of_what_may_follow_add_up(
    texts: list[list[str]], order: int, unit: str
) -> None:
    ngrams = count(texts, unit, 4)  # type: ignore[arg-type]
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(ngrams), type=Ngrams) == ngrams
    unknown = "?"
    for smoothing in ("witten-bell", "add-one"):
        likely = Likely(ngrams, order, smoothing)  # type: ignore[arg-type]
        for before in ([], ["a"], ["b", "?"], ["c", "a", "b", "c"]):
            every = [*likely.known, unknown]
            total = sum(likely.probability(unit, before) for unit in every)
            assert total == pytest.approx(1)


def test_counts_as_shares_without_smoothing() -> None:
    likely = Likely(count([line.split() for line in TEXT.splitlines()], "words", 2), 2, "none")
    assert likely.next("the", 9) == [("cat", 0.5), ("mat", 0.5)]
    assert likely.next("the mat", 9) == [(END, 1.0)]
    assert dict(likely.next("", 9)) == pytest.approx({"the": 2 / 3, "a": 1 / 3})


def test_table(nlptool: Run, tmp_path: Path) -> None:
    model = train(nlptool, tmp_path, "--unit", "words", "-n", "2")
    done = nlptool("ngram", "table", "the", "zebra", "-m", model, "--smoothing", "none")
    assert done.code == 1
    assert done.lines == ["cat\t0.5000", "mat\t0.5000"]
    assert "nothing was counted after 'zebra'" in done.stderr
    (row,) = nlptool("ngram", "table", "the mat", "-m", model, "-f", "jsonl", "-n", "1").rows
    assert row["next"][0]["unit"] == ""


def test_samples_are_the_same_again_and_as_long_as_words_are(nlptool: Run, tmp_path: Path) -> None:
    model = train(nlptool, tmp_path, "-n", "3")

    def sample(seed: str, *more: str) -> Result:
        given = ("ngram", "sample", "", "c", "-n", "40", "-m", model, "-f", "jsonl", "--seed", seed)
        return nlptool(*given, *more)

    first = sample("1")
    assert first.stdout == sample("1", "--jobs", "2").stdout != sample("2").stdout
    free, begun = (row["texts"] for row in first.rows)
    assert {len(word) for word in free} == {1, 2, 3}
    assert all(word[0] == "c" for word in begun)


def test_perplexity_of_what_was_counted_is_less_with_every_order(
    nlptool: Run, tmp_path: Path
) -> None:
    model = train(nlptool, tmp_path, "-n", "4", text=TEXT * 20)
    found = [
        nlptool("ngram", "eval", "-m", model, "--order", n, "-f", "jsonl", stdin=TEXT.encode())
        for n in "1234"
    ]
    perplexities = [each.rows[0]["perplexity"] for each in found]
    assert perplexities == sorted(perplexities, reverse=True)


@pytest.mark.parametrize("name", ["pairs.png", "pairs.svg"])
def test_picture(nlptool: Run, tmp_path: Path, name: str) -> None:
    model = train(nlptool, tmp_path)
    out = tmp_path / name
    assert nlptool("ngram", "plot", "-m", model, "-o", out).code == 0
    if name.endswith("png"):
        with Image.open(out) as picture:
            assert picture.format == "PNG"
    else:
        assert ">t<" in out.read_text()


def test_what_is_no_model_or_makes_no_sense(nlptool: Run, tmp_path: Path) -> None:
    model = train(nlptool, tmp_path, "-n", "2")
    whole = model.read_bytes()
    for name, data in (
        ("cut", whole[:-7]),
        ("empty", b""),
        ("text", b"the cat"),
        ("none", msgspec.msgpack.encode(Ngrams("letters", 1, False, {}, {}))),
        ("nine", msgspec.msgpack.encode(Ngrams("letters", 9, False, {1: 1}, {END: 1}))),
    ):
        bad = tmp_path / f"{name}.ngram"
        bad.write_bytes(data)
        assert nlptool("ngram", "table", "a", "-m", bad).code == 4, name
    assert nlptool("ngram", "table", "a").code == 2
    assert nlptool("ngram", "table", "a", "-m", model, "--order", "5").code == 2
    assert nlptool("ngram", "train", "-o", tmp_path / "x.bin", stdin=b"a").code == 2
    assert nlptool("ngram", "train", "-o", tmp_path / "x.ngram", stdin=b" \n").code == 3
    assert nlptool("ngram", "eval", "-m", model, stdin=b"").code == 3
    assert nlptool("ngram", "plot", "-m", model, "-o", tmp_path / "x.gif").code == 2
    odd = nlptool("ngram", "train", "--spaces", "-o", tmp_path / "x.ngram", stdin=b"a \x02b\n")
    assert odd.code == 3
    assert not (tmp_path / "x.ngram").exists()
