"""However a process ends, its code and its one line say how, and no child is left behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

PLUGIN = '''
import os, re, signal, sys
from pathlib import Path
from threading import Event, Thread
from nlptool.interrupt import heard
from nlptool.plugins.adapter import Adapter
from nlptool.tasks.stem import Stem

class PanicException(BaseException):
    """As pyo3 raises it where Rust panics."""

class Last:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(10_000_000):
            pass

class Ending(Adapter):
    """Ends as its options say, when it is made or asked."""

    tasks = ("stem",)

    def __init__(self, setup):
        super().__init__(setup)
        if setup.options.get("when") == "made":
            self.end()

    def predict(self, batch, params=None):
        if self.setup.options.get("when") == "asked":
            self.end()
        return [Stem(record.text) for record in batch]

    def end(self):
        how = self.setup.options["how"]
        if how == "exit":
            sys.exit(0)
        if how == "panic":
            raise PanicException("the user-provided comparison function is wrong")
        if how == "print":
            print("chatter"); os.system("echo chatter of a child")
        if how == "stuck":
            Path(self.setup.options["file"]).write_text(str(os.getpid()))
            re.match("(a+)+$", "a" * 60 + "b")
        if how == "deaf":
            Thread(target=Event().wait).start()  # as a library's, for which Python waits
            heard(lambda: os.kill(os.getpid(), signal.SIGINT) or Event().wait())
        if how in ("dropped", "printed"):
            try:
                Last() if how == "dropped" else signal.raise_signal(signal.SIGINT)
            except BaseException:
                sys.excepthook(*sys.exc_info())  # as PyErr_Print of Python's C API does
            while True:
                signal.pause()
        if how.startswith("SIG"):
            try:
                os.kill(os.getpid(), getattr(signal, how))
                for _ in range(10_000_000):
                    pass
            except Exception as error:
                raise ImportError("wrapped by a library") from error
'''


@pytest.fixture
def ending(home: Path, nlptool: Run) -> Run:
    (home / "plugins").mkdir()
    (home / "plugins" / "ending.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(
        json.dumps(
            {
                "environments": {"here": {"interpreter": sys.executable}},
                "models": {
                    "ending": {"task": "stem", "adapter": "ending"},
                    "apart": {"task": "stem", "adapter": "ending", "environment": "here"},
                },
            }
        )
    )
    return nlptool


def options(**given: str) -> list[str]:
    return [word for key, value in given.items() for word in ("-O", f"{key}={value}")]


@pytest.mark.parametrize("when", ["made", "asked"])
@pytest.mark.parametrize("how", ["exit", "panic"])
def test_what_is_no_exception_is_internal(ending: Run, how: str, when: str) -> None:
    done = ending("stem", "-m", "ending", "a", *options(how=how, when=when), "-o", "out.txt")
    assert (done.code, done.stdout, done.stderr.count("\n")) == (70, b"", 1)


@pytest.mark.parametrize("when", ["made", "asked"])
@pytest.mark.parametrize(
    ("name", "code", "told"),
    [
        ("SIGINT", 130, "interrupted"),
        ("SIGTERM", 143, "terminated"),
        ("SIGHUP", 129, "hung up: the terminal or session has ended"),
    ],
)
def test_a_signal_while_a_library_works(
    ending: Run, name: str, when: str, code: int, told: str
) -> None:
    done = ending("stem", "-m", "ending", "a", *options(how=name, when=when))
    assert (done.code, done.stdout) == (code, b"a\n" if name == "SIGTERM" else b"")
    assert done.stderr == f"nlptool: error: {told}\n"


@pytest.mark.parametrize("when", ["made", "asked"])
@pytest.mark.parametrize("how", ["deaf", "dropped", "printed"])
def test_a_signal_that_nobody_hears(ending: Run, how: str, when: str) -> None:
    done = ending("stem", "-m", "ending", "a", *options(how=how, when=when))
    assert (done.code, done.stdout, done.stderr) == (130, b"", "nlptool: error: interrupted\n")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("module", ["typer", "nlptool.cli.options", "msgspec", "nlptool.pipeline"])
def test_a_signal_during_the_imports(
    environment: Environment, tmp_path: Path, name: str, module: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        f"""
import os, signal, sys

class Early:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{name})

sys.meta_path.insert(0, Early())
"""
    )
    user = {**environment, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "nlptool", "stem", "a"], env=user, capture_output=True, timeout=60
    )
    assert done.returncode == (130 if name == "SIGINT" else 143), done.stderr
    assert done.stderr.count(b"\n") == 1


def test_an_interrupt_while_an_evaluation_begins(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        """
import os, signal, sys

class Early:
    def find_spec(self, name, path=None, target=None):
        if name == "nlptool.evaluation":
            os.kill(os.getpid(), signal.SIGINT)

if "--multiprocessing-fork" in sys.orig_argv:
    sys.meta_path.insert(0, Early())
"""
    )
    (tmp_path / "data.jsonl").write_text('{"text": "great", "label": "positive"}\n')
    done = subprocess.run(
        [sys.executable, "-m", "nlptool", "eval", "sentiment", str(tmp_path / "data.jsonl")],
        env={**environment, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_ignored_interrupt_stays_ignored(environment: Environment, tmp_path: Path) -> None:
    script = f"trap '' INT; {sys.executable} -m nlptool stem & kill -INT $!; wait $!"
    done = subprocess.run(
        ["bash", "-c", f"echo running | {{ {script}; }}"],
        env=environment,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0


def test_prints_do_not_reach_standard_output(ending: Run, tmp_path: Path) -> None:
    words = ("stem", "-m", "ending", "a", *options(how="print", when="asked"))
    assert ending(*words).stdout == b"a\n"
    done = ending(*words, "-o", "out.txt")
    assert (done.stdout, (tmp_path / "work" / "out.txt").read_text()) == (b"", "a\n")
    assert done.stderr.count("chatter") == 2


def test_prints_do_not_reach_an_output_where_standard_output_is_closed(
    ending: Run, environment: Environment, tmp_path: Path
) -> None:
    words = " ".join(options(how="print", when="asked"))
    script = f"{sys.executable} -m nlptool stem -m ending a {words} -o out.txt >&-"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, timeout=60
    )
    assert (done.returncode, (tmp_path / "out.txt").read_text()) == (0, "a\n")


def test_rejects_that_cannot_be_written(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_bytes(b"running\n" + b"\xff" * 100_000 + b"\n")
    script = f"ulimit -f 100; {sys.executable} -m nlptool stem -i in.txt --rejects bad.jsonl"
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=environment, capture_output=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (6, b"run\n")
    assert not (tmp_path / "bad.jsonl").exists()


@pytest.mark.parametrize("place", [["-m", "apart"], ["-m", "ending", "--jobs", "2"]])
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process so")
def test_a_stuck_child_does_not_outlive_its_parent(
    ending: Run, environment: Environment, tmp_path: Path, place: list[str]
) -> None:
    pipe = tmp_path / "pid"
    os.mkfifo(pipe)
    words = ["stem", *place, "a", *options(how="stuck", when="asked", file=str(pipe))]
    with subprocess.Popen([sys.executable, "-m", "nlptool", *words], env=environment) as parent:
        child = os.pidfd_open(int(pipe.read_text()))
        parent.send_signal(signal.SIGKILL)
    assert select.select([child], [], [], 60)[0] == [child]
    os.close(child)
