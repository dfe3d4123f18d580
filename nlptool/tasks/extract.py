"""extract: values of named fields out of a text."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from nlptool.errors import UsageError
from nlptool.tasks.base import Row, Task, Text, length_of

Value = str | int | float | bool | None


class Params(msgspec.Struct, frozen=True):
    """``fields`` by commas."""

    fields: Annotated[
        str, Meta(description="What to look for.", extra={"metavar": "NAME,NAME"})
    ] = ""


class Extraction(msgspec.Struct, frozen=True):
    """Each field's value, None where the text does not say."""

    values: dict[str, Value]


def names_of(params: Params) -> list[str]:
    """The fields' names; UsageError for none, or one that stands there twice or as ``id``."""
    names = [name.strip() for name in params.fields.split(",") if name.strip()]
    if not names or len({*names}) < len(names) or "id" in names:
        raise UsageError(f"--fields {params.fields!r}: expected names, each once: name,date,amount")
    return names


def plain(result: Extraction) -> str:
    """The values as JSON on a line."""
    return msgspec.json.encode(result.values).decode()


def rows(result: Extraction) -> list[Row]:
    """A column a field."""
    return [dict(result.values)]


EXTRACT = Task(
    name="extract",
    summary="Take the values of fields that you name out of a text.",
    input=Text,
    result=Extraction,
    params=Params,
    plain=plain,
    rows=rows,
    size=length_of,
)
