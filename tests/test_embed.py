"""Vectors of texts, and what is asked of them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from nlptool_plugins.torchvision_schema import make_importable

from nlptool.search.corpus import Corpus, unit
from tests.conftest import Run
from tests.models_file import write

TEXTS = ["a good film", "bad", "good good food and a film that was bad in the end"]


@pytest.fixture
def model(home: Path, tmp_path: Path) -> str:
    """Names of a tiny BERT with random weights: ``by-sentences`` and ``by-transformers``."""
    import torch

    make_importable()
    import transformers
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted({*" ".join(TEXTS).split()})]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]"
    )
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(words),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=32,
    )
    folder = tmp_path / "bert"
    bert = transformers.BertModel(config)
    for weight in bert.parameters():
        weight.data.mul_(4)
    bert.save_pretrained(folder)
    fast.save_pretrained(folder)
    entry = {"task": "embed", "source": f"path:{folder}", "backends": ["cpu", "cpu-float32"]}
    write(
        home,
        **{
            "by-sentences": {**entry, "adapter": "sentences"},
            "by-transformers": {**entry, "adapter": "transformers"},
        },
    )
    return "by-sentences"


def vectors(nlptool: Run, *words: str) -> np.ndarray:
    done = nlptool("embed", *TEXTS, "-f", "npy", *words)
    assert done.code == 0, done.stderr
    found: np.ndarray = np.load(io.BytesIO(done.stdout))
    return found


def test_vectors_are_those_of_transformers(nlptool: Run, model: str) -> None:
    expected = vectors(nlptool, "-m", "by-transformers", "--backend", "cpu-float32")
    assert np.allclose(np.linalg.norm(expected, axis=1), 1, atol=1e-5)
    exact = vectors(nlptool, "-m", model, "--backend", "cpu-float32")
    assert np.allclose((exact * expected).sum(1), 1, atol=1e-4)
    small = vectors(nlptool, "-m", model)
    assert ((small * expected).sum(1) > 0.97).all()


def test_forms_of_vectors(nlptool: Run, model: str, tmp_path: Path) -> None:
    array = vectors(nlptool, "-m", model)
    rows = nlptool("embed", *TEXTS, "-m", model, "-f", "jsonl").rows
    assert np.allclose([row["vector"] for row in rows], array, atol=1e-5)
    plain = nlptool("embed", *TEXTS, "-m", model).lines
    assert np.allclose([[*map(float, line.split())] for line in plain], array, atol=1e-4)
    done = nlptool("embed", *TEXTS, "-m", model, "-o", tmp_path / "v.parquet")
    assert done.code == 0, done.stderr
    import pyarrow.parquet

    column = pyarrow.parquet.read_table(tmp_path / "v.parquet")["vector"].to_pylist()
    assert np.allclose(column, array, atol=1e-5)
    (tmp_path / "t.txt").write_text("\n".join(TEXTS))
    jobs = nlptool("embed", "-i", tmp_path / "t.txt", "-m", model, "-f", "npy", "--jobs", "2")
    assert np.allclose(np.load(io.BytesIO(jobs.stdout)), array, atol=1e-5)


def test_similarity(nlptool: Run, model: str) -> None:
    done = nlptool("embed", *TEXTS, "-m", model, "--similar-to", TEXTS[0], "-f", "jsonl")
    array = vectors(nlptool, "-m", model)
    assert [row["similarity"] for row in done.rows] == pytest.approx(array @ array[0], abs=0.001)


def test_search_in_texts_and_in_vectors(nlptool: Run, model: str, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text("".join(json.dumps({"text": text}) + "\n" for text in ["", *TEXTS]))
    how = ["-m", model, "-k", "2", "-f", "jsonl"]
    found = nlptool("embed", "a good film", *how, "--search", corpus).rows[0]["found"]
    assert found[0] == {"place": 2, "score": pytest.approx(1, abs=1e-4), "text": TEXTS[0]}
    assert len(found) == 2
    np.save(tmp_path / "corpus.npy", vectors(nlptool, "-m", model) * 3)
    again = nlptool("embed", "a good film", *how, "--search", tmp_path / "corpus.npy")
    hits = again.rows[0]["found"]
    assert [hit["place"] + 1 for hit in hits] == [hit["place"] for hit in found]
    assert [hit["score"] for hit in hits] == pytest.approx([hit["score"] for hit in found])


def test_files_that_cannot_be_searched(nlptool: Run, model: str, tmp_path: Path) -> None:
    np.save(tmp_path / "narrow.npy", np.ones((3, 5)))
    np.save(tmp_path / "flat.npy", np.ones(3))
    np.save(tmp_path / "objects.npy", np.array([{}], object), allow_pickle=True)
    (tmp_path / "lie.npy").write_bytes(b"\x93NUMPY\x02\x00\xff\xff\xff\xff")
    (tmp_path / "empty.txt").write_text("\n\n")
    for name in ("narrow.npy", "flat.npy", "objects.npy", "lie.npy", "empty.txt", "none.txt"):
        done = nlptool("embed", "good", "-m", model, "--search", tmp_path / name)
        assert (done.code, len(done.stderr.splitlines()) > 0) == (3, True), (name, done.stderr)


def test_questions_that_make_no_sense(nlptool: Run, model: str, tmp_path: Path) -> None:
    done = nlptool("embed", "a", "-m", model, "--search", "x", "--similar-to", "y")
    assert done.code == 2
    assert nlptool("embed", "good", "-m", model, "--similar-to", "").code == 2
    done = nlptool("embed", "", "good", "-m", model, "-f", "jsonl")
    assert (done.code, len(done.rows)) == (1, 1)
    (long,) = nlptool("embed", "good film " * 100, "-m", model, "-f", "jsonl").rows
    assert len(long["vector"]) == 64


def test_a_picture_of_texts(nlptool: Run, model: str, tmp_path: Path) -> None:
    done = nlptool("embed", *TEXTS, "-m", model, "--plot", tmp_path / "texts.svg")
    assert done.code == 0, done.stderr
    assert TEXTS[0].encode() in (tmp_path / "texts.svg").read_bytes()
    done = nlptool("embed", *TEXTS, "-m", model, "--plot", tmp_path / "a.svg", "--method", "magic")
    assert done.code == 2
    assert nlptool("embed", "bad", "-m", model, "--plot", tmp_path / "a.svg").code == 3


def test_the_nearest_are_found_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlptool.search.corpus.BLOCK", 7)
    rng = np.random.default_rng(1)
    rows = rng.standard_normal((50, 8)).astype(np.float32)
    queries = unit(rng.standard_normal((3, 8)).astype(np.float32))
    found = Corpus(rows, (), range(50)).nearest(queries, 9)
    cosines = queries @ unit(rows).T
    for near, all_of in zip(found, cosines, strict=True):
        assert [row for row, _ in near] == np.argsort(-all_of)[:9].tolist()
        assert [score for _, score in near] == pytest.approx(np.sort(all_of)[::-1][:9])
