"""Let a project's nlptool.yaml bring weights and run code."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from filelock import FileLock

from nlptool.cli.messages import log
from nlptool.cli.options import command
from nlptool.config.registry import PROJECT_FILE
from nlptool.config.trust import digest, read_trusted, trust_file
from nlptool.config.yaml_tree import parse_tree, read_content
from nlptool.io.files import Outputs, make_folder
from nlptool.notice import NOTICE


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "trust")(trust)


def trust(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="Its nlptool.yaml.")] = Path(
        PROJECT_FILE
    ),
) -> None:
    """Let a project's nlptool.yaml bring weights and run code.

    Read it before. Until then it may choose among the models that you have and set their options;
    environments, adapters and sources of weights in it are ignored. When the file changes, it must
    be trusted again.
    """
    content = read_content(file)
    parse_tree(file, content)
    target = trust_file()
    make_folder(target.parent)
    with FileLock(target.with_name(f".{target.name}.guard"), timeout=60):
        known = read_trusted() | {str(file.resolve()): digest(content)}
        Outputs().save(target, msgspec.json.format(msgspec.json.encode(known)), "the trust")
    log.log(NOTICE, "%s is trusted as it is now", file)
