"""nlptool word2vec: questions, and the answers that gensim gives."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import assume, given
from hypothesis import strategies as st
from nlptool_plugins.gensim import space
from scipy.stats import spearmanr

from nlptool.errors import RecordError
from nlptool.evaluation.words import evaluate, read_sections, spearman
from nlptool.io import reader
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.tasks.word2vec import WORD2VEC, Params, Query, parse_analogy
from nlptool.training.vectors import Saving, export, import_file
from tests.conftest import Run

WORDS = 300
SIGNS = {"+": 0, "-": 1}

words = st.from_regex(r"[a-z]+(-[a-z]+)?", fullmatch=True)


@pytest.fixture(scope="session")
def keyed() -> KeyedVectors:
    """Random vectors, in gensim."""
    keyed = KeyedVectors(24)
    matrix = np.random.default_rng(1).standard_normal((WORDS, 24)).astype(np.float32)
    keyed.add_vectors([f"w{row}" for row in range(WORDS)], matrix)
    return keyed


@pytest.fixture(scope="session")
def folder(keyed: KeyedVectors, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same vectors, as a folder."""
    base = tmp_path_factory.mktemp("vectors")
    keyed.save_word2vec_format(str(base / "v.bin"), binary=True)
    import_file(base / "v.bin", None, False, Saving(base / "model"))
    return base / "model"


def ask(folder: Path, verb: Any, *texts: str, top: int = 10) -> list[Any]:
    adapter = pool_of(folder).adapter(str(folder))
    return list(adapter.predict([Query(text) for text in texts], Params(verb, top)))


def pool_of(folder: Path) -> Pool:
    return Pool(Resolver(WORD2VEC, Choice(str(folder))))


def pairs(answer: Any) -> list[tuple[str, float]]:
    return [(near.word, pytest.approx(near.score, abs=2e-6)) for near in answer.similar]


def test_neighbours_are_those_of_gensim(keyed: KeyedVectors, folder: Path) -> None:
    asked = [f"w{row}" for row in range(0, WORDS, 7)]
    for word, answer in zip(asked, ask(folder, "similar", *asked), strict=True):
        assert keyed.most_similar(word) == pairs(answer)
    (several,) = ask(folder, "similar", "w1 w2 w3", top=5)
    assert keyed.most_similar(["w1", "w2", "w3"], topn=5) == pairs(several)


def test_analogies_are_those_of_gensim(keyed: KeyedVectors, folder: Path) -> None:
    sums = [(f"w{i}", f"w{i + 1}", f"w{i + 2}") for i in range(0, WORDS - 2, 5)]
    found = ask(folder, "analogy", *(f"{a} - {b} + {c}" for a, b, c in sums), top=3)
    for (a, b, c), answer in zip(sums, found, strict=True):
        assert keyed.most_similar([a, c], [b], topn=3) == pairs(answer)


def test_similarity_vector_and_odd_one_are_those_of_gensim(
    keyed: KeyedVectors, folder: Path
) -> None:
    (cosine,) = ask(folder, "similarity", "w5 w9")
    assert cosine.similarity == pytest.approx(keyed.similarity("w5", "w9"), abs=2e-6)
    (vector,) = ask(folder, "vector", "w7")
    assert np.array_equal(np.array(vector.vector, np.float32), keyed["w7"])
    groups = [[f"w{row + step}" for step in range(5)] for row in range(0, WORDS - 5, 9)]
    for group, answer in zip(groups, ask(folder, "odd-one", *map(" ".join, groups)), strict=True):
        assert answer.word == keyed.doesnt_match(group)


NUMBERS = st.floats(-1, 1) | st.sampled_from([0.0, 0.5])


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=30))
def test_spearman_is_scipys(pairs: list[tuple[float, float]]) -> None:
    assume(min(len(set(values)) for values in zip(*pairs, strict=True)) > 1)
    assert spearman(pairs) == pytest.approx(spearmanr(pairs).statistic, abs=1e-9)


def test_evaluation_is_that_of_gensim(
    keyed: KeyedVectors, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rng = np.random.default_rng(2)
    lines = [": first"]
    for number in range(60):
        a, b, c = (f"w{row}" for row in rng.choice(WORDS, 3, replace=False))
        near = keyed.most_similar([b, c], [a], topn=2)
        lines.append(f"{a} {b} {c} {near[number % 2][0]}")
    lines += ["w1 w2 w3 absent", "absent w1 w2 w3", ": second", "w1 w2 w3 w4"]
    analogies = tmp_path / "analogies.txt"
    analogies.write_text("\n".join(lines))
    judged = tmp_path / "judged.txt"
    scores = rng.random(40)
    judged.write_text(
        "".join(f"w{row}\tw{row + 50}\t{score:.3f}\n" for row, score in enumerate(scores))
        + "w1\tabsent\t1.0\nthis is no pair of words\n"
    )
    with caplog.at_level(logging.ERROR):
        sections, failed = read_sections(reader.Spec(inputs=[str(analogies), str(judged)]))
        rows = evaluate(pool_of(folder), sections, lambda counts: None)
    assert failed == 1
    first, second, both, third = rows
    assert (first["section"], first["right"], first["asked"], first["oov"]) == ("first", 30, 60, 2)
    assert (second["asked"], both["asked"], both["oov"]) == (1, 61, 2)
    score, _ = keyed.evaluate_word_analogies(str(analogies), case_insensitive=False)
    assert both["score"] == pytest.approx(score, abs=1e-4)
    judged.write_text("".join(judged.read_text().splitlines(True)[:-1]))
    rank = keyed.evaluate_word_pairs(str(judged))[1].statistic
    assert third["measure"] == "spearman"
    assert third["score"] == pytest.approx(rank, abs=1e-4)
    assert (third["asked"], third["oov"]) == (40, 1)


@given(st.lists(st.tuples(st.sampled_from("+-"), words), min_size=2), st.booleans())
def test_a_sum_is_read_as_it_is_written(terms: list[tuple[str, str]], close: bool) -> None:
    space = "" if close else " "
    text = " ".join(f"{sign}{space}{word}" for sign, word in terms)
    wanted = tuple([word for sign, word in terms if sign == side] for side in "+-")
    assert parse_analogy(text) == wanted
    if terms[0][0] == "+":
        assert parse_analogy(text[1:]) == wanted


@given(st.text(alphabet="ab +-＋－\t", max_size=12))
def test_any_sum_is_read_or_refused(text: str) -> None:
    try:
        add, take = parse_analogy(text)
    except RecordError as error:
        assert "king - man + woman" in str(error)  # noqa: PT017
    else:
        assert len(add) + len(take) >= 2
        assert all(word.strip() for word in add + take)


def test_hyphens_inside_words_survive() -> None:
    assert parse_analogy("well-known - up-to-date + 国王") == (
        ["well-known", "国王"],
        ["up-to-date"],
    )


def test_answers_come_in_the_order_of_the_lines(nlptool: Run, folder: Path) -> None:
    stdin = "".join(f"w{row}\n" for row in range(WORDS)).encode()
    done = nlptool(
        "word2vec", "similar", "-m", folder, "-n", "1", "-f", "jsonl", "--with-input", stdin=stdin
    )
    assert [row["words"] for row in done.rows] == [f"w{row}" for row in range(WORDS)]
    text = nlptool("word2vec", "similar", "-m", folder, "-n", "1", stdin=stdin)
    assert [line.split("\t")[0] for line in text.lines] == [
        row["similar"][0]["word"] for row in done.rows
    ]


def test_words_of_one_question_are_arguments_or_one(nlptool: Run, folder: Path) -> None:
    run = ("word2vec", "analogy", "-m", folder, "-f", "json")
    apart = nlptool(*run, "w1", "-", "w2", "+", "w3")
    assert apart.code == 0
    assert apart.stdout == nlptool(*run, "w1 - w2 + w3").stdout
    assert nlptool("word2vec", "odd-one", "-m", folder, "w1", "w2", "w3").lines[0].startswith("w")


def test_an_unknown_word_fails_alone_and_near_ones_are_named(nlptool: Run, folder: Path) -> None:
    done = nlptool("word2vec", "vector", "-m", folder, "-f", "jsonl", stdin=b"w1\nw2999\nw3\n")
    assert done.code == 1
    assert [row["id"] for row in done.rows] == [1, 3]
    assert "stdin:2: w2999 is not in the vocabulary; did you mean w299" in done.stderr


@pytest.mark.parametrize(
    ("verb", "line", "message"),
    [
        ("analogy", "w1 w2", "expected + or - before w2"),
        ("analogy", "w1 - ", "expected one more word"),
        ("analogy", "w1 - + w2", "expected a word before +"),
        ("analogy", "w1", "expected one more word"),
        ("similarity", "w1", "expected 2 words, found 1"),
        ("odd-one", "w1 w2", "expected 3 or more words, found 2"),
        ("vector", "", "expected 1 word, found 0"),
        ("vector", "w1 w2", "expected 1 word, found 2"),
        ("similar", "x" * 1_000_000, "x is not in the vocabulary"),
        ("similar", "国王", "国王 is not in the vocabulary"),
    ],
)
def test_a_question_that_cannot_be_answered(
    folder: Path, verb: str, line: str, message: str
) -> None:
    (answer,) = ask(folder, verb, line)
    assert isinstance(answer, RecordError)
    assert message in str(answer)
    assert len(str(answer)) < 200


def test_what_the_words_of_a_lower_case_model_are_asked_by(tmp_path: Path) -> None:
    file = tmp_path / "v.txt"
    file.write_text("2 2\nking 1 0\nqueen 0.6 0.8\n")
    import_file(file, None, True, Saving(tmp_path / "model"))
    (answer,) = ask(tmp_path / "model", "similarity", "King QUEEN")
    assert answer.similarity == pytest.approx(0.6)


def test_an_export_keeps_the_most_frequent_words(folder: Path, tmp_path: Path) -> None:
    saving = Saving(tmp_path / "few", precision="int8", limit=10)
    assert export(pool_of(folder).resolver, saving) == 10
    (near,) = ask(tmp_path / "few", "similar", "w0", top=50)
    assert {one.word for one in near.similar} == {f"w{row}" for row in range(1, 10)}


def test_an_unknown_word_among_many_is_left_out(nlptool: Run, folder: Path) -> None:
    words = ("word2vec", "odd-one", "-m", folder)
    known = nlptool(*words, "w1", "w2", "w3")
    result = nlptool(*words, "w1", "zzzz", "w2", "w3")
    assert (result.code, result.stdout) == (0, known.stdout)
    assert "not in the vocabulary, and left out: zzzz" in result.stderr
    assert nlptool(*words, "w1", "zzzz", "w2").code == 1


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=300),
    st.integers(1, 12),
    st.integers(1, 8),
)
def test_the_best_of_blocks_are_the_best(values: list[int], count: int, block: int) -> None:
    scores = np.array(values, np.float32)
    count = min(count, len(values))
    with patch.object(space, "BLOCK", block):
        least = space._reached(scores, count)
    assert (scores >= least).sum() >= count
    assert least <= sorted(values)[-count]
