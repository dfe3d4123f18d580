"""Archives as sources: members by name, and nothing that an archive would like to do."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.config.registry import File
from nlptool.errors import ModelError
from nlptool.models.store import archive as archives
from nlptool.models.store.archive import Unpacking
from tests.conftest import Run
from tests.models_file import WEIGHTS, entry, leftovers, pin, write

Members = dict[str, bytes]


def make_zip(path: Path, members: Members) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def make_tar(path: Path, members: Members) -> None:
    with tarfile.open(path, "w:gz" if path.suffix in (".gz", ".tgz") else "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))


MAKERS: dict[str, Callable[[Path, Members], None]] = {
    "a.zip": make_zip,
    "a.tar": make_tar,
    "a.tgz": make_tar,
    "a.tar.gz": make_tar,
}


@pytest.mark.parametrize("kind", MAKERS)
def test_members_by_name(nlptool: Run, home: Path, tmp_path: Path, kind: str) -> None:
    archive = tmp_path / kind
    MAKERS[kind](archive, {"v1/w": WEIGHTS, "v1/evil.py": b"import os", "w": b"not this"})
    write(home, m=entry(f"{archive.as_uri()}#v1", {"weights": pin(WEIGHTS, member="w")}))
    assert nlptool("models", "pull", "m").code == 0
    (folder,) = (home / "store" / "models" / "m").glob("*/files")
    assert [path.name for path in folder.iterdir()] == ["weights"]
    assert (folder / "weights").read_bytes() == WEIGHTS
    assert archive.exists()


def test_all_below_a_folder(nlptool: Run, home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    make_zip(archive, {"v1/w": WEIGHTS, "v1/sub/x": b"x", "other": b"y"})
    write(home, m=entry(f"{archive.as_uri()}#v1", {}))
    assert nlptool("models", "pull", "m").code == 0
    (folder,) = (home / "store" / "models" / "m").glob("*/files")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {"w", "sub/x"}


def link(path: Path) -> None:
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("w")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(info)


def zip_link(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("w")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")


def zeros(path: Path) -> None:
    """A tar of 10 GB of zeros, in 10 MB: gzip members may follow each other."""
    size = 10 << 30
    info = tarfile.TarInfo("w")
    info.size = size
    block = 16 << 20
    with path.open("wb") as file:
        file.write(gzip.compress(info.tobuf()))
        zeros = gzip.compress(bytes(block))
        for _ in range(size // block):
            file.write(zeros)


def zip_zeros(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("w", bytes(1 << 20))


def damaged(path: Path) -> None:
    path.write_bytes(gzip.compress(WEIGHTS)[:1000])


def damaged_zip(path: Path) -> None:
    make_zip(path, {"w": WEIGHTS})
    data = bytearray(path.read_bytes())
    data[5000] ^= 255
    path.write_bytes(data)


def nameless(path: Path) -> None:
    make_zip(path, {"w": b"x"})
    path.write_bytes(path.read_bytes().replace(b"w", b"\0"))


@pytest.mark.parametrize(
    ("kind", "make", "told"),
    [
        ("a.zip", lambda path: make_zip(path, {"../w": b"", "w": b"x"}), "no safe file name"),
        ("a.tgz", lambda path: make_tar(path, {"/etc/w": b"", "w": b"x"}), "no safe file name"),
        ("a.tgz", link, "w is a link or a device"),
        ("a.zip", zip_link, "w is a link or a device"),
        ("a.tgz", zeros, "larger than"),
        ("a.zip", zip_zeros, "w is larger than 9 bytes"),
        ("a.zip", lambda path: make_zip(path, {"v": b"x"}), "the archive has no w"),
        ("a.zip", lambda path: path.write_bytes(WEIGHTS), "the archive is damaged"),
        ("a.tgz", lambda path: path.write_bytes(WEIGHTS), "the archive is damaged"),
        ("a.tgz", damaged, "the archive is damaged"),
        ("a.zip", nameless, "the archive is damaged"),
        ("a.zip", damaged_zip, "the archive is damaged"),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_archives_that_are_refused(
    nlptool: Run,
    home: Path,
    tmp_path: Path,
    kind: str,
    make: Callable[[Path], None],
    told: str,
) -> None:
    archive = tmp_path / kind
    make(archive)
    files = {"w": pin(b"123456789") if "zeros" in make.__name__ else {}}
    write(home, m=entry(archive.as_uri(), files))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert leftovers(home) == []


def test_zeros_that_nobody_asked_for(tmp_path: Path) -> None:
    archive = tmp_path / "a.tgz"
    zeros(archive)
    (tmp_path / "out").mkdir()
    unpacking = Unpacking(archive, archive.name, "", {"v": File()}, "here")
    with pytest.raises(ModelError, match="its content is larger than"):
        unpacking.run(tmp_path / "out")


def test_many_small_members_are_limited_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "FREE", 1000)
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        for number in range(200):
            members.writestr(f"d/{number}", bytes(50_000))
    assert archive.stat().st_size * archives.GROWTH < 200 * 50_000
    unpacking = Unpacking(archive, archive.name, "d", {}, "here")
    with pytest.raises(ModelError, match="its content is larger than"):
        unpacking.run(tmp_path / "out")


SEGMENT = st.text(st.sampled_from("a./\\\x00:"), max_size=6)


@given(name=SEGMENT)
def test_no_name_leads_elsewhere(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("names")
    archive, out = folder / "a.tar", folder / "deep" / "out"
    out.mkdir(parents=True)
    make_tar(archive, {name: b"x"})
    try:
        Unpacking(archive, archive.name, "", {}, "here").run(out)
    except ModelError:
        written: set[str] = set()
    else:
        written = {"out"}
    files = [path for path in folder.rglob("*") if path.is_file() and path != archive]
    assert {path.relative_to(folder).parts[1] for path in files} <= written
