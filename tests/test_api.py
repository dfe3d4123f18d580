"""nlptool from Python: its public names, what it answers, and how light it is."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import nlptool
from nlptool import api
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.base import Text

PICTURES = Path(__file__).parent.parent / "docs" / "images"


def test_the_public_names_are_frozen() -> None:
    assert set(nlptool.__all__) == {
        *("Counts", "JobSpec", "Model", "__version__", "open_model", "run"),
    }
    for name in nlptool.__all__:
        assert getattr(nlptool, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        nlptool.nothing  # noqa: B018


def test_importing_it_imports_nothing_else() -> None:
    script = "import sys, nlptool; print(sorted(n for n in sys.modules if n.startswith('nlptool')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout == b"['nlptool', 'nlptool.telemetry']\n"


def test_its_examples() -> None:
    assert doctest.testmod(api).failed == 0


def test_the_example_of_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, check=True)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [b"positive", b"negative"]


def test_one_model_for_many_requests() -> None:
    with nlptool.open_model("sentiment") as model:
        plain, other = model.predict(["A warm and funny film.", Text("It is a bore.")])
        (full,) = model.predict([{"text": "A warm and funny film."}], probs=True)
        loaded = dict(model.pool.loaded)
        model.predict(["Fine."], threshold=0.9)
        assert model.pool.loaded == loaded
    assert (plain.label, other.label) == ("positive", "negative")
    assert full.probs[plain.label] == plain.score


def test_what_cannot_be_answered_stands_in_its_place() -> None:
    model = nlptool.open_model("qa")
    good = {"question": "Who came?", "context": "Anna came to Oslo."}
    wrong, answer = model.predict([{"question": "Who?"}, good])
    assert isinstance(wrong, RecordError)
    assert answer.answer == "Anna"
    assert model.predict([]) == []
    assert list(model.stream(good)) == [answer]
    with pytest.raises(RecordError):
        list(model.stream({"question": "Who?"}))
    model.close()


def test_wrong_words_are_told() -> None:
    with pytest.raises(UsageError, match="no task; expected one of"):
        nlptool.open_model("sing")
    model = nlptool.open_model("stem")
    with pytest.raises(UsageError, match="stem has no parameter colour; there are: language"):
        model.predict(["a"], colour="red")
    with pytest.raises(UsageError, match="Expected"):
        model.predict(["a"], language=3)


def test_pictures_are_named_by_their_paths() -> None:
    with nlptool.open_model("ocr") as model:
        page, lost = model.predict([PICTURES / "notice.png", "nowhere.png"])
    assert page.lines[0].text == "City Library"
    assert "nowhere.png" in str(lost) or isinstance(lost, RecordError)


def test_threads_share_what_is_loaded() -> None:
    model = nlptool.open_model("stem")
    found: list[object] = []
    threads = [
        threading.Thread(target=lambda: found.extend(model.predict(["running"]))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [getattr(stem, "stem", None) for stem in found] == ["run"] * 8
    assert len(model.pool.loaded) == 1


def test_a_job_from_python(tmp_path: Path) -> None:
    from nlptool.io import reader
    from nlptool.pipeline.jobspec import decode, encode
    from nlptool.tasks.stem import Params

    (tmp_path / "in.txt").write_text("running\nflies\n")
    spec = nlptool.JobSpec(
        task="stem",
        params=Params(),
        input=reader.Spec(inputs=(str(tmp_path / "in.txt"),)),
        output=str(tmp_path / "out.jsonl"),
    )
    assert decode(encode(spec)) == spec
    assert encode(decode(encode(spec))) == encode(spec)
    counts = nlptool.run(spec)
    assert (counts.done, counts.failed) == (2, 0)
    assert (tmp_path / "out.jsonl").read_text() == '{"id":1,"stem":"run"}\n{"id":2,"stem":"fli"}\n'
