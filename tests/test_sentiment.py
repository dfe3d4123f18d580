"""nlptool sentiment."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from nlptool.errors import UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.sentiment import BLANK, Params, Sentiment, finish, plain, pretty
from tests.conftest import Environment, Run

FOUND = Sentiment("POSITIVE", 0.75, {"NEGATIVE": 0.2, "POSITIVE": 0.75, "mixed": 0.05})
TEXT = Text("fine")


def test_a_label_and_a_score_a_text(nlptool: Run, tiny: Path) -> None:
    done = nlptool("sentiment", "a very kind letter", "rude", "-m", tiny / "sentiment-onnx")
    assert [line.split("\t")[0] for line in done.lines] == ["positive", "negative"]
    assert all(0.5 < float(line.split("\t")[1]) <= 1 for line in done.lines)


def test_a_blank_line_stays_blank(nlptool: Run, tiny: Path) -> None:
    done = nlptool("sentiment", "-m", tiny / "sentiment-onnx", stdin=b"good\n\n  \nbad\n")
    assert done.code == 0
    assert [line.split("\t")[0] for line in done.lines] == ["positive", "", "", "negative"]
    rows = nlptool("sentiment", "-m", tiny / "sentiment-onnx", "-f", "jsonl", stdin=b"\n").rows
    assert rows == [{"id": 1, "label": "", "score": 0.0}]


def test_order_and_columns_are_kept(nlptool: Run, tiny: Path) -> None:
    texts = [("good " * (7 * n % 90 + 1), "positive") for n in range(60)]
    texts += [("rude " * (11 * n % 90 + 1), "negative") for n in range(60)]
    lines = [json.dumps({"text": text, "truth": label}) for text, label in texts]
    options = ("--input-format", "jsonl", "-f", "jsonl", "-m", tiny / "sentiment-onnx")
    rows = nlptool("sentiment", *options, stdin="\n".join(lines).encode()).rows
    assert [row["id"] for row in rows] == list(range(1, 121))
    assert all(row["label"] == row["truth"] for row in rows)


def test_transformers_from_a_folder_prints_nothing_else(nlptool: Run, tiny: Path) -> None:
    done = nlptool("sentiment", "awful", "-m", tiny / "sentiment", "-k", "2", "-f", "jsonl")
    assert (done.code, done.stderr) == (0, "")
    [row] = done.rows
    assert [near["label"] for near in row["top"]] == ["negative", "positive"]


def test_the_default_model_is_chosen_by_script(nlptool: Run, home: Path) -> None:
    models = {
        name: {"task": "sentiment", "adapter": "named", "options": {"label": name}}
        for name in ("english", "chinese")
    }
    defaults = {"sentiment": {"*": "english", "zh": "chinese"}}
    (home / "models.yaml").write_text(json.dumps({"models": models, "defaults": defaults}))
    (home / "plugins").mkdir()
    (home / "plugins" / "named.py").write_text(
        "from nlptool.plugins.adapter import Adapter\n"
        "from nlptool.tasks.sentiment import Sentiment\n"
        "class Named(Adapter):\n"
        "    tasks = ('sentiment',)\n"
        "    def predict(self, batch, params):\n"
        "        return [Sentiment(self.setup.options['label'], 1.0) for _ in batch]\n"
    )
    done = nlptool("sentiment", "good", "很好", "bad")
    assert [line.split("\t")[0] for line in done.lines] == ["english", "chinese", "english"]


def test_paddlehubs_fields(nlptool: Run, tiny: Path) -> None:
    options = ("--style", "paddlehub", "-m", tiny / "sentiment-onnx")
    [good, bad, blank] = nlptool("sentiment", "good", "bad", "", *options).rows
    fields = "id text sentiment_label sentiment_key positive_probs negative_probs"
    assert " ".join(good) == fields
    assert (good["text"], good["sentiment_label"], good["sentiment_key"]) == ("good", 1, "positive")
    assert (bad["sentiment_label"], bad["sentiment_key"]) == (0, "negative")
    assert good["positive_probs"] + good["negative_probs"] == pytest.approx(1, abs=1e-5)
    assert blank["sentiment_label"] is None


def test_what_is_shown() -> None:
    assert finish(TEXT, FOUND, Params()) == Sentiment("POSITIVE", 0.75)
    assert plain(Sentiment("POSITIVE", 0.75)) == "POSITIVE\t0.7500"
    unsure = finish(TEXT, FOUND, Params(threshold=0.8, top_k=2))
    assert isinstance(unsure, Sentiment)
    assert plain(unsure) == "unsure\t0.7500\tNEGATIVE\t0.2000"
    everything = finish(TEXT, FOUND, Params(probs=True))
    assert plain(everything).endswith("NEGATIVE=0.2000\tPOSITIVE=0.7500\tmixed=0.0500")
    assert finish(TEXT, BLANK, Params(threshold=0.9)) == BLANK
    assert plain(BLANK) == ""


def test_paddlehubs_style_needs_its_labels() -> None:
    stars = Sentiment("5 stars", 0.9, {"1 star": 0.1, "5 stars": 0.9})
    with pytest.raises(UsageError, match="1 star, 5 stars"):
        finish(TEXT, stars, Params(style="paddlehub"))


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"TERM": "xterm"}, b"\x1b[32mpositive\x1b[0m"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, b"positive  "),
    ],
)
def test_colour_on_a_terminal_only(
    tiny: Path, environment: Environment, variables: Environment, expected: bytes
) -> None:
    ours, theirs = pty.openpty()
    words = ["sentiment", "good", "-m", str(tiny / "sentiment-onnx")]
    subprocess.run(
        [sys.executable, "-m", "nlptool", *words],
        stdout=theirs,
        check=True,
        env={**environment, **variables},
    )
    assert os.read(ours, 1000).startswith(expected)
    os.close(ours)
    os.close(theirs)


def test_markup_in_a_label_is_text() -> None:
    assert pretty(Sentiment("[link=x]", 0.5)) == "[bold]\\[link=x][/]\t0.5000"
    assert pretty(BLANK) == ""
