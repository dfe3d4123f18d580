"""Jobs on a Ray cluster of two nodes, both on this machine: the same bytes, whatever dies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import Environment, Run

pytestmark = [
    pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed: nlptool[ray]"),
    pytest.mark.xdist_group("ray"),
]

CLUSTER = """
import sys
from ray.cluster_utils import Cluster

cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
nodes = [cluster.add_node(num_cpus=1)]
print(cluster.address, flush=True)
for line in sys.stdin:
    if line == "remove\\n":
        cluster.remove_node(nodes.pop(), allow_graceful=False)
    else:
        nodes.append(cluster.add_node(num_cpus=1))
    print("done", flush=True)
cluster.shutdown()
"""
PLUGIN = '''
import os, time
from pathlib import Path
from nlptool.adapter import Adapter, Batching
from nlptool.errors import RecordError
from nlptool.tasks.stem import Stem

class Odd(Adapter):
    """Does what the text says."""

    tasks = ("stem",)
    batching = Batching(count=4, window=8)

    def predict(self, batch, params):
        return [self.answer(record.text) for record in batch]

    def answer(self, text):
        mark = Path(self.setup.options.get("marks", "")) / text
        if text == "reject":
            return RecordError("no such word")
        if text == "abort" or (text == "abort once" and not mark.exists()):
            mark.touch()
            os.abort()
        if text == "wait" and not mark.with_name("go").exists():
            mark.touch()
            while not mark.with_name("go").exists():
                time.sleep(0.01)
        return Stem(text.upper())
'''
REGISTRY = 'models: {odd: {task: stem, adapter: odd}}\ndefaults: {stem: {"*": odd}}\n'
WORDS = [f"word {number}" for number in range(200)]


class Cluster:
    """A cluster of Ray in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.address = self.read()

    def read(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def order(self, word: str) -> None:
        """``remove`` the second node, as if it had lost its power, or ``add`` one."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.read() == "done"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Two nodes of one core each."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER],
        stdin=pipe,
        stdout=pipe,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield Cluster(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(120)


@pytest.fixture
def odd(home: Path, nlptool: Run) -> Run:
    """nlptool with an adapter that does what texts say."""
    (home / "plugins").mkdir()
    (home / "plugins" / "odd.py").write_text(PLUGIN)
    (home / "models.yaml").write_text(REGISTRY)
    return nlptool


@pytest.mark.parametrize("kind", ["text", "jsonl", "json", "csv", "tsv", "parquet"])
def test_a_cluster_gives_the_bytes_of_one_process(
    odd: Run, cluster: Cluster, tmp_path: Path, kind: str
) -> None:
    texts = [*WORDS]
    texts[3], texts[150] = "reject", "reject"
    (tmp_path / "in.txt").write_text("\n".join(texts))
    outputs = []
    for name, more in (("one", ()), ("ray", ("--executor", f"ray={cluster.address}"))):
        out, rejects = tmp_path / name, tmp_path / f"rejects-{name}"
        words = ("stem", "-i", tmp_path / "in.txt", "-f", kind, "-o", out, "--rejects", rejects)
        done = odd(*words, *more)
        assert (done.code, done.stderr.count("no such word")) == (1, 2), done.stderr
        outputs.append((out.read_bytes(), rejects.read_bytes()))
    assert outputs[0] == outputs[1]


def test_an_actor_that_dies(odd: Run, cluster: Cluster, tmp_path: Path) -> None:
    texts = [*WORDS]
    texts[70], texts[120] = "abort", "abort once"
    words = ("stem", "-O", f"marks={tmp_path}", "--executor", f"ray={cluster.address}")
    done = odd(*words, stdin="\n".join(texts).encode())
    assert done.lines == [text.upper() for text in texts if text != "abort"]
    assert "stdin:71: the process that answered it ended" in done.stderr


def started(odd: Run, environment: Environment, *words: str) -> subprocess.Popen[bytes]:
    """nlptool in the background."""
    return subprocess.Popen([sys.executable, "-m", "nlptool", *words], env=environment)


def waited_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Until a process makes a file."""
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.05)


def test_a_node_that_dies(
    odd: Run, cluster: Cluster, environment: Environment, tmp_path: Path
) -> None:
    texts = [*WORDS]
    texts[20] = texts[28] = "wait"  # in two windows: one on each node
    file, out = tmp_path / "in.txt", tmp_path / "out.txt"
    file.write_text("\n".join(texts))
    words = ("stem", "-i", f"{file}", "-o", f"{out}", "-O", f"marks={tmp_path}")
    with started(odd, environment, *words, "--executor", f"ray={cluster.address}") as process:
        waited_for(tmp_path / "wait", process)
        cluster.order("remove")
        (tmp_path / "go").touch()
        assert process.wait(300) == 0
    cluster.order("add")
    assert out.read_text().splitlines() == [text.upper() for text in texts]


def test_a_driver_that_dies(
    odd: Run, cluster: Cluster, environment: Environment, tmp_path: Path
) -> None:
    texts = [*WORDS]
    texts[100] = "wait"
    file, out = tmp_path / "in.txt", tmp_path / "out.txt"
    file.write_text("\n".join(texts))
    words = ("stem", "-i", f"{file}", "-o", f"{out}", "-O", f"marks={tmp_path}", "--resume")
    where = ("--executor", f"ray={cluster.address}")
    with started(odd, environment, *words, *where) as process:
        waited_for(tmp_path / "wait", process)
        process.send_signal(signal.SIGKILL)
    (tmp_path / "go").touch()
    assert (tmp_path / ".out.txt.part").stat().st_size > 0
    assert odd(*words, *where).code == 0
    assert out.read_text().splitlines() == [text.upper() for text in texts]
    assert not list(tmp_path.glob(".out*"))


def test_what_cannot_be_had(odd: Run, cluster: Cluster) -> None:
    done = odd("stem", "a", "--executor", "ray=127.0.0.1:1")
    assert (done.code, done.stderr.count("\n")) == (4, 1)
    assert odd("stem", "a", "--executor", "spark").code == 2
    missing = odd("stem", "a", "-m", "nothing", "--executor", f"ray={cluster.address}")
    assert missing.code == 4
