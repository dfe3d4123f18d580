"""What answered, told in the output; a job kept and done again; how far a job is, for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlptool import __version__
from tests.conftest import Run


@pytest.mark.parametrize("jobs", [(), ("--jobs", "2")])
def test_provenance(nlptool: Run, tmp_path: Path, jobs: tuple[str, ...]) -> None:
    rows = ({"text": "A fine film.", "provenance": "mine"}, {"text": 5}, {"text": "很好"})
    texts = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    words = ("sentiment", "--provenance", "--input-format", "jsonl", "--on-error", "emit", *jobs)
    done = nlptool(*words, "-f", "jsonl", stdin=texts)
    first, second, third = done.rows
    assert first["input_provenance"] == "mine"
    assert [row["provenance"]["model"] for row in (first, third)] == [
        "sentiment-en",
        "sentiment-zh",
    ]
    assert first["provenance"]["nlptool"] == __version__
    assert (first["provenance"]["device"], len(first["provenance"]["digest"])) == ("cpu", 64)
    assert "error" in second
    assert nlptool(*words, stdin=texts).code == 2
    table = nlptool("stem", "--provenance", "-f", "csv", stdin=b"")
    assert table.lines == ["id,stem,provenance"]


def test_a_kept_job_is_done_again(nlptool: Run, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (work / "in.csv").write_text("id,text\n7,running\n8,flies\n")
    words = ("stem", "-a", "lancaster", "-i", "in.csv", "--with-input", "--save-job")
    assert nlptool(*words, "-o", "out.jsonl").code == 0
    before = (work / "out.jsonl").read_bytes()
    (work / "out.jsonl").unlink()
    kept = work / "out.jsonl.job.json"
    assert nlptool("rerun", kept).code == 0
    assert (work / "out.jsonl").read_bytes() == before
    assert nlptool("rerun", kept, "-o", "again.jsonl").code == 0
    assert (work / "again.jsonl").read_bytes() == before
    assert nlptool(*words, "-o", "out.jsonl").code == 0
    told = json.loads(kept.read_bytes())
    kept.write_text(json.dumps({**told, "nlptool": "0.0.1"}))
    done = nlptool("rerun", kept)
    assert (done.code, "was done by nlptool 0.0.1" in done.stderr) == (0, True)
    kept.write_text("{}")
    assert nlptool("rerun", kept).code == 3
    assert nlptool(*words, "-o", "out.jsonl").code == 2
    assert kept.read_text() == "{}"
    assert nlptool(*words).code == 2
    assert nlptool("rerun", "nowhere").code == 3


def test_a_kept_job_on_pictures(nlptool: Run, tmp_path: Path) -> None:
    picture = Path(__file__).parent.parent / "docs" / "images" / "fundus.png"
    words = ("segment", picture, "--overlay", "-f", "jsonl")
    done = nlptool(*words, "--save-job", "-o", "out.jsonl")
    assert done.code in (0, 2), done.stderr
    if done.code == 0:
        assert nlptool("rerun", "out.jsonl.job.json").code == 0


def test_progress_for_programs(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text": "running"}\nno\n' * 1000)
    words = ("stem", "-i", tmp_path / "in.jsonl", "-o", "out.txt", "-q", "--progress")
    lines = [json.loads(line) for line in nlptool(*words, "json").stderr.splitlines()]
    last = lines[-1]
    assert (last["progress"], last["records"], last["failed"]) == ("stem", 2000, 1000)
    assert (last["ended"], last["seconds_left"]) == (True, 0.0)
    assert last["bytes"] == last["size"]
    assert [line["ended"] for line in lines[:-1]] == [False] * (len(lines) - 1)
    assert nlptool(*words, "none").stderr == ""
