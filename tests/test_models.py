"""nlptool models: what there is, what it is, from where, and on machines without a network."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import Environment, Run
from tests.models_file import WEIGHTS, entry, leftovers, pin, write

HERE = ("stem", "-m", "m", "--offline", "running")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Weights of the user."""
    folder = tmp_path / "my-model"
    folder.mkdir()
    (folder / "w").write_bytes(WEIGHTS)
    return folder


@pytest.fixture
def pulled(nlptool: Run, home: Path, folder: Path) -> None:
    """The model m in the store."""
    write(home, m=entry(f"{folder.as_uri()}/w", {"w": pin(WEIGHTS)}))
    assert nlptool("models", "pull", "m").code == 0


def test_list(nlptool: Run, home: Path, folder: Path) -> None:
    more = {"languages": ["en", "no"], "licence": "MIT"}
    write(home, far=entry("https://localhost/w", {"w": pin(WEIGHTS)}, **more))
    rows = {row["model"]: row for row in nlptool("models", "list", "-f", "jsonl").rows}
    assert rows["far"] == {
        "model": "far",
        "task": "stem",
        "size": 300_000,
        "licence": "MIT",
        "languages": ["en", "no"],
        "here": False,
        "default": [],
    }
    assert rows["porter"]["here"]
    assert rows["porter"]["default"] == ["*"]
    assert list(rows) == sorted(rows)


def test_list_of_some(nlptool: Run, home: Path) -> None:
    write(home, far=entry("https://localhost/w", {"w": pin(WEIGHTS)}, languages=["xx"]))

    def names(*words: str) -> list[str]:
        return [row["model"] for row in nlptool("models", "list", "-f", "jsonl", *words).rows]

    assert names("--language", "xx") == ["far"]
    assert "far" in names("--not-here")
    assert "far" not in names("--here")
    assert "minilm" in names("--task", "base")
    wrong = nlptool("models", "list", "--task", "stemm")
    assert wrong.code == 2
    assert "stemm is no task; expected" in wrong.stderr


def test_list_in_a_pipe_is_tab_separated(nlptool: Run) -> None:
    lines = nlptool("models", "list").lines
    assert lines[0].split("\t")[:3] == ["model", "task", "size"]
    assert all(line.count("\t") == lines[0].count("\t") for line in lines)


def test_show_says_where_each_setting_came_from(nlptool: Run, home: Path, pulled: None) -> None:
    rows = nlptool("models", "show", "m", "-f", "jsonl").rows
    told = {row["setting"]: (row["value"], row["from"]) for row in rows}
    assert told["task"] == ("stem", f"{home}/models.yaml:1")
    assert told["licence"] == ("not stated", "default")
    assert told["here"][0] is True
    assert told["pins"] == ("every file, by its sha256", "registry")
    assert told["pulled"][0].startswith("20")
    near = nlptool("models", "show", "porters")
    assert near.code == 4
    assert "did you mean porter?" in near.stderr


def test_rm_and_path(nlptool: Run, home: Path, pulled: None) -> None:
    assert nlptool("models", "path").lines == [str(home / "store")]
    assert nlptool("models", "path", "m").code == 0
    assert nlptool("models", "rm", "m").code == 0
    assert leftovers(home) == []
    again = nlptool("models", "rm", "m")
    assert again.code == 4
    assert "m is not here" in again.stderr
    assert nlptool("models", "path", "m").code == 4
    assert nlptool("models", "path", "porter").code == 4


def test_rm_leaves_the_users_folder(nlptool: Run, home: Path, folder: Path) -> None:
    write(home, m=entry(f"path:{folder}", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "rm", "m")
    assert done.code == 4
    assert "is not the store's" in done.stderr
    assert (folder / "w").exists()


def test_another_store(nlptool: Run, home: Path, pulled: None, tmp_path: Path) -> None:
    store = tmp_path / "elsewhere"
    assert nlptool(*HERE, "--store", store).code == 4
    assert nlptool("models", "pull", "m", "--store", store).code == 0
    assert nlptool(*HERE, "--store", store).code == 0
    assert nlptool("models", "path", "m", "--store", store).lines[0].startswith(str(store))


def test_a_shared_store_is_read(nlptool: Run, home: Path, pulled: None, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (home / "store").rename(shared)
    before = sorted(shared.rglob("*"))
    assert nlptool(*HERE).code == 4
    stores = f"/nowhere:{shared}"
    assert nlptool(*HERE, NLPTOOL_STORES=stores).code == 0
    assert nlptool("models", "verify", "m", NLPTOOL_STORES=stores).code == 0
    assert nlptool("models", "rm", "m", NLPTOOL_STORES=stores).code == 4
    assert sorted(shared.rglob("*")) == before


def test_weights_used_in_place(nlptool: Run, home: Path, folder: Path) -> None:
    write(home, m=entry(f"path:{folder}", {"w": pin(WEIGHTS)}))
    assert nlptool(*HERE).code == 0
    assert nlptool("models", "pull", "m", "-f", "jsonl").rows[0]["state"] == "here"
    assert nlptool("models", "path", "m").lines == [str(folder)]
    (folder / "w").write_bytes(b"other")
    assert nlptool("models", "verify", "m").code == 4
    (folder / "w").unlink()
    done = nlptool("models", "pull", "m")
    assert done.code == 4
    assert "has no file w" in done.stderr


def test_the_models_of_an_installed_package_are_right(nlptool: Run) -> None:
    done = nlptool("models", "verify", "ppocr-v6", "-f", "jsonl")
    assert done.code == 0
    assert done.rows[0]["state"] == "right"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("python:no_such_package/x", "the Python package no_such_package is not installed"),
        ("python:typer/nothing", "the installed typer has no nothing"),
        ("path:/no/such/folder", "there is no such folder"),
        ("package:nothing/here", "this build of nlptool has no such folder"),
        ("file:///no/such/file", "there is no such file"),
    ],
)
def test_a_source_without_files(nlptool: Run, home: Path, source: str, told: str) -> None:
    write(home, m=entry(source, {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m", "-q")
    assert done.code == 4
    assert told in done.stderr


def test_an_unknown_kind_of_source(nlptool: Run, home: Path) -> None:
    write(home, m=entry("ftp://localhost/w", {"w": pin(WEIGHTS)}))
    done = nlptool("models", "pull", "m")
    assert done.code == 2
    assert "unknown kind of source; expected package:" in done.stderr


def test_pull_of_nothing(nlptool: Run) -> None:
    assert nlptool("models", "pull").code == 2
    assert nlptool("models", "pull", "porter").code == 0


def test_a_first_mirror_in_place(nlptool: Run, home: Path, folder: Path) -> None:
    sources = ["python:no_such_package/x", f"{folder.as_uri()}/w"]
    write(home, m=entry(sources, {"w": pin(WEIGHTS)}))
    assert nlptool("models", "pull", "m").code == 0


def test_add_a_folder(nlptool: Run, home: Path, folder: Path) -> None:
    (home / "models.yaml").write_text(
        "# mine\nmodels:\n    # old\n    old: {task: stem, adapter: nltk}\n"
    )
    (folder / "config.json").write_text('{"architectures": ["MarianMTModel"]}')
    (folder / "w").rename(folder / "model.safetensors")
    (folder / "training_args.bin").write_bytes(b"\x80\x04N.")
    done = nlptool("models", "add", folder, "--language", "en", "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert done.rows[0] == {
        "model": "my-model",
        "task": "translate",
        "adapter": "seq2seq",
        "file": str(home / "models.yaml"),
    }
    text = (home / "models.yaml").read_text()
    assert text.startswith("# mine\nmodels:\n    my-model:\n")
    assert text.endswith("    # old\n    old: {task: stem, adapter: nltk}\n")
    rows = {row["model"]: row for row in nlptool("models", "list", "-f", "jsonl").rows}
    assert rows["my-model"]["languages"] == ["en"]
    assert nlptool("models", "verify", "my-model", "-f", "jsonl").rows[0]["files"] == 2
    assert nlptool("models", "add", folder).code == 2


def test_add_without_a_models_file(nlptool: Run, home: Path, folder: Path) -> None:
    unknown = nlptool("models", "add", folder)
    assert unknown.code == 4
    assert "--adapter" in unknown.stderr
    told = ("--task", "stem", "--adapter", "nltk", "--name", "m")
    assert nlptool("models", "add", folder, *told).code == 0
    assert nlptool("models", "verify", "m").code == 0
    assert nlptool("models", "add", "nothing-here", *told).code == 2
    assert nlptool("models", "add", folder, *told[:4], "--name", "a/b").code == 2


def test_add_to_a_file_on_one_line(nlptool: Run, home: Path, folder: Path) -> None:
    before = "models: {a: {task: stem, adapter: nltk}}\n"
    (home / "models.yaml").write_text(before)
    done = nlptool("models", "add", folder, "--task", "stem", "--adapter", "nltk")
    assert done.code == 2
    assert (home / "models.yaml").read_text() == before


def test_models_added_at_once(environment: Environment, home: Path, folder: Path) -> None:
    told = ["--task", "stem", "--adapter", "nltk", "--name"]
    command = [sys.executable, "-m", "nlptool", "models", "add", str(folder), *told]
    running = [
        subprocess.Popen([*command, f"m{n}"], env=environment, stdout=subprocess.DEVNULL)
        for n in range(6)
    ]
    assert [process.wait(300) for process in running] == [0] * 6
    known = yaml.safe_load((home / "models.yaml").read_text())["models"]
    assert sorted(known) == [f"m{n}" for n in range(6)]


def move(home: Path) -> None:
    """Another machine: nothing of the user's is there but the bundle."""
    home.rename(home.with_name("old-home"))
    home.mkdir()


def test_export_and_import(
    nlptool: Run, home: Path, pulled: None, folder: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "b.tar"
    assert nlptool("models", "export", bundle, "m").code == 0
    again = tmp_path / "again.tar"
    assert nlptool("models", "export", again, "--all").code == 0
    assert bundle.read_bytes() == again.read_bytes()
    move(home)
    done = nlptool("models", "import", bundle, "-f", "jsonl")
    assert done.code == 0, done.stderr
    assert done.rows[0]["model"] == "m"
    assert nlptool(*HERE).code == 0
    assert nlptool("models", "verify", "m").code == 0


def test_export_of_a_folder_used_in_place(
    nlptool: Run, home: Path, folder: Path, tmp_path: Path
) -> None:
    write(home, m=entry(f"path:{folder}", {}))
    bundle = tmp_path / "b.tar"
    assert nlptool("models", "export", bundle, "m").code == 0
    move(home)
    folder.rename(folder.with_name("gone"))
    assert nlptool("models", "import", bundle).code == 0
    assert nlptool(*HERE).code == 0
    assert "m" in json.loads((home / "models.lock").read_text())


def test_export_of_what_is_not_here(nlptool: Run, tmp_path: Path) -> None:
    done = nlptool("models", "export", tmp_path / "b.tar", "minilm")
    assert done.code == 4
    assert not (tmp_path / "b.tar").exists()
    assert nlptool("models", "export", tmp_path / "b.tar").code == 2


def test_import_checks_the_registrys_pins(
    nlptool: Run, home: Path, pulled: None, tmp_path: Path
) -> None:
    bundle = tmp_path / "b.tar"
    nlptool("models", "export", bundle, "m")
    move(home)
    write(home, m=entry("https://localhost/w", {"w": pin(b"something else")}))
    done = nlptool("models", "import", bundle)
    assert done.code == 4
    assert "w has the sha256" in done.stderr
    assert leftovers(home) == []


Members = dict[str, bytes]


MANIFEST = {"model": "m", "source": "path:/nowhere", "pulled": "", "files": {"w": pin(WEIGHTS)}}


def rename(members: Members, old: str, new: str) -> None:
    members["nlptool.json"] = members["nlptool.json"].replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda m: None, 0, ""),
        (lambda m: m.update({"m/w": WEIGHTS[::-1]}), 4, "w has the sha256"),
        (lambda m: m.update({"m/w": WEIGHTS[:-1]}), 4, "is not a file of 300000 bytes"),
        (lambda m: m.pop("m/w"), 4, "m/w is missing"),
        (lambda m: m.pop("nlptool.json"), 3, "not made by nlptool models export"),
        (lambda m: m.update({"nlptool.json": b"{"}), 3, "truncated"),
        (lambda m: rename(m, '"m":', '"../m":'), 3, "regex"),
        (lambda m: rename(m, '"w":', '"../w":'), 3, "regex"),
        (lambda m: rename(m, '"adapter":', '"adopter":'), 2, "adopter"),
        (lambda m: rename(m, '"w":', '"module.py":'), 4, "would run code (module.py)"),
        (lambda m: rename(m, '"w":', '"a/Module.PYC":'), 4, "would run code (a/Module.PYC)"),
        (lambda m: rename(m, '"w":', '"lib.so.1":'), 4, "would run code (lib.so.1)"),
        (
            lambda m: rename(m, '"adapter":"nltk"', '"adapter":"paddlehub"'),
            4,
            "would run code (the environment paddlehub)",
        ),
        (
            lambda m: rename(m, '"task":"stem"', '"task":"stem","environment":"paddlehub"'),
            4,
            "would run code (the environment paddlehub)",
        ),
        (lambda m: rename(m, '"w":', '"w.pth":') or m.update({"m/w.pth": WEIGHTS}), 4, "pickle"),
    ],
)
def test_import_of_a_bundle_that_was_changed(
    nlptool: Run,
    home: Path,
    tmp_path: Path,
    change: Callable[[Members], object],
    code: int,
    told: str,
) -> None:
    index = {"m": {"entry": entry("path:/nowhere", {"w": pin(WEIGHTS)}), "manifest": MANIFEST}}
    members = {"nlptool.json": json.dumps(index, separators=(",", ":")).encode(), "m/w": WEIGHTS}
    change(members)
    bundle = tmp_path / "b.tar"
    with tarfile.open(bundle, "w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    done = nlptool("models", "import", bundle)
    assert done.code == code
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == (code != 0)
    assert bool(leftovers(home)) == (code == 0)
    assert (home / "models.yaml").exists() == (code == 0)


def hole(size: int) -> bytes:
    """The header of a member of a tar file that is nothing but a hole of so many bytes."""
    info = tarfile.TarInfo("m/w")
    info.type = tarfile.GNUTYPE_SPARSE
    head = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    head[483:495] = b"%011o\0" % size
    head[148:156] = b"%06o\0 " % sum(head[:148] + b" " * 8 + head[156:])
    return bytes(head)


def test_import_of_a_bundle_with_a_hole(nlptool: Run, home: Path, tmp_path: Path) -> None:
    size = 100 << 20
    there = {"w": {**pin(b""), "size": size}}
    manifest = {**MANIFEST, "files": there}
    index = {"m": {"entry": entry("path:/nowhere", {}), "manifest": manifest}}
    head = tarfile.TarInfo("nlptool.json")
    data = json.dumps(index).encode()
    head.size = len(data)
    blocks = head.tobuf() + data + bytes(-len(data) % 512) + hole(size) + bytes(1024)
    (tmp_path / "b.tar").write_bytes(blocks)
    with tarfile.open(tmp_path / "b.tar") as archive:
        assert archive.getmember("m/w").size == size
    done = nlptool("models", "import", tmp_path / "b.tar")
    assert (done.code, "m/w is not a file of" in done.stderr) == (4, True)
    assert leftovers(home) == []


def test_import_of_code_for_a_model_of_the_registry(
    nlptool: Run, home: Path, tmp_path: Path
) -> None:
    index = {"m": {"entry": entry("path:/nowhere", {}), "manifest": MANIFEST}}
    code = json.dumps(index).replace('"w"', '"module.py"').encode()
    with tarfile.open(tmp_path / "b.tar", "w") as archive:
        for name, data in (("nlptool.json", code), ("m/module.py", WEIGHTS)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    for pins, code in (({}, 4), ({"module.py": {}}, 4), ({"module.py": pin(WEIGHTS)}, 0)):
        write(home, m=entry("https://localhost/w", pins))
        assert nlptool("models", "import", tmp_path / "b.tar").code == code


def test_import_of_no_bundle(nlptool: Run, tmp_path: Path) -> None:
    assert nlptool("models", "import", tmp_path / "none.tar").code == 3
    (tmp_path / "text.tar").write_text("hello")
    assert nlptool("models", "import", tmp_path / "text.tar").code == 3


def test_licenses(nlptool: Run) -> None:
    rows = {row["model"]: row for row in nlptool("models", "licenses", "-f", "jsonl").rows}
    assert rows["minilm"]["licence"] == "Apache-2.0"
    assert rows["minilm"]["homepage"].startswith("https://")
    assert all(row["licence"] != "not stated" for row in rows.values())


def test_every_model_is_pinned_that_is_not_on_a_hub_or_this_machine(nlptool: Run) -> None:
    rows = nlptool("models", "licenses", "-f", "jsonl").rows
    for row in rows:
        if row["source"] and not row["source"][0].startswith(("hf:", "path:")):
            told = nlptool("models", "show", row["model"], "-f", "jsonl").rows
            assert {
                "setting": "pins",
                "value": "every file, by its sha256",
                "from": "registry",
            } in told
