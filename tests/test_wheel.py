"""The wheel, built and installed as a user installs it, in an environment of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import Environment

ROOT = Path(__file__).parent.parent
FILES = ("pyproject.toml", "models.yaml", "README.md", "LICENSE")


def test_what_is_shipped_answers_from_the_wheel(tmp_path: Path, environment: Environment) -> None:
    def run(*words: str | Path, cwd: Path = tmp_path) -> str:
        done = subprocess.run(words, capture_output=True, text=True, env=environment, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    # models.yaml has its place in the wheel, not yet in the tree
    unwanted = shutil.ignore_patterns("__pycache__", "models.yaml")
    for folder in ("nlptool", "plugins"):
        shutil.copytree(ROOT / folder, tmp_path / "source" / folder, ignore=unwanted)
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / "source")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    run(*build, cwd=tmp_path / "source")
    (wheel,) = tmp_path.glob("nlptool-*.whl")
    run(sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    libraries = [path for path in sys.path if Path(path).name == "site-packages"]
    Path(own, "libraries.pth").write_text("\n".join(libraries))
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-index", "--no-deps"]
    run(*pip, "--ignore-installed", wheel)
    shutil.copytree(ROOT / "tests", tmp_path / "tests", ignore=unwanted)
    assert run(python, "-c", "import nlptool; print(nlptool.__file__)").startswith(own)
    checks = "tests/test_shipped_models.py"
    run(python, "-m", "pytest", "-c", "/dev/null", "-p", "no:cacheprovider", checks)
