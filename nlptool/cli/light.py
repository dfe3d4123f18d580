"""Values of options without Typer's converters, which take longer to import than the rest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from typer.core import TyperCommand


class Light:
    """For a command: values that are defaults, or text anyway, are taken as they are."""

    def get_params(self, ctx: Any) -> list[Any]:
        """The parameters, ``--help`` among them."""
        parameters: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in parameters:
            if not isinstance(parameter.process_value, partial):
                parameter.process_value = partial(_process, parameter, parameter.process_value)
        return parameters


class LightCommand(Light, TyperCommand):
    """A command that imports no more than it must."""


def _process(parameter: Any, convert: Callable[..., Any], context: Any, value: Any) -> Any:
    """What ``convert`` makes of the value, which is Typer's own way."""
    kind = getattr(parameter, "type_descriptor", None)
    if value is None:
        value = () if parameter.multiple or parameter.nargs == -1 else None
    elif kind and kind.annotation == list[str]:
        value = list(value)
    elif value != parameter.default and not (kind and kind.annotation is str):
        return convert(context, value)
    if parameter.required and not value:
        return convert(context, value)
    return parameter.callback(context, parameter, value) if parameter.callback else value
