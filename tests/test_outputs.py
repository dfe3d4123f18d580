"""What a command writes destroys nothing: no input, no other output, no device."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import Environment, Run

WATCHER = '''
import os
from pathlib import Path
from nlptool.plugins.adapter import Adapter
from nlptool.tasks.stem import Stem

class Watcher(Adapter):
    """Answers with the modes of the hidden files in a folder."""

    tasks = ("stem",)

    def predict(self, batch, params):
        found = sorted(Path(self.setup.options["folder"]).glob(".*.part"))
        modes = " ".join(oct(file.stat().st_mode & 0o777) for file in found)
        return [Stem(modes) for _ in batch]
'''


@pytest.fixture
def work(tmp_path: Path, nlptool: Run) -> Path:
    """The folder that nlptool runs in, with an input that has a bad line."""
    folder = tmp_path / "work"
    (folder / "in.txt").write_bytes(b"running\n\xff\nflies\n")
    return folder


def refused(nlptool: Run, *words: str | Path, stdin: bytes = b"") -> str:
    result = nlptool(*words, stdin=stdin)
    assert (result.code, result.stdout) == (2, b""), result
    return result.stderr


@pytest.mark.parametrize("name", ["in.txt", "./in.txt", "link.txt", "hard.txt", "up/work/in.txt"])
@pytest.mark.parametrize("option", ["-o", "--rejects"])
@pytest.mark.parametrize("resume", [(), ("--resume", "-o", "new.txt")])
def test_an_output_that_is_an_input(
    nlptool: Run, work: Path, name: str, option: str, resume: tuple[str, ...]
) -> None:
    (work / "link.txt").symlink_to("in.txt")
    (work / "hard.txt").hardlink_to(work / "in.txt")
    (work / "up").symlink_to("..")
    before = (work / "in.txt").read_bytes()
    assert "an input, too" in refused(nlptool, "stem", "-i", "in.txt", *resume, option, name)
    assert (work / "in.txt").read_bytes() == before
    assert {"in.txt", "link.txt", "hard.txt", "up"} >= {file.name for file in work.iterdir()}


def test_an_output_that_is_an_option_s_file(nlptool: Run, work: Path) -> None:
    (work / "words.txt").write_text("云计算\n")
    message = refused(nlptool, "segment", "--dictionary", "words.txt", "云计算", "-o", "words.txt")
    assert "words.txt is an input, too" in message
    words = ("word2vec", "plot", "-i", "in.png", "-o", "in.png", "--input-format", "text")
    (work / "in.png").write_text("king\nqueen\nwoman\n")
    assert "is an input, too" in refused(nlptool, *words)
    assert (work / "in.png").read_text() == "king\nqueen\nwoman\n"


@pytest.mark.parametrize(
    "script", ["stem < in.txt -o in.txt", "stem -i in.txt >> in.txt", "stem < in.txt >> in.txt"]
)
def test_streams_that_are_the_input(environment: Environment, work: Path, script: str) -> None:
    before = (work / "in.txt").read_bytes()
    command = f"{sys.executable} -m nlptool {script}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=work, env=environment, capture_output=True, timeout=60
    )
    assert (done.returncode, b"an input, too" in done.stderr) == (2, True)
    assert (work / "in.txt").read_bytes() == before


@pytest.mark.parametrize("folder", ["d", "d/", "other/../d", "link/"])
def test_a_folder_written_onto_itself(nlptool: Run, work: Path, folder: str) -> None:
    (work / "d").mkdir()
    (work / "other").mkdir()
    (work / "link").symlink_to("d")
    for name in ("a.txt", "b.txt"):
        (work / "d" / name).write_text("running\n")
    assert "is an input, too" in refused(nlptool, "stem", "-i", "d", "-o", folder)
    assert [file.read_text() for file in (work / "d").iterdir()] == ["running\n"] * 2
    assert nlptool("stem", "-i", "d", "-f", "jsonl", "-o", folder).code == 0


def test_results_that_would_meet_in_a_folder(nlptool: Run, work: Path) -> None:
    (work / "d").mkdir()
    (work / "d" / "a.txt").write_text("running\n")
    (work / "d" / "a.txt.jsonl").write_text('{"text": "flies"}\n')
    message = refused(nlptool, "stem", "-i", "d", "-f", "jsonl", "-o", "out/")
    assert "out/a.txt.jsonl would hold the results of both d/a.txt and d/a.txt.jsonl" in message
    assert "both" in refused(
        nlptool, "stem", "-i", "in.txt", "-i", "d", "-i", "in.txt", "-o", "out/"
    )
    assert not (work / "out").exists()


@pytest.mark.parametrize("rejects", ["out.txt", "./out.txt", "link.txt", "new"])
@pytest.mark.parametrize("resume", [(), ("--resume",)])
def test_rejects_and_output_in_one_file(
    nlptool: Run, work: Path, rejects: str, resume: tuple[str, ...]
) -> None:
    (work / "link.txt").symlink_to("out.txt")
    out = "new" if rejects == "new" else "out.txt"
    (work / "out.txt").write_text("before\n")
    message = refused(nlptool, "stem", "-i", "in.txt", "-o", out, "--rejects", rejects, *resume)
    assert "cannot be both the rejects and the output" in message
    assert (work / "out.txt").read_text() == "before\n"


def test_pipes_and_devices_stay_what_they_are(nlptool: Run, work: Path) -> None:
    pipe = work / "pipe"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    assert nlptool("stem", "-i", "in.txt", "--rejects", pipe).code == 1
    reader.join(60)
    assert b'"error"' in found[0]
    for words in (("-o", pipe, "--resume"), ("-o", "new.txt", "--rejects", pipe, "--resume")):
        assert "must be a file" in refused(nlptool, "stem", "-i", "in.txt", *words)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert nlptool("word2vec", "export", "-o", pipe, "--to", "text").code == 2
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert nlptool("stem", "-i", "in.txt", "-o", "/dev/null", "--rejects", "/dev/null").code == 1
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_standard_output_by_its_name(environment: Environment, work: Path, name: str) -> None:
    (work / "link").symlink_to("/dev/stdout")
    (work / "log").write_text("before\n")
    command = f"{sys.executable} -m nlptool stem running -o {name} >> log"
    subprocess.run(["bash", "-c", command], cwd=work, env=environment, check=True, timeout=60)
    assert (work / "log").read_text() == "before\nrun\n"


def test_rejects_on_standard_output(nlptool: Run, work: Path) -> None:
    result = nlptool("stem", "-i", "in.txt", "-o", "out.txt", "--rejects", "/dev/stdout")
    assert (result.code, result.rows[0]["rejected"]["base64"]) == (1, "/w==")
    assert "cannot be both" in refused(nlptool, "stem", "-i", "in.txt", "--rejects", "/dev/stdout")


@pytest.mark.parametrize("hidden", [".out.txt.part", ".out.txt.journal", ".rejects.part"])
@pytest.mark.parametrize("hard", [False, True])
def test_planted_links_are_not_followed(nlptool: Run, work: Path, hidden: str, hard: bool) -> None:
    victim = work / "victim"
    victim.write_text("precious\n")
    if hard:
        (work / hidden).hardlink_to(victim)
    else:
        (work / hidden).symlink_to(victim)
    words = ("stem", "-i", "in.txt", "-o", "out.txt", "--rejects", "rejects", "--resume")
    assert nlptool(*words).code == 6
    assert victim.read_text() == "precious\n"


@pytest.mark.parametrize("link", ["out/in.txt", "out/sub"])
def test_a_folder_s_links_are_not_followed(nlptool: Run, work: Path, link: str) -> None:
    (work / "victim").mkdir()
    (work / "victim" / "in.txt").write_text("precious\n")
    (work / "out").mkdir()
    (work / "d" / "sub").mkdir(parents=True)
    (work / "d" / "sub" / "in.txt").write_text("running\n")
    (work / "d" / "in.txt").write_text("running\n")
    (work / link).symlink_to(work / ("victim/in.txt" if link.endswith(".txt") else "victim"))
    assert nlptool("stem", "-i", "d", "-o", "out/").code == 6
    assert (work / "victim" / "in.txt").read_text() == "precious\n"


def test_a_link_of_the_user_is_kept(nlptool: Run, work: Path) -> None:
    (work / "real.txt").write_text("before\n")
    (work / "link.txt").symlink_to("real.txt")
    assert nlptool("stem", "running", "-o", "link.txt").code == 0
    assert ((work / "link.txt").is_symlink(), (work / "real.txt").read_text()) == (True, "run\n")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's link")
def test_a_link_of_another_user_is_not_followed(nlptool: Run, work: Path) -> None:
    (work / "real.txt").write_text("before\n")
    (work / "link.txt").symlink_to("real.txt")
    os.lchown(work / "link.txt", 4242, 4242)
    assert nlptool("stem", "running", "-o", "link.txt").code == 6
    assert (work / "real.txt").read_text() == "before\n"


@pytest.mark.parametrize("resume", [(), ("--resume",)])
def test_modes(nlptool: Run, home: Path, work: Path, resume: tuple[str, ...]) -> None:
    (home / "plugins").mkdir()
    (home / "plugins" / "watcher.py").write_text(WATCHER)
    (home / "models.yaml").write_text("models: {watcher: {task: stem, adapter: watcher}}")
    out, new = work / "out.txt", work / "new.txt"
    out.write_text("before\n")
    out.chmod(0o640)
    words = ("stem", "-m", "watcher", "-O", f"folder={work}", "-i", "in.txt", *resume)
    for file in (out, new):
        assert nlptool(*words, "-o", file).code == 1
        assert file.read_text() == "0o600\n0o600\n"
    umask = os.umask(0)
    os.umask(umask)
    assert [stat.S_IMODE(file.stat().st_mode) for file in (out, new)] == [0o640, 0o666 & ~umask]


def test_names_as_long_as_can_be(nlptool: Run, work: Path) -> None:
    name = "中" * 85
    assert nlptool("stem", "running", "-o", name).code == 0
    assert nlptool("stem", "-i", "in.txt", "-o", name, "--resume").code == 1
    assert {file.name for file in work.iterdir()} == {"in.txt", name}


def test_models_exported_onto_themselves(nlptool: Run, work: Path) -> None:
    folder = work / "vectors"
    assert nlptool("word2vec", "export", "-o", folder, "--limit", "50").code == 0
    before = (folder / "vectors.npy").read_bytes()
    words = ("word2vec", "export", "-m", folder, "-o", folder / "vectors.npy", "--to", "text")
    assert "an input, too" in refused(nlptool, *words)
    assert (folder / "vectors.npy").read_bytes() == before


def test_an_empty_input_has_its_place_in_a_folder_of_outputs(nlptool: Run, tmp_path: Path) -> None:
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "deep").mkdir(parents=True)
    for name, text in (("a.txt", ""), ("deep/b.csv", "id,text\n"), ("c.jsonl", ""), ("d.txt", "x")):
        (source / name).write_text(text)
    assert nlptool("stem", "-i", source, "-o", f"{out}/").code == 0
    found = {file.relative_to(out).as_posix(): file.read_text() for file in out.rglob("*.*")}
    assert found == {"a.txt": "", "deep/b.csv": "id,stem\n", "c.jsonl": "", "d.txt": "x\n"}
