"""nlptool models pull."""

from __future__ import annotations

from typing import Annotated

import typer

from nlptool.cli.messages import log
from nlptool.cli.models.names import Names, TaskName, defaults, named, of_task
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.config.registry import Model, Registry
from nlptool.errors import NlptoolError, UsageError
from nlptool.models.store import Store, is_here, size_text, tell_licence, weight
from nlptool.tasks import Row

PARALLEL = 3


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "pull")(pull_models)


def pull_models(
    weights: Weights,
    shown: Shown,
    names: Names = None,
    *,
    task: TaskName = None,
    default: Annotated[
        bool, typer.Option("--defaults", help="Pull the default models of all tasks.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="Pull every model.")] = False,
    accept_new: Annotated[
        bool,
        typer.Option(
            "--accept-new", help="Trust files without a pin anew where they have changed."
        ),
    ] = False,
    patience: Annotated[
        float,
        typer.Option(min=0, help="Seconds to wait for another process that does not get on."),
    ] = 300,
) -> int:
    """Pull models into the store, verified; what is here already is checked and kept."""
    from nlptool.models.store.pull import pull

    registry, store = weights.load()
    wanted = _wanted(registry, names or [], task, default, everything)
    _announce(registry, store, wanted)

    def one(name: str) -> Row:
        place, pulled = pull(store, name, wanted[name], accept_new, patience)
        size = weight(wanted[name], place)
        return {
            "model": name,
            "size": size,
            "state": "pulled" if pulled else "here",
            "folder": str(place.folder),
        }

    try:
        futures = store.watch.each(one, wanted, PARALLEL)
    finally:
        store.watch.close()
    failures = [error for future in futures if (error := future.exception())]
    show([f.result() for f in futures if not f.exception()], shown.format, {"size": size_text})
    for error in failures:
        if not isinstance(error, NlptoolError):
            raise error
    for error in failures[:-1]:
        log.error("%s", error)
    if failures:
        raise failures[-1]
    return 0


def _wanted(
    registry: Registry, names: list[str], task: str | None, default: bool, everything: bool
) -> dict[str, Model]:
    """The models that were asked for and that have files."""
    if not (names or task or default or everything):
        raise UsageError("name models, or give --task, --defaults or --all")
    wanted = named(registry, names)
    if task or everything:
        wanted |= of_task(registry.models, task)
    if default:
        wanted |= named(registry, defaults(registry))
    return {name: model for name, model in registry.with_bases(wanted).items() if model.sources}


def _announce(registry: Registry, store: Store, wanted: dict[str, Model]) -> None:
    """Say what will be pulled, how large it is, and under which licence, before it begins."""
    missing = {name: model for name, model in wanted.items() if not store.place(name, model)}
    if missing:
        from nlptool.models.store.pull import check_room

        sizes = {name: weight(model, None) for name, model in missing.items()}
        told = [f"{name} ({size_text(size) or 'size not known'})" for name, size in sizes.items()]
        total = sum(size or 0 for size in sizes.values())
        store.watch.say(f"pulling {', '.join(told)}: {size_text(total)} into {store.root}")
        for name, model in wanted.items():
            if not is_here(store, registry, name):
                tell_licence(store, name, model)
        check_room(store, total)
