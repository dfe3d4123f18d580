"""Options about a task's model: which one answers, where it runs, where its weights are."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer

from nlptool.cli import complete
from nlptool.cli.download_bar import DownloadBar
from nlptool.cli.weights import MODEL, Offline, RegistryFile, StoreFolder
from nlptool.damaged import DAMAGED
from nlptool.errors import UsageError
from nlptool.models.pool import Pool
from nlptool.models.resolver import Choice, Resolver
from nlptool.tasks import Task


class Engine(msgspec.Struct, frozen=True):
    """Where a model runs, with which options, and where its weights are."""

    device: Annotated[
        str | None,
        typer.Option(
            help="cpu, cuda, cuda:N or auto; several with commas are shared by processes.",
            rich_help_panel=MODEL,
        ),
    ] = None
    backend: Annotated[
        str | None,
        typer.Option(
            help="A backend of the registry.",
            autocompletion=complete.backends,
            rich_help_panel=MODEL,
        ),
    ] = None
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option",
            "-O",
            metavar="KEY=VALUE",
            help="An option of the model.",
            rich_help_panel=MODEL,
        ),
    ] = None
    registry: RegistryFile = None
    store: StoreFolder = None
    offline: Offline = False

    def choice_of(self, model: str | None) -> Choice:
        """The choice for run; UsageError for an option that is no KEY=VALUE."""
        options: dict[str, Any] = {}
        for given in self.option or ():
            key, equals, value = given.partition("=")
            if not (key and equals):
                raise UsageError(f"-O {given}: expected KEY=VALUE")
            try:
                options[key] = msgspec.json.decode(value)
            except UnicodeEncodeError as error:
                raise UsageError(f"-O {given}: this is not UTF-8") from error
            except DAMAGED:
                options[key] = value
        return Choice(
            model, self.device, self.backend, options, self.registry, self.store, self.offline
        )


class Model(Engine, frozen=True):
    """Which model answers, and where it runs."""

    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            "-m",
            help="A model of the registry, a folder, or hub:NAME of PaddleHub.",
            autocompletion=complete.models,
            rich_help_panel=MODEL,
        ),
    ] = None

    def choice(self) -> Choice:
        """The choice for run."""
        return self.choice_of(self.model)

    def pool(self, task: Task[Any, Any]) -> Pool:
        """The models of a task as chosen, their downloads drawn on a terminal."""
        return Pool(Resolver(task, self.choice(), DownloadBar()))
