"""From a picture to its mask: what every engine needs around its model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import ModelError, RecordError, UsageError
from nlptool.tasks.picture import Mask, MaskParams, Picture

from .masks import mask_of
from .recipe import CLASSES, read_recipe
from .steps import Normalize, Resizing, padded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

MULTIPLE = 32
"""Sides that a model sees are multiples of this, which nets that halve them five times need."""
LARGE = 1 << 22
"""A picture of more pixels, as the model sees it, is looked at through windows."""
WINDOW = 1024
MARGIN = 6
"""A window's share of this, on each side, only helps to see the rest."""


class Tile(NamedTuple):
    """A window: what of the picture is ``seen``, and which part of that is ``used`` for which
    ``place`` of the mask."""

    seen: tuple[slice, slice]
    used: tuple[slice, slice]
    place: tuple[slice, slice]


class Segmenter(Adapter[Picture, Mask]):
    """Pictures one by one; an engine adds ``forward``.

    An engine that takes pictures of one size only says so by ``fixed``, (height, width); one that
    may be called by several threads at once sets ``map``.
    """

    tasks = ("segment-image",)
    batching = Batching(count=8, window=8)
    map: Callable[..., Iterable[Mask | RecordError]] = map
    fixed: tuple[int, int] | None = None

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.recipe = read_recipe(setup)
        steps = self.recipe.steps
        last = max(
            (n for n, step in enumerate(steps) if not isinstance(step, Normalize)), default=-1
        )
        self.shaping, self.finishing = steps[: last + 1], steps[last + 1 :]

    @abstractmethod
    def forward(self, pixels: Array) -> Array:
        """The model's output for float32 (1, 3, height, width)."""

    def check(self, params: MaskParams) -> None:
        """UsageError for scales that are none."""
        if min(params.scales, default=0) <= 0:
            raise UsageError("scales are numbers above 0")

    def predict(self, batch: Sequence[Picture], params: MaskParams) -> Sequence[Mask | RecordError]:
        """A mask a picture, of its own size."""
        return list(self.map(partial(self._answer, params), batch))

    def _answer(self, params: MaskParams, picture: Picture) -> Mask | RecordError:
        import numpy as np

        try:
            pixels = np.asarray(picture.open())
        except RecordError as error:
            return error
        return mask_of(self._mask(pixels, params), self.recipe.labels, self.recipe.colours)

    def _mask(self, pixels: Array, params: MaskParams) -> Array:
        """The class numbers (height, width) of a picture (height, width, 3) of uint8."""
        from .pixels import best_classes

        height, width = high, wide = pixels.shape[:2]
        for step in self.shaping:
            before = pixels.shape
            pixels = step(pixels)
            if isinstance(step, Resizing):
                high = round(high * pixels.shape[0] / before[0])
                wide = round(wide * pixels.shape[1] / before[1])
        window = self._window(pixels.shape[0], pixels.shape[1], params.window)
        look = partial(self._scores, params=params)
        if window is None:
            return best_classes(look(pixels)[:high, :wide], height, width)
        if pixels.shape[:2] == (height, width):
            return self._through(window, pixels, lambda part: look(part).argmax(axis=2))
        scores = self._through(window, pixels, look)
        return best_classes(scores[:high, :wide], height, width)

    def _through(
        self, window: tuple[int, int], pixels: Array, look: Callable[[Array], Array]
    ) -> Array:
        """What ``look`` makes of a picture, seen through a window; class numbers as uint8."""
        import numpy as np

        sheet = np.empty(0)
        for tile in tiles(pixels.shape[0], pixels.shape[1], window):
            part = look(pixels[tile.seen])[tile.used]
            if not sheet.size:
                kind = np.uint8 if part.ndim == 2 else np.float32
                sheet = np.empty((*pixels.shape[:2], *part.shape[2:]), kind)
            sheet[tile.place] = part
        return sheet

    def _window(self, height: int, width: int, asked: int | None) -> tuple[int, int] | None:
        """The window's height and width for what the model is to see; None to see it whole."""
        side = asked or (WINDOW if height * width > LARGE else None)
        window = self.fixed or (side and (side, side))
        return window if window and (height > window[0] or width > window[1]) else None

    def _scores(self, pixels: Array, params: MaskParams) -> Array:
        """The scores (height, width, classes) of a picture, or of what a window shows of one."""
        import numpy as np

        from .pixels import resized

        height, width = pixels.shape[:2]
        for step in self.finishing:
            pixels = step(pixels)
        total: Array = np.zeros(1, np.float32)
        flips = ((1, 1), (1, -1), (-1, 1), (-1, -1)) if params.flips else ((1, 1),)
        for scale in params.scales:
            size = max(1, round(height * scale)), max(1, round(width * scale))
            scaled = resized(pixels, *size)
            for down, across in flips:
                scores = self._run(scaled[::down, ::across], params)[::down, ::across]
                total = total + resized(scores, height, width)
        return total

    def _run(self, pixels: Array, params: MaskParams) -> Array:
        """The model on a picture of any size: padded to what it can take, and cut again."""
        import numpy as np

        from .pixels import resized

        high, wide = pixels.shape[:2]
        if self.fixed:
            height, width = self.fixed
            if high > height or wide > width:
                return self._through(self.fixed, pixels, partial(self._run, params=params))
        else:
            height, width = (-(-side // MULTIPLE) * MULTIPLE for side in (high, wide))
        given = padded(pixels, height, width, 0).astype(np.float32, copy=False)
        output = self.forward(np.ascontiguousarray(given.transpose(2, 0, 1)[None]))
        scores = self._as_scores(output, params)
        return resized(scores, height, width)[:high, :wide]

    def _as_scores(self, output: Array, params: MaskParams) -> Array:
        """Scores (height, width, classes) of a model's output, class numbers as 0 and 1."""
        import numpy as np

        if output.dtype.kind == "f" and output.ndim == 4 and output.shape[1] <= CLASSES:
            scores: Array = output[0].transpose(1, 2, 0)
            return scores
        if output.dtype.kind not in "iu":
            raise ModelError(
                f"model {self.setup.model} gives {output.dtype} of shape {output.shape}, "
                f"not the scores (1, classes, height, width) of at most {CLASSES} classes"
            )
        numbers = output.reshape(output.shape[-2:]).astype(np.intp)
        count = len(self.recipe.labels)
        if not count and (params.flips or len(params.scales) > 1 or params.window):
            raise ModelError(
                f"model {self.setup.model} gives class numbers, not scores; "
                "more than one look at a picture needs the names of its classes in config.json"
            )
        return np.eye(max(count, int(numbers.max()) + 1), dtype=np.float32)[numbers]


def tiles(height: int, width: int, window: tuple[int, int]) -> Iterator[Tile]:
    """Windows that cover a picture; of each only the middle is used, but at the picture's edges."""
    for seen_rows, used_rows, rows in _spans(height, window[0]):
        for seen_columns, used_columns, columns in _spans(width, window[1]):
            yield Tile((seen_rows, seen_columns), (used_rows, used_columns), (rows, columns))


def _spans(length: int, window: int) -> Iterator[tuple[slice, slice, slice]]:
    margin = window // MARGIN
    done = 0
    while done < length:
        start = max(0, min(done - margin, length - window))
        end = min(start + window, length)
        until = length if end == length else end - margin
        yield slice(start, end), slice(done - start, until - start), slice(done, until)
        done = until
