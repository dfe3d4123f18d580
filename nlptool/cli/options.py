"""Options that commands share: a struct in a command's signature becomes its fields as options."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, get_type_hints

import msgspec
import typer

from nlptool.cli.light import LightCommand
from nlptool.cli.messages import MessageOptions, guarded


def command(
    app: typer.Typer, name: str, *, panel: str | None = None
) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Register a function as a command.

    A parameter whose type is a struct, or one with the name of a panel, is spread: its fields
    become options, and the function gets the struct. A field with a description of msgspec's Meta
    needs no typer.Option; the Meta's ``extra`` may have its ``short`` name, its ``metavar`` and its
    ``panel``. Every command gets MessageOptions besides, and its failures become exit codes; the
    function returns its exit code, None for 0.
    """

    def register(function: Callable[..., int | None]) -> Callable[..., int | None]:
        structs, parameters = _spread(function)

        @functools.wraps(function)
        def run(**given: Any) -> None:
            options = _gather(MessageOptions, given)
            for parameter, struct in structs.items():
                given[parameter] = _gather(struct, given)
            guarded(lambda: function(**given) or 0, options)

        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        del run.__wrapped__
        app.command(name, cls=LightCommand, rich_help_panel=panel)(run)
        return function

    return register


def _spread(
    function: Callable[..., Any],
) -> tuple[dict[str, type[msgspec.Struct]], list[inspect.Parameter]]:
    structs: dict[str, type[msgspec.Struct]] = {}
    parameters: list[inspect.Parameter] = []
    for name, hint in get_type_hints(function, include_extras=True).items():
        if name == "return":
            continue
        panel = next(iter(getattr(hint, "__metadata__", ())), None)
        struct = hint.__origin__ if isinstance(panel, str) else hint
        if isinstance(struct, type) and issubclass(struct, msgspec.Struct):
            structs[name] = struct
            parameters += _fields(struct, panel)
        else:
            default = inspect.signature(function).parameters[name].default
            parameters.append(_parameter(name, hint, default))
    return structs, [*parameters, *_fields(MessageOptions)]


def _fields(struct: type[msgspec.Struct], panel: str | None = None) -> list[inspect.Parameter]:
    """The fields as options, those of the struct itself before the inherited ones."""
    hints = get_type_hints(struct, include_extras=True)
    defaults = dict(zip(struct.__struct_fields__, struct.__struct_defaults__, strict=True))
    own_first = sorted(defaults, key=lambda name: name not in struct.__annotations__)
    return [_parameter(name, hints[name], defaults[name], panel) for name in own_first]


def _parameter(name: str, hint: Any, default: Any, panel: str | None = None) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    for meta in getattr(hint, "__metadata__", ()):
        if isinstance(meta, msgspec.Meta):
            hint = Annotated[hint.__origin__, _option(name, meta, default, panel)]
    return inspect.Parameter(name, kind, default=default, annotation=hint)


def _option(name: str, meta: msgspec.Meta, default: Any, panel: str | None) -> Any:
    extra = meta.extra or {}
    long = f"--{name.replace('_', '-')}"
    if default is True:
        long += f"/--no-{long[2:]}"
    return typer.Option(
        long,
        *filter(None, [extra.get("short")]),
        help=meta.description,
        min=meta.ge,
        max=meta.le,
        metavar=extra.get("metavar"),
        rich_help_panel=extra.get("panel", panel),
    )


def _gather(struct: type[msgspec.Struct], given: dict[str, Any]) -> Any:
    return struct(**{name: given.pop(name) for name in struct.__struct_fields__})
