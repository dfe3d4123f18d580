"""Adapters in processes of their own: what they answer, how they die, and what is left of them."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nlptool.errors import DeviceError, ModelError, RecordError
from nlptool.isolation import frames
from nlptool.isolation.adapter import IsolatedAdapter
from nlptool.isolation.messages import pack, unpack
from nlptool.pipeline.batching import answer_batch
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.picture import SEGMENT_IMAGE, Mask, Picture, Region
from nlptool.tasks.stem import Params, Stem
from tests.conftest import Environment, Run
from tests.odd_adapter import Odd

PYTHON = Path(sys.executable)
PLUGIN = Path(__file__).with_name("odd_adapter.py")
REGISTRY = f"""
environments:
  here: {{interpreter: {PYTHON}}}
  gone: {{interpreter: /nowhere/python}}
  none: {{interpreter: /bin/false}}
  never: {{requirements: [[nothing-of-the-kind]]}}
models:
  odd: {{task: stem, adapter: odd_adapter, environment: here}}
  gone: {{task: stem, adapter: odd_adapter, environment: gone}}
  none: {{task: stem, adapter: odd_adapter, environment: none}}
  never: {{task: stem, adapter: odd_adapter, environment: never}}
"""


@pytest.fixture
def odd(home: Path, nlptool: Run) -> Run:
    """nlptool with an adapter that does what texts say, in a process of its own."""
    (home / "plugins").mkdir()
    (home / "plugins" / PLUGIN.name).write_bytes(PLUGIN.read_bytes())
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


@pytest.fixture
def apart(request: pytest.FixtureRequest) -> Iterator[IsolatedAdapter]:
    """The same, without a command line; parametrized with its options."""
    adapter = made(**getattr(request, "param", {}))
    yield adapter
    adapter.close()


def made(cls: type[Adapter[Text, Stem]] = Odd, **options: object) -> IsolatedAdapter:
    return IsolatedAdapter(Setup("stem", "odd", None, options=options), cls, PYTHON)


def ask(adapter: IsolatedAdapter, *texts: str) -> list[str]:
    """Stems, and the errors that stand for them."""
    results = answer_batch(adapter, [Text(text) for text in texts], Params())
    return [r.stem if isinstance(r, Stem) else f"{type(r).__name__}: {r}" for r in results]


def test_answers_come_in_order_and_errors_stand_alone(odd: Run) -> None:
    words = ("a", "b", "raise", "c", "reject", "d", "e")
    done = odd("stem", "-m", "odd", *words)
    assert (done.code, done.lines) == (1, ["A", "B", "C", "D", "E"])
    assert "argument: model odd: ValueError: two lines" in done.stderr
    assert "argument: no such word" in done.stderr
    assert "2 of 7 records failed" in done.stderr


def test_what_a_library_prints_is_for_debug_alone(odd: Run) -> None:
    done = odd("stem", "-m", "odd", "print", "a")
    assert (done.code, done.lines, done.stderr) == (0, ["PRINT", "A"], "")
    told = odd("stem", "-m", "odd", "print", "--debug").stderr
    assert all(text in told for text in ("a banner", "chatter", "chatter of a child"))
    assert "a word for the log" in odd("stem", "-m", "odd", "log", "-v").stderr


DEATHS = {
    "abort": "its process was ended by SIGABRT",
    "exit": "its process ended with code 3",
    "kill": "its process was killed, perhaps for want of memory",
    "garbage": "its process wrote into its pipe what is no message",
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_death_costs_the_record_that_causes_it(apart: IsolatedAdapter, death: str) -> None:
    found = ask(apart, "a", death, "b", "c")
    assert found[0::2] == ["A", "B"]
    assert found[3] == "C"
    assert found[1].startswith(f"TransientError: model odd: {DEATHS[death]}")
    assert ask(apart, "d") == ["D"]


def test_a_batch_that_takes_too_long_fails(apart: IsolatedAdapter) -> None:
    patience, apart.timeout = apart.timeout, 1
    late = "TransientError: model odd: its process gave no answer in 1 s"
    assert ask(apart, "a", "loop") == [late, late]
    apart.timeout = patience
    assert ask(apart, "b") == ["B"]


def test_an_endless_row_of_deaths_ends_the_job(apart: IsolatedAdapter) -> None:
    with pytest.raises(ModelError, match="has ended 20 times without an answer"):
        ask(apart, *["exit"] * 64)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": "exit"}, "its process ended with code 3: a banner"),
        ({"start": "raise"}, "cannot be loaded: ValueError: two lines"),
        ({"start": "loop", "timeout": 1}, "its process gave no answer in 1 s"),
        ({"start": "device"}, "model odd: no such luck"),
    ],
)
def test_a_model_that_cannot_start(options: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        made(**options)


def test_a_device_is_checked_where_the_library_is() -> None:
    setup = Setup("stem", "odd", None, device="cuda:0")
    with pytest.raises(DeviceError, match="Odd runs on cpu, not on cuda:0"):
        IsolatedAdapter(setup, Odd, PYTHON)


def test_a_long_record(apart: IsolatedAdapter) -> None:
    text = "é" * 10_000_000
    results = answer_batch(apart, [Text(text)], Params())
    assert results == [Stem(text.upper())]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("gone", "the environment gone is damaged: /nowhere/python cannot be run"),
        ("none", "model none: its process ended with code 1"),
        ("never", "the environment never is not installed; make it with: nlptool plugins install"),
    ],
)
def test_environments_that_cannot_run(odd: Run, model: str, message: str) -> None:
    done = odd("stem", "-m", model, "a")
    assert (done.code, done.stdout) == (4, b"")
    assert message in done.stderr


def test_an_environment_that_no_registry_knows(odd: Run, home: Path) -> None:
    (home / "models.yaml").write_text(REGISTRY.replace("environment: never", "environment: nevr"))
    done = odd("stem", "-m", "odd", "a")
    assert done.code == 2
    assert "models.never.environment: no environment is named nevr; there are:" in done.stderr


CODES = {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130, signal.SIGTERM: 143}


@pytest.mark.parametrize("number", CODES)
def test_nothing_outlives_nlptool(
    odd: Run, environment: Environment, tmp_path: Path, number: signal.Signals
) -> None:
    words = ["stem", "-m", "odd", "-O", f"pid={tmp_path}/pid", "--batch-size", "1", "a", "loop"]
    with subprocess.Popen(
        [sys.executable, "-m", "nlptool", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"A\n"
        child = int((tmp_path / "pid").read_text())
        ended = os.pidfd_open(child)
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == CODES[number]
    assert select_one(ended)


def select_one(descriptor: int) -> bool:
    """Whether a process has ended, waited for by its descriptor."""
    import select

    try:
        return bool(select.select([descriptor], [], [], 30)[0])
    finally:
        os.close(descriptor)


@given(st.lists(st.binary(max_size=99)))
def test_frames_come_as_they_were_sent(bodies: list[bytes]) -> None:
    pipe = io.BytesIO()
    for body in bodies:
        frames.write(pipe, body)
    pipe.seek(0)
    assert [frames.read(pipe) for _ in bodies] == bodies
    with pytest.raises(EOFError):
        frames.read(pipe)


@given(st.binary(min_size=frames.HEAD.size))
def test_garbage_is_no_frame(data: bytes) -> None:
    with pytest.raises(frames.BrokenFrameError):
        frames.read(io.BytesIO(b"\n" + data))


def test_pictures_and_masks_travel() -> None:
    picture = Image.fromarray(np.arange(60, dtype="uint8").reshape(4, 5, 3))

    def refuse() -> Image.Image:
        raise RecordError("no picture")

    good, bad = unpack(
        *pack([Picture("a.png", 1, lambda: picture), Picture("b.png", 2, refuse)]), SEGMENT_IMAGE
    )
    assert (good.file, good.page, bad.page) == ("a.png", 1, 2)
    assert good.open().tobytes() == picture.tobytes()
    with pytest.raises(RecordError, match="no picture"):
        bad.open()
    region = Region("disc", 2, 0.5, (0, 0, 1, 2))
    mask = np.array([[1, 0], [1, 0]], "uint8")
    (found,) = unpack(*pack([Mask(mask, [region], ["disc"], [(255, 0, 0)])]), SEGMENT_IMAGE)
    assert (found.regions, found.labels) == ([region], ["disc"])
    assert np.array_equal(found.mask, mask)
    assert found.mask.dtype == mask.dtype


def test_only_structs_of_tasks_are_made() -> None:
    with pytest.raises(ValueError, match=r"os:PathLike is no struct of segment-image"):
        unpack("os:PathLike", msgspec.Raw(b"\x90"), SEGMENT_IMAGE)
