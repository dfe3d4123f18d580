"""One vector of a text from those of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlptool.errors import RecordError
from nlptool.tasks.embed import Embedding

from .labels import NOT_FINITE
from .windows import Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


def mean_vector(windows: Sequence[Window], states: Sequence[Floats]) -> Embedding | RecordError:
    """The mean over the tokens (tokens, dimensions) of each window, windows by how much of the
    text they hold, at the length 1."""
    import numpy as np

    means = np.stack([each.astype(np.float64).mean(0) for each in states])
    vector = np.average(means, axis=0, weights=[window.length for window in windows])
    length = np.linalg.norm(vector)
    if not np.isfinite(length) or not length:
        return RecordError(NOT_FINITE)
    return Embedding((vector / length).astype(np.float32))
