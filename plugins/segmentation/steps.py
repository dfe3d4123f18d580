"""The transforms of PaddleSeg that stand before a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

if TYPE_CHECKING:
    from numpy.typing import NDArray

Side = Annotated[int, msgspec.Meta(ge=1)]
Pair = tuple[Side, Side]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step on a picture (height, width, channels) of numbers from 0 to 255."""

    def __call__(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The picture after the step."""
        raise NotImplementedError


class Normalize(Step, frozen=True, forbid_unknown_fields=True):
    """From 0 to 255 to 0 to 1, less ``mean``, divided by ``std``."""

    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    std: tuple[float, ...] = (0.5, 0.5, 0.5)

    def __call__(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The picture after the step."""
        import numpy as np

        mean = np.array(self.mean, np.float32)
        return (pixels.astype(np.float32) / 255 - mean) / np.array(self.std, np.float32)


class Resizing(Step, frozen=True, forbid_unknown_fields=True):
    """A step that shows all of the picture in another size."""

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width after the step."""
        raise NotImplementedError

    def __call__(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The picture, resized."""
        from .pixels import resized

        return resized(pixels, *self.size(*pixels.shape[:2]))


class Resize(Resizing, frozen=True, forbid_unknown_fields=True):
    """To ``target_size`` (width, height); with ``keep_ratio`` to fit into it."""

    target_size: Pair = (512, 512)
    keep_ratio: bool = False
    size_divisor: int | None = None
    interp: Literal["LINEAR"] = "LINEAR"

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width after the step."""
        wide, high = self.target_size
        if self.keep_ratio:
            scale = min(max(wide, high) / max(width, height), min(wide, high) / min(width, height))
            wide, high = round(width * scale), round(height * scale)
        if self.size_divisor:
            wide, high = (
                -(-side // self.size_divisor) * self.size_divisor for side in (wide, high)
            )
        return max(1, high), max(1, wide)


class ResizeByLong(Resizing, frozen=True, forbid_unknown_fields=True):
    """So that the longer side has ``long_size`` pixels."""

    long_size: Side

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width after the step."""
        return _scaled(height, width, self.long_size / max(height, width))


class ResizeByShort(Resizing, frozen=True, forbid_unknown_fields=True):
    """So that the shorter side has ``short_size`` pixels, unless the longer one would have more
    than ``max_size``."""

    short_size: Side
    max_size: float = 1e10

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width after the step."""
        scale = min(self.short_size / min(height, width), self.max_size / max(height, width))
        return _scaled(height, width, scale)


class LimitLong(Resizing, frozen=True, forbid_unknown_fields=True):
    """So that the longer side has from ``min_long`` to ``max_long`` pixels."""

    max_long: Side | None = None
    min_long: Side | None = None

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width after the step."""
        long = max(height, width)
        wish = max(min(long, self.max_long or long), self.min_long or long)
        return _scaled(height, width, wish / long)


class Padding(Step, frozen=True, forbid_unknown_fields=True):
    """To at least ``target_size`` (width, height), below and at the right."""

    target_size: Pair
    im_padding_value: tuple[float, ...] | float = 127.5
    label_padding_value: int = 255

    def __call__(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """The picture after the step."""
        return padded(pixels, self.target_size[1], self.target_size[0], self.im_padding_value)


def padded(pixels: NDArray[Any], height: int, width: int, value: Any) -> NDArray[Any]:
    """The picture, below and at the right of it as much as it lacks to a height and a width."""
    import numpy as np

    high, wide, channels = pixels.shape
    if high >= height and wide >= width:
        return pixels
    sheet = np.empty((max(high, height), max(wide, width), channels), np.float32)
    sheet[:] = value
    sheet[:high, :wide] = pixels
    return sheet


def _scaled(height: int, width: int, scale: float) -> tuple[int, int]:
    return max(1, round(height * scale)), max(1, round(width * scale))


STEPS: dict[str, type[Step]] = {
    kind.__name__: kind
    for kind in (Normalize, Resize, ResizeByLong, ResizeByShort, LimitLong, Padding)
}
