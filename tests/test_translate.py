"""nlptool translate, on a real Marian model that was trained for a few words."""

from __future__ import annotations

import csv
import json
import os
import random
import warnings
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import Run
from tests.test_odd_inputs import TEXTS

for module in ("torch", "transformers", "sentencepiece", "ctranslate2"):
    pytest.importorskip(module)

pytestmark = pytest.mark.usefixtures("offline")

NOTE = 'a "quoted", note'


@pytest.fixture(scope="session")
def marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as a hub has it, made once for all workers."""
    from tests.tiny_marian import make

    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "marian"
    with FileLock(shared / "marian.lock"):
        if not (folder / "tokenizer_config.json").exists():
            make(folder)
    return folder


@pytest.fixture(scope="session")
def converted(marian: Path) -> Path:
    """The same model for CTranslate2."""
    from nlptool_plugins.ctranslate2_export import export

    folder = marian.with_name("converted")
    with FileLock(marian.with_name("converted.lock")):
        if not folder.exists():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                export(marian, folder, "float32")
    return folder


def test_both_adapters_give_the_same(nlptool: Run, marian: Path, converted: Path) -> None:
    text = (
        b"The red dog sleeps.\nThe black bird sings {name}. The white cat runs.\n"
        b"\n  - The red cat runs.\n"
    )
    wanted = ["红狗睡觉。", "黑鸟唱歌{name}。白猫跑步。", "", "  - 红猫跑步。"]
    scores = []
    for folder in (marian, converted):
        result = nlptool("translate", "-m", folder, "-f", "jsonl", "--scores", stdin=text)
        assert result.code == 0, result.stderr
        assert [row["translation"] for row in result.rows] == wanted
        assert all(row["flags"] == [] for row in result.rows)
        scores.append([row["score"] for row in result.rows])
    assert scores[0] == pytest.approx(scores[1], abs=0.02)


def test_convert(nlptool: Run, marian: Path, tmp_path: Path) -> None:
    sample = tmp_path / "sample.txt"
    sample.write_text("The red dog sleeps.\nThe white cat eats.\nThe black horse runs.\n")
    words = [
        "models",
        "convert",
        marian,
        "-o",
        tmp_path / "int8",
        "--sample",
        sample,
        "-f",
        "jsonl",
    ]
    (row,) = nlptool(*words).rows
    assert row["agreement"] == 1
    assert 0 < row["difference"] < 0.1
    assert json.loads((tmp_path / "int8" / "card.json").read_bytes())["format"] == "ctranslate2"
    done = nlptool("translate", "-m", tmp_path / "int8", stdin=b"The green bird sings.\n")
    assert done.stdout.decode().strip() == "绿鸟唱歌。"
    refused = nlptool(*words[:4], tmp_path / "kept", "--keep", "encoder*")
    assert refused.code == 2
    assert "leave out --keep" in refused.stderr
    assert not (tmp_path / "kept").exists()


def test_alternatives(nlptool: Run, converted: Path) -> None:
    result = nlptool(
        "translate", "-m", converted, "-f", "jsonl", "--alternatives", "2", "The red dog sleeps."
    )
    (row,) = result.rows
    assert row["translation"] == "红狗睡觉。"
    assert len({row["translation"], *row["alternatives"]}) == 3


def test_what_is_in_the_target_language_passes_through(nlptool: Run, converted: Path) -> None:
    texts = ["你好，世界。", "12:30", "The red dog sleeps. 你好。"]
    rows = nlptool("translate", "-m", converted, "-f", "jsonl", *texts).rows
    assert [row["translation"] for row in rows] == [texts[0], texts[1], "红狗睡觉。 你好。"]
    assert [row["flags"] for row in rows] == [["passed-through"], [], []]


def test_a_folder_of_the_hub_is_converted_once(nlptool: Run, marian: Path, home: Path) -> None:
    (home / "models.yaml").write_text(
        f"models:\n  mine:\n    task: translate\n    adapter: ctranslate2\n"
        f"    languages: [en, zh]\n    source: path:{marian}\n"
    )
    first = nlptool("translate", "The red dog sleeps.")
    assert first.lines == ["红狗睡觉。"], first.stderr
    assert "making model mine" in first.stderr
    second = nlptool("translate", "The red dog sleeps.")
    assert (second.lines, second.stderr) == (first.lines, "")


def test_languages_of_the_model(nlptool: Run, converted: Path, home: Path) -> None:
    (home / "models.yaml").write_text(
        f"models:\n  mine:\n    task: translate\n    adapter: ctranslate2\n"
        f"    languages: [en, zh]\n    source: path:{converted}\n"
    )
    assert nlptool("translate", "-s", "en", "-t", "zh-CN", "The red dog sleeps.").code == 0
    wrong = nlptool("translate", "-m", "mine", "-t", "de", "Hello")
    assert wrong.code == 2
    assert "model mine translates en to zh, not de" in wrong.stderr


def test_without_a_model_it_says_how_to_get_one(nlptool: Run) -> None:
    result = nlptool("translate", "-t", "de", "Hello")
    assert result.code == 4
    assert "no model from en to de is here" in result.stderr
    assert "nlptool models pull opus-mt-en-de" in result.stderr
    assert "zh-en" in result.stderr
    other = nlptool("translate", "-t", "sw", "Hello")
    assert other.code == 4
    assert "no model from en to sw is known" in other.stderr


def test_a_glossary_is_kept(nlptool: Run, converted: Path, tmp_path: Path) -> None:
    (tmp_path / "terms.tsv").write_text("dog\t犬\nblack bird\t乌鸦\n")
    rows = nlptool(
        "translate", "-m", converted, "-f", "jsonl", "--glossary", tmp_path / "terms.tsv",
        "The red dog sleeps.", "The black bird sings.",
    ).rows  # fmt: skip
    assert "犬" in rows[0]["translation"]
    assert "乌鸦" in rows[1]["translation"]
    broken = tmp_path / "broken.tsv"
    broken.write_text("one\n")
    result = nlptool("translate", "-m", converted, "--glossary", broken, "x")
    assert result.code == 3
    assert "broken.tsv:1" in result.stderr


def test_placeholders_survive_a_model_that_never_saw_them(nlptool: Run, converted: Path) -> None:
    kept = ["https://example.org/a?b=c", "me@example.org", "%(count)d", "%s", "${HOME}", "80443"]
    texts = [f"The red dog {word} sleeps." for word in kept]
    rows = nlptool("translate", "-m", converted, "-f", "jsonl", *texts).rows
    for word, row in zip(kept, rows, strict=True):
        assert row["translation"].count(word) == 1, row
        assert "lost" not in row["flags"]


def test_strict_fails_where_a_translation_looks_wrong(nlptool: Run, converted: Path) -> None:
    words = ("translate", "-m", converted, "--max-length", "1", "-v", "-f", "jsonl")
    long = "the red dog sleeps and " * 12
    loose = nlptool(*words, long)
    assert loose.code == 0
    assert loose.rows[0]["flags"]
    assert f"argument: {', '.join(loose.rows[0]['flags'])}" in loose.stderr
    strict = nlptool(*words, "--strict", long)
    assert (strict.code, strict.stdout) == (1, loose.stdout)


def test_a_csv_of_a_thousand_rows(nlptool: Run, converted: Path, tmp_path: Path) -> None:
    dice = random.Random(1)
    colours, animals = ["red", "green", "white", "black"], ["dog", "cat", "horse", "bird"]
    file = tmp_path / "in.csv"
    with file.open("w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["id", "animal", "note", "body"])
        for number in range(1000):
            animal = f"{dice.choice(colours)} {dice.choice(animals)}"
            writer.writerow([f"r{number}", animal, NOTE, f"The {animal} sleeps."])
    result = nlptool(
        "translate", "-m", converted, "-i", file, "--field", "body", "-o", tmp_path / "out.csv"
    )
    assert result.code == 0, result.stderr
    with (tmp_path / "out.csv").open(newline="") as written:
        rows = list(csv.DictReader(written))
    assert [row["id"] for row in rows] == [f"r{number}" for number in range(1000)]
    assert {row["note"] for row in rows} == {NOTE}
    answers = {(row["animal"], row["translation"]) for row in rows}
    assert len(answers) == len({animal for animal, _ in answers}) == 16
    assert ("red dog", "红狗睡觉。") in answers


def test_a_folder_is_mirrored(nlptool: Run, converted: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    files = {
        "a.md": "# The red dog\n\nThe red dog\nsleeps.\n\n    code\n",
        "deep/b.srt": "1\n00:00:01,000 --> 00:00:02,000\nThe red dog sleeps.\n",
        "c.html": "<p class=x>The red dog sleeps.</p>",
        "d.txt": "The red dog sleeps.\n\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "broken.md").write_bytes(b"\xff\xfe\xff")
    out = tmp_path / "out"
    result = nlptool("translate", "-m", converted, "-i", folder, "-o", f"{out}/")
    assert result.code == 1
    assert "broken.md" in result.stderr
    there = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*.*")}
    assert there.pop("a.md").endswith("\n\n红狗睡觉。\n\n    code\n")
    assert there == {
        "deep/b.srt": files["deep/b.srt"].replace("The red dog sleeps.", "红狗睡觉。"),
        "c.html": "<p class=x>红狗睡觉。</p>",
        "d.txt": "红狗睡觉。\n\n",
    }
    piped = nlptool(
        "translate", "-m", converted, "--input-format", "html", stdin=files["c.html"].encode()
    )
    assert piped.stdout.decode() == "<p class=x>红狗睡觉。</p>"
    assert nlptool("stem", "--input-format", "html", stdin=b"x").code == 2


def test_odd_inputs_lose_nothing(nlptool: Run, converted: Path, tmp_path: Path) -> None:
    """Every line of every odd text gives one row, and what no model can say is still there."""
    odd = {
        **TEXTS,
        "a long text without a stop": b"word " * 10_000,
        "right to left in English": "The dog שלום sleeps.".encode(),
        "mixed": "The red dog 红狗 👍 sleeps \u202e{name}\u202c.".encode(),
        "capitals": b"THE RED DOG SLEEPS",
        "names": b"Peter, Paul, Mary, Anna, John, Rosa, Karl, Ida, Otto, Emil",
        "long numbers": b"31415926535897932384626433832795 and 0012300456",
    }
    texts = [text for data in odd.values() if b"\0" not in data for text in _lines(data)]
    texts = [text[:20_000] for text in dict.fromkeys(texts)]
    file = tmp_path / "odd.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    result = nlptool("translate", "-m", converted, "-O", "beam=1", "-i", file, "-f", "jsonl")
    assert result.code == 0, result.stderr
    assert [row["id"] for row in result.rows] == list(range(1, len(texts) + 1))
    for text, row in zip(texts, result.rows, strict=True):
        assert bool(row["translation"].strip()) == bool(text.strip()), text
        for kept in ("👍", "👩‍👩‍👧‍👦", "\x1b", "\u202e", "\u200b", "红狗", "{name}", "0012300456"):
            assert (kept in text) <= (kept in row["translation"]), text


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").split("\n")


def test_eval_by_bleu_and_chrf(nlptool: Run, converted: Path, tmp_path: Path) -> None:
    pytest.importorskip("sacrebleu")
    data = tmp_path / "data.csv"
    rows = ["The red dog sleeps.,红狗睡觉。", "The red cat runs.,红猫跑步。", "Hello there,"]
    data.write_text("\n".join(["text,reference", *rows]) + "\n")
    result = nlptool("eval", "translate", data, "-m", converted, "-f", "jsonl")
    assert result.code == 0, result.stderr
    (row,) = result.rows
    assert (row["records"], row["unusable"]) == (2, 1)
    assert row["bleu"] == row["chrf"] == row["length_ratio"] == 1
    assert row["flagged"] == 0


def test_a_model_learns_more(nlptool: Run, marian: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    rows = ["english,chinese", "The cat,猫", "The cat.,", *["The dog sleeps,红狗睡觉"] * 20]
    data.write_text("\n".join(rows), "utf-8")
    columns = ["--field", "text=english", "--field", "translation=chinese"]
    plan = ["--epochs", "20", "--rate", "1e-3", "--precision", "bfloat16", "--threads", "1"]
    words = ["finetune", "translate", data, "-b", marian, "-o", tmp_path / "out", *columns, *plan]
    done = nlptool(*words, "--dev", data, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert "data.csv:3: text or translation is empty" in done.stderr
    metrics = {row["metric"]: row["value"] for row in done.rows}
    assert metrics["bleu"] > 0.5
    told = nlptool("translate", "The dog sleeps", "-m", tmp_path / "out")
    assert told.stdout.decode() == "红狗睡觉\n"


def test_what_is_not_saved_is_not_trained(marian: Path) -> None:
    from nlptool_plugins.torchvision_schema import make_importable
    from nlptool_plugins.training.checkpoint import trained
    from nlptool_plugins.training.translations import TranslationHead
    from safetensors import safe_open

    make_importable()
    with safe_open(marian / "model.safetensors", "pt") as saved:
        model = TranslationHead(None, (), (), max_length=8).make(marian, {})
        assert trained(model).keys() <= set(saved.keys())


def test_wrapped_lines_of_a_file_are_paragraphs(
    nlptool: Run, converted: Path, tmp_path: Path
) -> None:
    wrapped = tmp_path / "in.txt"
    wrapped.write_text(
        "The red dog of mine sleeps and the\nwhite cat of mine runs and the black\nbird sings.\n"
    )
    words = ("translate", "-m", converted, "-i", wrapped)
    assert len(nlptool(*words).lines) == 1
    assert len(nlptool(*words, "--no-paragraphs").lines) == 3
    wrapped.write_text("The red dog\nsleeps.\n")
    assert len(nlptool(*words).lines) == 2
    assert len(nlptool(*words, "--paragraphs").lines) == 1
