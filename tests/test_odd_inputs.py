"""Odd and hostile inputs: a right answer or one clear line, never a traceback, nothing lost."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from tests.conftest import Run

noise = random.Random(7)

TEXTS = {
    "nothing": b"",
    "one newline": b"\n",
    "many newlines": b"\n" * 1000,
    "spaces": b"   \t  ",
    "no last newline": b"running",
    "carriage returns": b"running\r\nflies\r\n",
    "old Mac": b"running\rflies\r",
    "form feeds and separators": "a\x0cb\x1cc\u2028d\u2029e\x85f".encode(),
    "control characters": bytes(range(1, 32)),
    "escape sequences": b"\x1b[31mrunning\x1b[0m\x1b]0;title\x07",
    "a NUL": b"run\x00ning",
    "NULs late": b"x" * 5000 + b"\x00",
    "UTF-8 mark": b"\xef\xbb\xbfrunning",
    "UTF-8 mark alone": b"\xef\xbb\xbf",
    "half a mark": b"\xef\xbb",
    "UTF-16": "running".encode("utf-16"),
    "UTF-16, odd length": "running".encode("utf-16") + b"x",
    "UTF-32": "running".encode("utf-32"),
    "latin-1": "caf\xe9".encode("latin-1"),
    "gb18030": "你好世界".encode("gb18030"),
    "overlong": b"\xc0\xaf",
    "surrogates": b"\xed\xa0\x80",
    "past Unicode": b"\xf5\x80\x80\x80",
    "cut in a character": "你好".encode()[:-1],
    "random bytes": noise.randbytes(3000).replace(b"\x00", b"\x01"),
    "an executable": b"\x7fELF\x02\x01\x01" + bytes(64),
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "one long line": b"running " * 200_000,
    "one long word": b"a" * 1_000_000,
    "one long Chinese line": "今天天气很好".encode() * 20_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈👍🏽".encode(),
    "right to left": "مرحبا بالعالم שלום".encode(),
    "direction marks": "\u202erunning\u202c".encode(),
    "combining marks": ("e" + "\u0301" * 500).encode(),
    "zero width": "run\u200bning\ufeff".encode(),
    "private use": "\ue000\uf8ff".encode(),
    "non-characters": "\ufffe\uffff".encode(),
    "astral Han": "𠀀𪚥".encode(),
    "all scripts": "run 跑 走る 달리다 бегать τρέχω दौड़ना วิ่ง".encode(),
    "apostrophes": "it's o\u2019clock 'tis rock'n'roll '''".encode(),
    "digits": b"1234567890 3.14 1e10 0x1F \xd9\xa3",
    "format strings": b"%s %n {0} {name} ${HOME} $(id) `id`",
    "rich markup": b"[bold]running[/bold] [/] [link=x]",
    "leading dashes": b"--help\n-x\n--",
}


@pytest.mark.parametrize("task", ["stem", "segment"])
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_in_is_a_line_out(nlptool: Run, task: str, name: str) -> None:
    data = TEXTS[name]
    result = nlptool(task, "-f", "jsonl", "--on-error", "emit", stdin=data)
    assert result.code in (0, 1, 3), result.stderr
    assert result.stderr.count("\n") <= 21
    if result.code == 3:
        assert result.stderr.count("\n") == 1
    else:
        assert [row["id"] for row in result.rows] == list(range(1, len(result.rows) + 1))
        assert result.code == int(any("error" in row for row in result.rows))
    if result.code != 3 and not data.startswith((b"\xff\xfe", b"\xef\xbb")):
        assert len(result.rows) == data.count(b"\n") + (not data.endswith(b"\n")) * bool(data)


STRUCTURED = {
    "in.jsonl": [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"text": null}',
        b'{"text": ["a"]}',
        b'{"text": "a"',
        b'{"text": "\\ud800"}',
        b'{"text": "a", "text": "b"}',
        b'{"text": 1e400}',
        b'{"text": "a", "id": {"x": 1}}',
        b"[" * 100_000,
        b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
        b'{"text": "' + b"a" * 1_000_000 + b'"}',
        b"NaN",
        b"\xff\xfe",
        b'{"": "", "text": "a"}',
    ],
    "in.csv": [
        b"",
        b"\n",
        b"text",
        b"text\n",
        b'text\n"open',
        b"text\na,b,c\n",
        b'text\n"a""b"\n',
        b'text\n"a"b\n',
        b"text\n\xff\n",
        b"text;other\na;b\n",
        b"\xef\xbb\xbftext\nrunning\n",
        b"a,b\n" * 10,
        b"text\n" + b'"' + b"a\n" * 100_000,
        b"text," * 5_000 + b"x\n1\n",
    ],
    "in.tsv": [b"text\tid\nrunning\t7\n", b"text\tid\nrunning\n"],
    "in.parquet": [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", noise.randbytes(500)],
}
CASES = [(name, data) for name, many in STRUCTURED.items() for data in many]


@pytest.mark.parametrize(
    ("name", "data"), CASES, ids=[f"{n}-{i}" for i, (n, _) in enumerate(CASES)]
)
def test_broken_structure(nlptool: Run, tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    rejects = tmp_path / "rejects.jsonl"
    result = nlptool("stem", "-i", tmp_path / name, "-f", "jsonl", "--rejects", rejects)
    assert result.code in (0, 1, 3), result.stderr
    assert bool(result.stderr) == bool(result.code)
    assert all(len(line) < 500 for line in result.stderr.splitlines())
    assert rejects.exists() == (result.code == 1)
    if rejects.exists():
        assert all(json.loads(line)["error"] for line in rejects.read_bytes().splitlines())


def test_odd_arguments(nlptool: Run) -> None:
    for word in ("", " ", "-", "--", "\n", "a\nb", "[x", "~", "*", "💥", "a" * 100_000):
        result = nlptool("stem", "-f", "jsonl", "--with-input", "--", word)
        assert [row["text"] for row in result.rows] == [word], result.stderr


def test_odd_files(nlptool: Run, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "gone.txt").symlink_to(folder / "nothing")
    (folder / "secret.txt").write_text("x")
    (folder / "-i.txt").write_text("running")
    (folder / "new\nline.txt").write_text("flies")
    result = nlptool("stem", "-i", folder)
    assert sorted(result.lines) == ["fli", "run", "x"]
    assert nlptool("stem", "-i", folder / "loop.txt").code == 3
    assert nlptool("stem", "-i", folder / "gone.txt").code == 3
    assert nlptool("stem", "-i", "/proc/self/mem").code == 3


@pytest.mark.parametrize("option", ["-i", "-o", "--registry"])
def test_a_text_for_the_name_of_a_file(nlptool: Run, option: str) -> None:
    done = nlptool("stem", option, "a long letter " * 30, stdin=b"running\n")
    assert done.code in (2, 3, 6)
    assert done.stderr.count("\n") == 1
    assert len(done.stderr) < 600
