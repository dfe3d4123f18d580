"""What is said between nlptool and an adapter in another process, as msgpack.

Records and results keep their types: a list travels with the name of its items' struct, which must
be one of the tasks'. Pictures run_task opened, as pixels, and arrays as their bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import Raw
from msgspec.msgpack import Decoder, Encoder, Ext

from nlptool.entry_points import load
from nlptool.errors import RecordError
from nlptool.plugins.adapter import Batching, Setup
from nlptool.tasks.base import Task

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES = "nlptool.io.pictures."
ARRAY, PICTURE, NO_PICTURE, OPENER = 1, 2, 3, 4
"""Codes of msgpack's extension types."""
BYTES = "builtins:bytes"

Form = Literal["", "line", "object"]
"""How a result comes: as it is, or as bytes: the line for people, its columns as JSON."""


class Load(msgspec.Struct, tag=True, frozen=True):
    """Make an adapter, ``module:Class``, for a task, ``module:ATTRIBUTE``; messages below ``level``
    are not wanted."""

    adapter: str
    task: str
    setup: Setup
    level: int


class Begin(msgspec.Struct, tag=True, frozen=True):
    """Get ready for the windows of a job, as its JSON says; ``level`` as in Load. The models must
    be those that ``models`` tells. Lines that are asked are ``written`` in that format."""

    job: bytes
    level: int
    models: str
    written: str | None


class Ask(msgspec.Struct, tag=True, frozen=True):
    """Answer these records, of the struct ``kind``, as ``params`` say; nil where the job
    says it already. The results are to come in a ``form``."""

    kind: str
    records: Raw
    params: Raw = Raw(b"\xc0")
    form: Form = ""


class AskLines(msgspec.Struct, tag=True, frozen=True):
    """Answer the records of these lines of a format, the first of which has the id ``first``."""

    format: str
    lines: list[str]
    first: int


class Close(msgspec.Struct, tag=True, frozen=True):
    """Let go of the model and end."""


class Ready(msgspec.Struct, tag=True, frozen=True):
    """The adapter is made."""

    batching: Batching


class Answers(msgspec.Struct, tag=True, frozen=True):
    """Results of the struct ``kind``, or BYTES, and between them, by their place, why there is
    none."""

    kind: str
    results: Raw
    errors: dict[int, str]


class Written(msgspec.Struct, tag=True, frozen=True):
    """All that is to be written of the records that were asked for, each of which is answered."""

    data: bytes


class Failure(msgspec.Struct, tag=True, frozen=True):
    """An exception, by the name of the one in nlptool.errors that it is."""

    kind: str
    message: str


class Said(msgspec.Struct, tag=True, frozen=True):
    """A message for the log."""

    logger: str
    level: int
    text: str


class Loading(msgspec.Struct, tag=True, frozen=True):
    """A model is being loaded, or is once it is ``done``, on a device: time that no record has."""

    model: str
    device: str = ""
    done: bool = False


Order = Load | Begin | Ask | AskLines | Close
Reply = Ready | Answers | Written | Failure | Said | Loading


def pack(items: Sequence[Any], *, pixels: bool = True) -> tuple[str, Raw]:
    """A list of structs of one type, or of bytes, as the type's name and their bytes.

    Without ``pixels`` a picture of a file travels as its path: for a process that can open it.
    """
    kind = f"{type(items[0]).__module__}:{type(items[0]).__qualname__}" if items else ""
    return kind, Raw(encode(items) if pixels else _encode_openers(items))


def unpack(kind: str, packed: Raw, task: Task[Any, Any], *, rendered: bool = False) -> list[Any]:
    """The items again; ValueError for a type that is not of the task's module, or not bytes where
    they are to be ``rendered``."""
    if not kind:
        return []
    known = {struct.__module__ for struct in (task.input, task.result, task.params)}
    if kind != BYTES if rendered else kind.partition(":")[0] not in known:
        raise ValueError(f"{kind} is no struct of {task.name}")
    struct: Any = load(kind)
    items: list[Any] = Decoder(list[struct], ext_hook=_extended).decode(packed)
    return items


def unpack_params(packed: Raw, task: Task[Any, Any]) -> Any:
    """The task's parameters again."""
    return Decoder(task.params, dec_hook=_typed).decode(packed)


def _plain(value: Any) -> Any:
    """What msgpack does not know, as something that it does."""
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "__array_interface__"):
        return Ext(ARRAY, encode((value.dtype.str, value.shape, value.tobytes())))
    if callable(value):
        return _drawn(value)
    raise NotImplementedError(f"{type(value).__name__} cannot leave its process")


def _opener(value: Any) -> Any:
    """As _plain, but what opens a picture of a file stays unopened."""
    kind = type(value)
    if kind.__module__.startswith(PICTURES):
        path, *more = value.__getnewargs__()
        if isinstance(path, Path):
            return Ext(OPENER, encode((f"{kind.__module__}:{kind.__qualname__}", str(path), more)))
    return _plain(value)


def _drawn(open_picture: Callable[[], Image]) -> Ext:
    """A picture, opened; where that fails, the error it gives."""
    try:
        picture = open_picture()
    except RecordError as error:
        return Ext(NO_PICTURE, encode(str(error)))
    return Ext(PICTURE, encode((picture.size, picture.tobytes())))


def _extended(code: int, data: memoryview) -> Any:
    if code == ARRAY:
        import numpy as np

        kind, shape, content = msgspec.msgpack.decode(data)
        return np.frombuffer(bytearray(content), kind).reshape(shape)
    if code == PICTURE:
        size, content = msgspec.msgpack.decode(data)
        return partial(_picture, tuple(size), content)
    if code == OPENER:
        name, path, more = msgspec.msgpack.decode(data)
        if not name.startswith(PICTURES):
            raise ValueError(f"{name} opens no pictures")
        return load(name)(Path(path), *more)
    return partial(_no_picture, msgspec.msgpack.decode(data, type=str))


def _picture(size: tuple[int, int], content: bytes) -> Image:
    from PIL import Image

    return Image.frombytes("RGB", size, content)


def _no_picture(message: str) -> Image:
    raise RecordError(message)


def _typed(kind: type[Any], value: Any) -> Any:
    """The way back for what stands in a typed field."""
    if kind is Path:
        return Path(value)
    raise NotImplementedError(f"{kind.__name__} cannot enter a process")


encode = Encoder(enc_hook=_plain).encode
_encode_openers = Encoder(enc_hook=_opener).encode
read_order: Callable[[bytes], Order] = Decoder(Order, dec_hook=_typed).decode
read_reply: Callable[[bytes], Reply] = Decoder(Reply).decode
