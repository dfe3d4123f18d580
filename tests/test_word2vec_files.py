"""Vectors on disk: every form holds the same, and none of them can harm."""

from __future__ import annotations

import gzip
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gensim.models import FastText, Word2Vec
from gensim.models.fasttext import save_facebook_model

from nlptool.errors import ModelError, NlptoolError
from nlptool.models.resolver import Choice, Resolver
from nlptool.plugins.discovery import adapter_class
from nlptool.tasks.vectors import Kind, Precision, Vectors, VectorTool, kind_of
from nlptool.tasks.word2vec import WORD2VEC
from nlptool.training.vectors import Saving, export, import_file
from tests.conftest import Run

WORDS = ["the", "naïve", "国王", "it's", "up-to-date", "zero"]


@pytest.fixture
def tool() -> type[VectorTool]:
    """The adapter of gensim."""
    cls: Any = adapter_class("gensim")
    assert issubclass(cls, VectorTool)
    return cls


@pytest.fixture
def vectors() -> Vectors:
    """A few words, the last one's vector without a direction."""
    matrix = np.random.default_rng(3).standard_normal((len(WORDS), 5)).astype(np.float32)
    matrix[-1] = 0
    return Vectors(WORDS, matrix)


@pytest.mark.parametrize("name", ["v.txt", "v.vec.gz", "v.bin", "v.bin.gz", "v.kv", "v"])
def test_a_round_trip_changes_nothing(
    tool: type[VectorTool], vectors: Vectors, tmp_path: Path, name: str
) -> None:
    first = tmp_path / "first"
    tool.save(vectors, first, "folder", "float32")
    kind = kind_of(Path(name)) or "folder"
    resolver = Resolver(WORD2VEC, Choice(str(first)))
    assert export(resolver, Saving(tmp_path / name, kind)) == len(WORDS)
    if kind != "folder":
        import_file(tmp_path / name, None, False, Saving(tmp_path / "v"))
    for file in ("words.txt", "vectors.npy", "about.json"):
        assert (tmp_path / "v" / file).read_bytes() == (first / file).read_bytes()
    direct = tool.load(tmp_path / name)
    assert direct.words == WORDS
    assert np.array_equal(direct.matrix, vectors.matrix)


def test_the_only_file_of_a_folder_is_its_model(nlptool: Run, tmp_path: Path) -> None:
    folder = tmp_path / "glove"
    folder.mkdir()
    (folder / "LICENCE").touch()
    (folder / "glove.vec").write_text("2 2\nking 1 0\nqueen 0.6 0.8\n")
    run = ("word2vec", "similarity", "king queen", "-m", folder)
    assert nlptool(*run).lines == ["0.6000"]
    (folder / "more.txt").touch()
    two = nlptool(*run)
    assert two.code == 4
    assert "expected one file of vectors, found 2" in two.stderr


@pytest.mark.parametrize(("precision", "error"), [("float16", 1e-3), ("int8", 0.5 / 127)])
def test_a_smaller_folder_is_almost_the_same(
    tool: type[VectorTool],
    vectors: Vectors,
    tmp_path: Path,
    precision: Precision,
    error: float,
) -> None:
    tool.save(vectors, tmp_path / "v", "folder", precision)
    found = tool.load(tmp_path / "v").matrix
    largest = np.abs(vectors.matrix).max(axis=1, keepdims=True)
    assert found.dtype == np.float32
    assert (np.abs(found - vectors.matrix) <= error * largest + 1e-7).all()


@pytest.mark.parametrize("apart", [[], ["vectors"]])
def test_what_gensim_saved_is_read(
    tool: type[VectorTool], tmp_path: Path, apart: list[str]
) -> None:
    model = Word2Vec([["one", "two", "three"] * 5] * 9, vector_size=4, min_count=1, workers=1)
    for name, saved in (("whole.model", model), ("vectors.kv", model.wv)):
        saved.save(str(tmp_path / name), **({"separately": apart} if saved is model.wv else {}))
        found = tool.load(tmp_path / name)
        assert found.words == model.wv.index_to_key
        assert np.array_equal(found.matrix, model.wv.vectors)


def test_another_model_of_gensim_is_refused(tool: type[VectorTool], tmp_path: Path) -> None:
    model = FastText([["one", "two", "three"] * 5] * 9, vector_size=4, min_count=1, bucket=10)
    model.save(str(tmp_path / "fast.model"))
    with pytest.raises(ModelError, match="no word2vec vectors"):
        tool.load(tmp_path / "fast.model")


def test_glove_text_has_no_header(tool: type[VectorTool], tmp_path: Path) -> None:
    file = tmp_path / "glove.txt"
    file.write_text("the 0.5 1 2\ncat -1 0 1e-3\n")
    assert tool.load(file).words == ["the", "cat"]


def test_a_word_that_comes_again_is_told(
    tool: type[VectorTool], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "glove.txt"
    file.write_bytes(b"the 3 3\n. . . 0.5 1\n\xff 1 1\n\xff 2 2\n\n")
    found = tool.load(file)
    assert found.words == ["the", ". . .", "\\xff"]
    assert found.matrix.tolist() == [[3, 3], [0.5, 1], [1, 1]]
    assert r"1 words come again, the first of them '\\xff'" in caplog.text


def test_a_word_with_a_line_break_is_not_written(tool: type[VectorTool], tmp_path: Path) -> None:
    file = tmp_path / "v.bin"
    file.write_bytes(b"1 1\nnew\nyork " + bytes(4))
    with pytest.raises(NlptoolError, match="has a line break"):
        import_file(file, None, False, Saving(tmp_path / "model"))


def test_what_needs_gensim_says_so(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "gensim.py").write_text("raise ImportError")
    (tmp_path / "v.txt").write_text("king 1 0\nqueen 0.6 0.8\n")
    without = {"PYTHONPATH": str(tmp_path)}
    done = nlptool("word2vec", "import", tmp_path / "v.txt", "-o", tmp_path / "v", **without)
    assert done.code == 0, done.stderr
    asked = nlptool("word2vec", "similarity", "king queen", "-m", tmp_path / "v", **without)
    assert asked.lines == ["0.6000"]
    assert nlptool("word2vec", "similar", "king", **without).code == 0
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("the king and the queen\n" * 9)
    for words in (
        ("export", "-m", tmp_path / "v", "-o", tmp_path / "v.kv"),
        ("train", "-i", corpus, "-o", tmp_path / "trained"),
    ):
        refused = nlptool("word2vec", *words, **without)
        assert refused.code == 4
        assert "pip install 'nlptool[gensim]'" in refused.stderr


class Evil:
    """A pickle that would make a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.folder),)


def test_a_pickle_runs_no_code(tool: type[VectorTool], tmp_path: Path) -> None:
    file = tmp_path / "evil.kv"
    file.write_bytes(pickle.dumps(Evil(tmp_path / "owned")))
    with pytest.raises(ModelError, match="no word2vec vectors that gensim 4 saved"):
        tool.load(file)
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.bin", b""),
        ("empty.txt", b""),
        ("empty.kv", b""),
        ("short.bin", b"2 3\nking " + bytes(11)),
        ("boast.bin", b"99999999999 300\nking "),
        ("boast.txt", b"99999999999 300\nking 1 2 3\n"),
        ("ragged.txt", b"2 3\nking 1 2 3\nqueen 1 2\n"),
        ("more.txt", b"1 2\nking 1 2\nqueen 1 2\n"),
        ("nan.txt:2", b"king 1 2\nqueen nan 2\n"),
        ("nan.bin", b"1 1\nking " + np.float32("nan").tobytes()),
        ("less.bin.gz", gzip.compress(b"2 1\nking " + bytes(4), mtime=0)),
        ("words.txt", b"once upon a time\nthere was a king\n"),
        ("bytes.txt", bytes(range(256)) * 40),
        ("random.kv", bytes(range(256))),
        ("list.kv", pickle.dumps([1, 2, 3])),
        ("packed.txt.gz", b"this is not packed"),
        ("folder.txt", None),
        ("unknown.xyz", b"2 1\na 1\nb 2\n"),
    ],
)
def test_a_damaged_file_is_one_clear_error(
    nlptool: Run, tmp_path: Path, name: str, content: bytes | None
) -> None:
    file = tmp_path / name.partition(":")[0]
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    with pytest.raises(NlptoolError, match=name):
        import_file(file, None, False, Saving(tmp_path / "model"))
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("file", ["words.txt", "vectors.npy", "about.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe nothing", None])
def test_a_damaged_folder_is_one_clear_error(
    tool: type[VectorTool], vectors: Vectors, tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = tmp_path / "v"
    tool.save(vectors, folder, "folder", "float32")
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(ModelError, match="damaged"):
        tool.load(folder)


def test_a_matrix_of_objects_is_not_unpickled(
    tool: type[VectorTool], vectors: Vectors, tmp_path: Path
) -> None:
    tool.save(vectors, tmp_path / "v", "folder", "float32")
    np.save(tmp_path / "v" / "vectors.npy", np.array([Evil(tmp_path / "owned")]), allow_pickle=True)
    with pytest.raises(ModelError, match="damaged"):
        tool.load(tmp_path / "v")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("kind", ["text", "binary"])
def test_a_word_with_spaces_is_not_written_where_it_would_be_two(
    tool: type[VectorTool], vectors: Vectors, tmp_path: Path, kind: Kind
) -> None:
    spaced = Vectors(["new york", *WORDS[1:]], vectors.matrix)
    with pytest.raises(NlptoolError, match="'new york' has spaces"):
        tool.save(spaced, tmp_path / "v", kind, "float32")


def test_export_and_import_from_outside(
    nlptool: Run, tool: type[VectorTool], vectors: Vectors, tmp_path: Path
) -> None:
    tool.save(vectors, tmp_path / "v", "folder", "float32")
    assert nlptool("word2vec", "export", "-m", tmp_path / "v", "-o", tmp_path / "v.bin").code == 0
    asked = [
        nlptool("word2vec", "similar", "国王", "-m", tmp_path / name).lines
        for name in ("v", "v.bin")
    ]
    assert len(asked[0]) == len(WORDS) - 1
    assert asked[0] == asked[1]
    assert nlptool("word2vec", "import", tmp_path / "v.bin", "-o", tmp_path / "w").code == 0
    nowhere = nlptool("word2vec", "export", "-m", tmp_path / "v", "-o", tmp_path / "no" / "v.bin")
    assert nowhere.code == 6


def test_words_that_are_cut_stay_apart(tool: type[VectorTool], tmp_path: Path) -> None:
    file = tmp_path / "cut.bin"
    row = np.ones(2, np.float32).tobytes()
    file.write_bytes(b"2 2\n\xe4\xb8 " + row + b"\n\xe4\xb9 " + row + b"\n")
    assert tool.load(file, "binary").words == ["\\xe4\\xb8", "\\xe4\\xb9"]


def test_a_byte_order_mark_is_no_number(tool: type[VectorTool], tmp_path: Path) -> None:
    file = tmp_path / "bom.txt"
    file.write_bytes(b"\xef\xbb\xbf1 2\nhello 1 0\n")
    assert tool.load(file).words == ["hello"]


@pytest.fixture(scope="module")
def fasttext(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """A model of gensim's FastText, and the file of fastText's format that it wrote."""
    texts = [["the", "quick", "brown", "fox"], ["小狗", "喜欢", "跑步", "café", "a"]] * 20
    model = FastText(texts, vector_size=12, min_count=1, min_n=2, max_n=4, bucket=500, epochs=1)
    file = tmp_path_factory.mktemp("fasttext") / "made.bin"
    save_facebook_model(model, str(file))
    return model.wv, file


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_fasttext_knows_words_that_it_has_not_seen(
    nlptool: Run, fasttext: tuple[Any, Path], tmp_path: Path, kind: str
) -> None:
    keyed, file = fasttext
    if kind == "folder":
        assert nlptool("word2vec", "import", file, "-o", tmp_path / "made").code == 0
        file = tmp_path / "made"
    words = ("fox", "a", "café", "小狗", "quickly", "小猫", "naïve", "b", "𠮷野家")
    rows = nlptool("word2vec", "vector", "-m", file, "-f", "jsonl", *words).rows
    for word, row in zip(words, rows, strict=True):
        assert row["vector"] == pytest.approx(keyed[word].tolist(), abs=1e-6), word
    near = nlptool("word2vec", "similar", "-m", file, "--top", "1", "foxes").lines
    assert near[0].split("\t")[0] == keyed.most_similar("foxes", topn=1)[0][0]
    assert nlptool("word2vec", "odd-one", "-m", file, "fox", "foxes", "小狗").code == 0


def test_what_is_no_whole_file_of_fasttext(
    nlptool: Run, fasttext: tuple[Any, Path], tmp_path: Path
) -> None:
    content = fasttext[1].read_bytes()
    for name, data, says in [
        ("short", content[:70], "damaged"),
        ("cut", content[: len(content) // 3], "damaged"),
        ("version", content[:4] + b"\x0b\0\0\0" + content[8:], "version 11"),
    ]:
        file = tmp_path / f"{name}.bin"
        file.write_bytes(data)
        done = nlptool("word2vec", "similar", "-m", file, "fox")
        assert (done.code, done.stdout) == (4, b"")
        assert says in done.stderr
