"""nlptool word2vec train."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run
from tests.words import ANIMALS, CITIES, GROUPS, corpus, sentences

SMALL = ("--vector-size", "16", "--epochs", "10", "--seed", "1")


def near(nlptool: Run, model: Path, word: str, top: int = 5) -> set[str]:
    lines = nlptool("word2vec", "similar", "-m", model, word, "-n", str(top)).lines
    return {line.split("\t")[0] for line in lines}


@pytest.mark.parametrize("algorithm", ["cbow", "skip-gram"])
def test_words_of_like_use_are_similar(nlptool: Run, tmp_path: Path, algorithm: str) -> None:
    model = tmp_path / "model"
    done = nlptool(
        "word2vec", "train", "-i", corpus(tmp_path), "-o", model, *SMALL,
        "--algorithm", algorithm, "--lower", "-f", "jsonl",
    )  # fmt: skip
    (row,) = done.rows
    assert row["dimensions"] == 16
    assert row["tokens"] == sum(len(line.split()) for line in sentences())
    assert row["words_per_second"] > 0
    assert row["loss"] > 0
    for group in GROUPS:
        words = {word.lower() for word in group}
        for word in group[:2]:
            assert near(nlptool, model, word) == words - {word.lower()}


def test_a_seed_gives_the_same_bytes_whatever_the_hash_seed(nlptool: Run, tmp_path: Path) -> None:
    text = corpus(tmp_path)
    for name, hash_seed in (("a", "0"), ("b", "123")):
        done = nlptool(
            "word2vec", "train", "-i", text, "-o", tmp_path / name, *SMALL, PYTHONHASHSEED=hash_seed
        )
        assert done.code == 0
    for file in ("vectors.npy", "words.txt"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_every_input_gives_the_same_vectors(nlptool: Run, tmp_path: Path) -> None:
    texts = sentences(300)
    plain = "\n".join(texts).encode()
    table = io.StringIO()
    csv.writer(table).writerows([["n", "body"], *([i, text] for i, text in enumerate(texts))])
    (tmp_path / "c.csv").write_text(table.getvalue(), "utf-8")
    lines = "\n".join(json.dumps({"body": text}) for text in texts)
    (tmp_path / "c.jsonl").write_text(lines, "utf-8")
    (tmp_path / "c.txt").write_bytes(plain.decode().encode("utf-16"))
    runs = {
        "csv": (("-i", tmp_path / "c.csv", "--field", "body"), b""),
        "jsonl": (("-i", tmp_path / "c.jsonl", "--field", "body"), b""),
        "text": (("-i", tmp_path / "c.txt", "--encoding", "utf-16"), b""),
        "stdin": ((), plain),
    }
    made = set()
    for name, (words, stdin) in runs.items():
        out = tmp_path / name
        assert nlptool("word2vec", "train", *words, "-o", out, *SMALL, stdin=stdin).code == 0
        made.add((out / "vectors.npy").read_bytes())
    assert len(made) == 1


def test_chinese_is_segmented_on_request(nlptool: Run, tmp_path: Path) -> None:
    text = "我爱北京天安门，天安门上太阳升。\n" * 20
    out = tmp_path / "zh"
    done = nlptool("word2vec", "train", "--segment", "-o", out, *SMALL, stdin=text.encode())
    assert done.code == 0
    words = (out / "words.txt").read_text("utf-8").split()
    assert "天安门" in words
    assert "，" not in words


def test_words_between_spaces_and_phrases(nlptool: Run, tmp_path: Path) -> None:
    lines = [f"x{i} {'new york' if i % 10 == 0 else 'y'} , z{i}" for i in range(300)]
    stdin = "\n".join(lines).encode()
    out = tmp_path / "model"
    done = nlptool("word2vec", "train", "--spaces", "--phrases", "-o", out, *SMALL, stdin=stdin)
    assert done.code == 0
    words = (out / "words.txt").read_text().split()
    assert "new_york" in words
    assert "," in words


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b"\n \n!?\n", "the corpus has 0 words"),
        (b"one\n" * 10, "too little to learn from"),
        (b"\x00\x01\x02\xff" * 500, "this is no text"),
    ],
)
def test_nothing_to_learn_from(nlptool: Run, tmp_path: Path, stdin: bytes, message: str) -> None:
    done = nlptool("word2vec", "train", "-o", tmp_path / "model", stdin=stdin)
    assert done.code == 3
    assert message in done.stderr
    assert not (tmp_path / "model").exists()


def test_broken_lines_are_counted_and_left_out(nlptool: Run, tmp_path: Path) -> None:
    stdin = b"\n".join([b"good words here"] * 20 + [b"bad \xff byte"])
    done = nlptool("word2vec", "train", "-o", tmp_path / "model", *SMALL, stdin=stdin)
    assert done.code == 1
    assert "stdin:21: byte 0xff" in done.stderr
    assert (tmp_path / "model" / "words.txt").read_text().split() == ["here", "words", "good"]


def test_no_word_of_a_huge_line_is_lost(nlptool: Run, tmp_path: Path) -> None:
    stdin = " ".join(["left right"] * 30_000).encode()
    done = nlptool(
        "word2vec", "train", "-o", tmp_path / "m", "--epochs", "1", "-f", "jsonl", stdin=stdin
    )
    assert done.rows[0]["tokens"] == 60_000


def test_a_folder_of_something_else_is_not_replaced(nlptool: Run, tmp_path: Path) -> None:
    other = tmp_path / "letters"
    other.mkdir()
    (other / "dear.txt").write_text("Dear")
    text = corpus(tmp_path)
    done = nlptool("word2vec", "train", "-i", text, "-o", other)
    assert done.code == 6
    assert "holds something else" in done.stderr
    assert [file.name for file in other.iterdir()] == ["dear.txt"]


def test_vectors_are_replaced_by_new_ones(nlptool: Run, tmp_path: Path) -> None:
    text = corpus(tmp_path)
    out = tmp_path / "model"
    for size in ("8", "12"):
        done = nlptool(
            "word2vec", "train", "-i", text, "-o", out, "--vector-size", size, "--epochs", "1"
        )
        assert done.code == 0
    assert len(nlptool("word2vec", "vector", "-m", out, ANIMALS[0]).lines[0].split()) == 12
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "corpus.txt", "home", "model", "work",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
)
def test_a_killed_training_leaves_nothing(
    environment: Environment, tmp_path: Path, how: signal.Signals, code: int
) -> None:
    text = corpus(tmp_path)
    folder = tmp_path / "out"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "nlptool", "word2vec", "train", "-i", text, "-o", folder / "model",
         "--epochs", "100000", "--workers", "2", "-v"],
        stderr=subprocess.PIPE, env={**environment, "TMPDIR": str(folder)}, text=True,
    ) as process:  # fmt: skip
        assert process.stderr
        assert any("epoch 1 of" in line for line in process.stderr)
        process.send_signal(how)
        process.stderr.read()
    assert process.returncode == code
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "say with -o where the vectors go"),
        (("-o", "m", "--negative", "0"), "--negative above 0, or --hs"),
        (("-o", "m", "--segment", "--spaces"), "not both"),
        (("-o", "m.bin", "--precision", "int8"), "is for a folder"),
        (("-o", "m", "--epochs", "0"), "--epochs"),
    ],
)
def test_options_that_make_no_sense(nlptool: Run, words: tuple[str, ...], message: str) -> None:
    done = nlptool("word2vec", "train", *words, stdin=b"a b a b a b a b a b a b")
    assert done.code == 2
    assert message in done.stderr


def test_case_counts_unless_lower(nlptool: Run, tmp_path: Path) -> None:
    out = tmp_path / "model"
    nlptool("word2vec", "train", "-i", corpus(tmp_path), "-o", out, *SMALL)
    assert nlptool("word2vec", "vector", "-m", out, CITIES[0]).code == 0
    done = nlptool("word2vec", "vector", "-m", out, CITIES[0].lower())
    assert done.code == 1
    assert "did you mean Paris" in done.stderr


def test_vectors_of_parts_of_words(nlptool: Run, tmp_path: Path) -> None:
    out = tmp_path / "model"
    given = ("--subwords", "--min-n", "2", "--max-n", "4", "--bucket", "300")
    text = corpus(tmp_path)
    done = nlptool("word2vec", "train", "-i", text, "-o", out, *given, *SMALL, "-f", "jsonl")
    assert (done.code, done.rows[0]["loss"]) == (0, None)
    words = (out / "words.txt").read_text("utf-8").split()
    unknown = f"{words[0]}s"
    assert unknown not in words
    near = nlptool("word2vec", "similar", "-m", out, unknown, words[0], "-f", "jsonl").rows
    assert len(near) == 2
    vector = nlptool("word2vec", "vector", "-m", out, unknown).lines[0].split()
    assert len(vector) == len(nlptool("word2vec", "vector", "-m", out, words[0]).lines[0].split())
    wrong = nlptool(
        "word2vec", "train", "-i", text, "-o", tmp_path / "x", "--subwords", "--min-n", "7"
    )
    assert (wrong.code, "--min-n 7 is more than --max-n 6" in wrong.stderr) == (2, True)


def test_texts_have_vectors_too(nlptool: Run, tmp_path: Path) -> None:
    model = tmp_path / "model"
    how = ("--documents", "--lower", "--precision", "float16", "--limit", "38")
    text = corpus(tmp_path)
    assert nlptool("word2vec", "train", "-i", text, "-o", model, *SMALL, *how).code == 0
    texts = ("A horse runs and the cat sleeps", "Eat soup with rice", "Trains leave Rome at noon")
    asked = ("embed", "-m", model, *texts, "xyzzy", "--similar-to", "the cow runs, the dog sleeps")
    done = nlptool(*asked, PYTHONHASHSEED="1")
    assert done.code == 1
    scores = list(map(float, done.lines))
    assert len(scores) == len(texts)
    assert scores[0] > max(scores[1:])
    assert nlptool(*asked, PYTHONHASHSEED="2").stdout == done.stdout
    assert near(nlptool, model, "cat", 3) < {word.lower() for word in ANIMALS}


@pytest.mark.parametrize("option", ["--subwords", "--phrases", "--hs", "--segment", "--to=text"])
def test_vectors_of_texts_refuse_what_they_do_not_go_with(
    nlptool: Run, tmp_path: Path, option: str
) -> None:
    out = tmp_path / "model"
    done = nlptool("word2vec", "train", "-o", out, "--documents", option, stdin=b"a b\n")
    assert done.code == 2
    assert "--documents" in done.stderr
    assert not out.exists()


def test_embed_tells_vectors_of_words_from_those_of_texts(nlptool: Run, tmp_path: Path) -> None:
    text, model = corpus(tmp_path), tmp_path / "model"
    assert nlptool("word2vec", "train", "-i", text, "-o", model, *SMALL).code == 0
    done = nlptool("embed", "-m", model, "the cat")
    assert done.code == 4
    assert "embed" in done.stderr
