"""What a task is: the contract between records and every model that answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from nlptool.tasks.teaching import Teaching

In = TypeVar("In", bound=msgspec.Struct)
Out = TypeVar("Out", bound=msgspec.Struct)

Row = dict[str, Any]


class Text(msgspec.Struct, frozen=True, gc=False):
    """One text: a line, a field, a document."""

    text: str


class NoParams(msgspec.Struct, frozen=True):
    """A task without parameters of its own."""


def one_row(result: msgspec.Struct) -> list[Row]:
    """A result as one row, unset fields left out."""
    row: Row = msgspec.to_builtins(result)
    return [row]


@dataclass(frozen=True)
class Division(Generic[In, Out]):
    """How a record is shared among the models of the languages that its text is in: ``part`` gives
    a part of it, from a start to an end in its text, ``join`` makes one result of theirs."""

    part: Callable[[In, int, int], In]
    join: Callable[[list[In], list[Out]], Out]


@dataclass(frozen=True)
class Task(Generic[In, Out]):
    """One task: what a record is, what a result is, and how a result is shown.

    The first of ``input``'s fields takes a plain line. ``language`` picks the text whose script
    chooses a default model, ``size`` the cost by which records are batched (None: all cost the
    same). ``division`` is for records of several languages. ``plain`` is the line for people,
    ``rows`` what jsonl, csv and the like get, one row or more a result. ``finish`` makes of a
    record, its result and the parameters what is shown, where that is not the result. ``spoken`` is
    the language of records whose text does not choose, unless another is asked for. ``keep`` are
    input fields that a row always has. ``pretty`` is ``plain``
    in rich's markup, for a terminal. ``pair``, in a task between two languages, is source and
    target, from the parameters and the language that a text's script tells. ``doubts`` names what
    looks wrong with a result. ``wrapper`` gives the class that stands between the records and an
    adapter, where one does; ``artifact`` the struct that writes a file of its own for a record,
    called with a place below its folder, the record and the result. ``scorer`` gives the class that
    compares results with the truth, ``teaching`` says how models are trained; ``convert_to`` is the
    format that they are converted to unless another is asked for, and ``samples`` the packaged file
    that both are compared on. ``models_of`` are tasks whose models answer this one, too, where
    their adapters do.
    """

    name: str
    summary: str
    input: type[In]
    result: type[Out]
    plain: Callable[[Out], str]
    params: type[msgspec.Struct] = NoParams
    rows: Callable[[Out], list[Row]] = one_row
    language: Callable[[In], str] | None = None
    division: Division[In, Out] | None = None
    size: Callable[[In], int] | None = None
    pretty: Callable[[Any], str] | None = None
    finish: Callable[[In, Out, Any], Any] | None = None
    spoken: str = ""
    keep: tuple[str, ...] = ()
    pair: Callable[[Any, str | None], tuple[str, str]] | None = None
    doubts: Callable[[Out], list[str]] | None = None
    wrapper: Callable[[], Any] | None = None
    artifact: Callable[[], Any] | None = None
    scorer: Callable[[], Any] | None = None
    teaching: Teaching | None = None
    convert_to: str = ""
    samples: str = ""
    models_of: tuple[str, ...] = ()

    @property
    def answered_by(self) -> tuple[str, ...]:
        """The tasks that a model may be registered for."""
        return (self.name, *self.models_of)

    @property
    def fields(self) -> tuple[str, ...]:
        """The input's field names; the first one takes a plain line."""
        return self.input.__struct_fields__


def text_of(record: Text) -> str:
    """The text of a text record, for choosing a model."""
    return record.text


def length_of(record: Text) -> int:
    """Characters of a text record, for batching."""
    return len(record.text)
