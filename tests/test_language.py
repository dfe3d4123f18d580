"""Language models from the command line: next, generate, score."""

from __future__ import annotations

import json
import math
import os
import pty
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nlptool_plugins.language.choosing import choose
from nlptool_plugins.language.model import Sampling

import nlptool as package
from nlptool.errors import UsageError
from nlptool.models.resolver import Choice, Resolver
from nlptool.tasks import task_named
from tests import tiny_gguf
from tests.conftest import Environment, Run

MODEL: dict[str, Any] = {}
TEXTS = ["hello world", "a", "hello hello wo he ll the quick brown fox", "the end"]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of a model with random weights."""
    file = tmp_path_factory.mktemp("llama") / "tiny.gguf"
    tiny_gguf.write(tiny_gguf.reference("llama"), file)
    return file


def after(file: Path, text: str) -> Any:
    """The probabilities of all tokens after a text, as transformers has them."""
    import torch

    reference = tiny_gguf.reference("llama")
    with package.open_model("next", str(file), store=file.parent / "store") as opened:
        tokens = opened.pool.adapter(str(file)).answerer.model.encode(text)  # type: ignore[attr-defined]
    ids = [tiny_gguf.vocabulary().index(token) for token in tokens]
    with torch.inference_mode():
        return reference(torch.tensor([ids])).logits[0, -1].double().softmax(-1).numpy()


def test_next_is_what_transformers_says(nlptool: Run, model: Path) -> None:
    done = nlptool("next", "hello", "-m", model, "-k", "4", "-f", "jsonl")
    assert done.code == 0, done.stderr
    expected = np.sort(after(model, "hello"))[::-1][:4]
    assert [row["rank"] for row in done.rows] == [1, 2, 3, 4]
    assert np.allclose([row["probability"] for row in done.rows], expected, atol=0.002)
    plain = nlptool("next", "hello", "-m", model, "-k", "4")
    assert [line.split("\t")[0] for line in plain.lines] == [row["token"] for row in done.rows]


def test_next_step_by_step_and_at_temperatures(nlptool: Run, model: Path) -> None:
    rows = nlptool("next", "hello", "-m", model, "--steps", "3", "-k", "2", "-f", "jsonl").rows
    assert [(row["step"], row["rank"]) for row in rows] == [
        (s, r) for s in (1, 2, 3) for r in (1, 2)
    ]
    for before, now in zip(rows[::2], rows[2::2], strict=False):
        assert now["text"].startswith(before["text"])
    greedy = nlptool("generate", "hello", "-m", model, "--max-tokens", "2", "-f", "jsonl").rows
    assert rows[4]["text"].startswith("hello")
    assert greedy[0]["tokens"] <= 2
    cold = nlptool("next", "hello", "-m", model, "--temperature", "0", "-f", "jsonl").rows
    assert [row["probability"] for row in cold] == [1, 0, 0, 0, 0]
    hot = nlptool("next", "hello", "-m", model, "--temperature", "100", "-f", "jsonl").rows
    assert hot[0]["probability"] < 1.5 / len(tiny_gguf.vocabulary())


def test_pictures_of_what_comes_next(nlptool: Run, model: Path, tmp_path: Path) -> None:
    done = nlptool("next", "hello", "-m", model, "--plot", tmp_path / "one.svg")
    assert done.code == 0, done.stderr
    assert (tmp_path / "one.svg").read_bytes().startswith(b"<?xml")
    assert nlptool("next", "a", "b", "-m", model, "--plot", f"{tmp_path}/many/").code == 0
    assert sorted(path.name for path in (tmp_path / "many").iterdir()) == ["1.png", "2.png"]
    assert nlptool("next", "a", "b", "-m", model, "--plot", tmp_path / "two.png").code == 2
    assert nlptool("next", "a", "-m", model, "--plot", "a.jpg").code == 2


def test_the_same_seed_gives_the_same_text_wherever(
    nlptool: Run, model: Path, tmp_path: Path
) -> None:
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS))
    how = ["-m", model, "--max-tokens", "12", "-t", "1", "--seed", "5", "-n", "2", "-f", "jsonl"]
    whole = nlptool("generate", "-i", tmp_path / "texts.txt", *how)
    assert whole.code == 0, whole.stderr
    assert [row["sample"] for row in whole.rows] == [1, 2] * len(TEXTS)
    assert whole.rows[0]["text"] != whole.rows[1]["text"]
    jobs = nlptool("generate", "-i", tmp_path / "texts.txt", *how, "--jobs", "2")
    assert jobs.stdout == whole.stdout
    for number, text in enumerate(TEXTS[:2]):
        alone = nlptool("generate", text, *how).rows
        assert [row["text"] for row in alone] == [
            row["text"] for row in whole.rows[2 * number : 2 * number + 2]
        ]
    other = nlptool("generate", "-i", tmp_path / "texts.txt", *how[:6], "--seed", "6", *how[8:])
    assert other.stdout != whole.stdout


def test_greedy_text_is_the_same_in_a_batch_and_alone(nlptool: Run, model: Path) -> None:
    how = ["-m", model, "--max-tokens", "100", "-f", "jsonl"]
    rows = nlptool("generate", *TEXTS, *how).rows
    for text, row in list(zip(TEXTS, rows, strict=True))[1:3]:
        (alone,) = nlptool("generate", text, *how).rows
        assert alone["text"] == row["text"]
    cached = nlptool("generate", *(f"hello world {text}" for text in TEXTS), *how)
    again = nlptool("generate", *(f"hello world {text}" for text in TEXTS), *how, "--prefix-cache")
    assert cached.stdout == again.stdout


def test_what_ends_a_text(nlptool: Run, model: Path) -> None:
    (row,) = nlptool("generate", "hello", "-m", model, "--max-tokens", "7", "-f", "jsonl").rows
    assert (row["reason"], row["tokens"]) == ("length", 7)
    stop = row["text"][2:4]
    how = ["-m", model, "--max-tokens", "7", "--stop", stop, "-f", "jsonl"]
    (cut,) = nlptool("generate", "hello", *how).rows
    assert (cut["reason"], cut["text"]) == ("stop", row["text"][: row["text"].index(stop)])
    long = "a " * 60
    (row,) = nlptool("generate", long, "-m", model, "-f", "jsonl").rows
    assert row["reason"] in ("context", "end")


def test_log_probabilities_are_those_of_next(nlptool: Run, model: Path) -> None:
    how = ["-m", model, "--backend", "cpu", "-f", "jsonl"]
    (row,) = nlptool("generate", "hello", *how, "--max-tokens", "1", "--log-probs").rows
    likely = nlptool("next", "hello", *how, "-k", "1").rows[0]["probability"]
    assert math.exp(row["log_probs"][0]["log_prob"]) == pytest.approx(likely, abs=0.15)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["-n", "2"], "-n needs a --temperature"),
        (["--system", "Be brief."], "--system needs --chat"),
        (["--temperature", "nan"], "--temperature"),
        (["--temperature", "-1"], "--temperature"),
        (["--top-p", "0"], "leaves no token"),
        (["--top-p", "1.5"], "--top-p"),
        (["--stop", ""], "would stop at once"),
        (["--chat"], "no template for --chat"),
        (["--max-tokens", "0"], "--max-tokens"),
    ],
)
def test_options_that_make_no_sense(nlptool: Run, model: Path, words: list[str], told: str) -> None:
    done = nlptool("generate", "hello", "-m", model, *words)
    assert (done.code, told in done.stderr) == (2, True), done.stderr


def test_of_a_large_model_few_records_are_answered_together(model: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.gguf"
    large.write_bytes(model.read_bytes())
    windows = []
    for _ in range(2):
        resolver = Resolver(task_named("generate"), Choice(str(large)))
        windows.append(resolver.batching(str(large)).window)
        os.truncate(large, 1 << 30)
    assert windows == [512, 64]


@pytest.mark.parametrize("words", [["--window", "1"], ["--choices", "a"]])
def test_a_score_that_says_nothing(nlptool: Run, model: Path, words: list[str]) -> None:
    done = nlptool("score", "hello", "-m", model, *words)
    assert (done.code, words[0] in done.stderr) == (2, True), done.stderr


def test_more_tokens_to_draw_from_than_there_are(nlptool: Run, model: Path) -> None:
    how = ["-m", model, "--max-tokens", "5", "-t", "1", "-f", "jsonl"]
    done = nlptool("generate", "hello", *how, "--top-k", "100000")
    assert (done.code, done.stdout) == (0, nlptool("generate", "hello", *how).stdout), done.stderr


@pytest.mark.parametrize("words", [["1e-300"], ["1", "--top-p", "1e-300"]])
def test_hardly_any_chance(nlptool: Run, model: Path, words: list[str]) -> None:
    done = nlptool("generate", "hello", "-m", model, "--max-tokens", "5", "--temperature", *words)
    assert done.code == 0, done.stderr


def test_a_chat_has_the_models_template(nlptool: Run, model: Path) -> None:
    template = "<|start|>{system}|{text}|"
    how = ["-m", model, "--max-tokens", "5", "-f", "jsonl", "-O", f"chat={template}"]
    one = nlptool("generate", "hello", *how, "--chat", "--system", "he")
    other = nlptool("generate", "hello", *how, "--chat", "--system", "ll")
    assert (one.code, other.code) == (0, 0), one.stderr
    assert one.rows[0]["text"] != other.rows[0]["text"]


def test_texts_that_cannot_be_gone_on_with(nlptool: Run, model: Path) -> None:
    for command in ("next", "generate", "score"):
        done = nlptool(command, "", "hello wo", "-m", model, "-f", "jsonl")
        assert (done.code, {row["id"] for row in done.rows}) == (1, {2}), done.stderr
    for command in ("next", "generate"):
        done = nlptool(command, "a " * 500, "-m", model)
        assert (done.code, "the model can see 128" in done.stderr) == (1, True), done.stderr


def test_score_is_the_sum_of_what_next_says(nlptool: Run, model: Path) -> None:
    (row,) = nlptool("score", "hello wo", "-m", model, "--tokens", "-f", "jsonl").rows
    bits = [one["bits"] for one in row["surprisals"]]
    assert "".join(one["token"] for one in row["surprisals"]) == "hello wo"
    assert bits[0] is None
    assert sum(bits[1:]) * math.log(2) == pytest.approx(-row["log_likelihood"], abs=0.001)
    assert row["scored"] == len(bits) - 1
    assert row["perplexity"] == pytest.approx(math.exp(-row["log_likelihood"] / row["scored"]))
    assert row["bits_per_byte"] == pytest.approx(sum(bits[1:]) / len("hello wo"), abs=0.001)


def test_a_text_longer_than_the_context_is_scored_in_windows(nlptool: Run, model: Path) -> None:
    text = "hello wo " * 100
    (row,) = nlptool("score", text, "-m", model, "--tokens", "-f", "jsonl").rows
    assert row["scored"] == len(row["surprisals"]) - 1 > 128
    (alone,) = nlptool("score", "hello wo", "-m", model, "--window", "2", "-f", "jsonl").rows
    (pair,) = nlptool("score", "hello wo", "-m", model, "-f", "jsonl").rows
    assert alone["scored"] == pair["scored"]


def test_the_likelier_ending(nlptool: Run, model: Path) -> None:
    tokens = [row["token"] for row in nlptool("next", "hello", "-m", model, "-f", "jsonl").rows]
    (row,) = nlptool(
        "score", "hello", "-m", model, "-c", tokens[4], "-c", tokens[0], "-f", "jsonl"
    ).rows
    assert row["choice"] == tokens[0]
    shares = [one["probability"] for one in row["choices"]]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    record = json.dumps({"text": "hello", "choices": [tokens[0], tokens[4]]}).encode()
    own = nlptool("score", "-m", model, "--input-format", "jsonl", stdin=record)
    assert own.stdout.decode().split("\t")[0] == " ".join(tokens[0].split())


def test_bits_per_byte_of_a_file(nlptool: Run, model: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS[2:]))
    done = nlptool("eval", "score", tmp_path / "texts.txt", "-m", model, "-f", "jsonl")
    assert done.code == 0, done.stderr
    rows = nlptool("score", *TEXTS[2:], "-m", model, "-f", "jsonl").rows
    bits = sum(-row["log_likelihood"] for row in rows) / math.log(2)
    size = sum(len(text) for text in TEXTS[2:])
    assert done.rows[0]["bits_per_byte"] == pytest.approx(bits / size, abs=0.001)


def test_a_stream_can_be_read_from_python(model: Path) -> None:
    with package.open_model("generate", str(model), store=model.parent / "store") as opened:
        parts = list(opened.stream("hello", max_tokens=9, temperature=1.0))
        (whole,) = opened.predict(["hello"], max_tokens=9, temperature=1.0)
        assert "".join(part.texts[0].text for part in parts) == whole.texts[0].text
        with pytest.raises(UsageError):
            opened.predict(["hello"], samples=3)


# its threads let go of what watched the text when it is said, or when Python has ended
def test_a_text_that_was_stopped_does_not_end_the_process(nlptool: Run, model: Path) -> None:
    how = ["-m", model, "--max-tokens", "90"]
    stop = nlptool("generate", "hello", *how).stdout[40:42]
    assert {nlptool("generate", "hello", *how, "--stop", stop).code for _ in range(8)} == {0}


def on_terminal(words: list[str], environment: Environment, stop_at: int | None = None) -> bytes:
    """What a terminal shows of a run; interrupted after so many bytes."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nlptool", *words],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=subprocess.PIPE,
        env={**environment, "TERM": "dumb"},
    )
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 1024):
            shown += piece
            if stop_at is not None and len(shown) >= stop_at:
                process.send_signal(signal.SIGINT)
                stop_at = None
    except OSError:
        pass
    os.close(leader)
    _, errors = process.communicate(timeout=120)
    return shown + f" code {process.returncode}".encode() + errors


def test_a_terminal_sees_the_text_as_it_is_said(environment: Environment, model: Path) -> None:
    words = ["generate", "hello", "-m", str(model), "--max-tokens", "20"]
    done = subprocess.run(
        [sys.executable, "-m", "nlptool", *words, "-q"],
        capture_output=True, env=environment, check=True,
    )  # fmt: skip
    shown = on_terminal([*words, "-q"], environment)
    assert b" code 0" in shown
    assert done.stdout.split(b"\n")[0][:5] in shown.replace(b"\r\n", b"\n")


def test_an_interrupt_keeps_what_was_said(environment: Environment, model: Path) -> None:
    words = ["generate", *TEXTS * 40, "-m", str(model), "--max-tokens", "90", "-q"]
    shown = on_terminal(words, environment, stop_at=5)
    assert b" code 130" in shown
    assert shown.index(b"\r\n") >= 5


def test_which_tokens_are_left_in() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05]))

    def drawn(**how: Any) -> set[int]:
        draw = np.random.default_rng(1)
        return {choose(logits, [], Sampling(temperature=1, **how), draw) for _ in range(300)}

    assert drawn() == {0, 1, 2, 3}
    assert drawn(top_k=2) == {0, 1}
    assert drawn(top_p=0.6) == {0, 1}
    assert drawn(min_p=0.2) == {0, 1, 2}
    assert choose(logits, [0], Sampling(repetition_penalty=5), np.random.default_rng(1)) == 1
