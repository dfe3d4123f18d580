"""Options about the store of weights, the same for all commands, and the store that they open."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from nlptool.cli.download_bar import DownloadBar
from nlptool.config.registry import Registry, load
from nlptool.models.resolver import Choice, open_store
from nlptool.models.store import Store

MODEL = "Model"

RegistryFile = Annotated[
    Path | None,
    typer.Option(help="A models.yaml that goes before all others.", rich_help_panel=MODEL),
]
StoreFolder = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="Keep weights in this folder.", rich_help_panel=MODEL),
]
Offline = Annotated[
    bool,
    typer.Option(
        "--offline",
        envvar="NLPTOOL_OFFLINE",
        help="Use no network: a model that is not here is an error.",
        rich_help_panel=MODEL,
    ),
]


class Weights(msgspec.Struct, frozen=True):
    """The options of the commands about models."""

    registry: RegistryFile = None
    store: StoreFolder = None
    offline: Offline = False

    def load(self) -> tuple[Registry, Store]:
        """The registry and the store that the options name."""
        choice = Choice(registry=self.registry, store=self.store, offline=self.offline)
        return load(self.registry), open_store(choice, DownloadBar())
