"""Attention weights as a result of the task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlptool.errors import RecordError
from nlptool.tasks.attention import Attention, Params

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


def attention_of(
    tokens: Sequence[str], special: Sequence[int], layers: Sequence[Floats], params: Params
) -> Attention | RecordError:
    """A result from each layer's weights (heads, tokens, tokens); RecordError for a layer or head
    that is not there, or weights that are no numbers."""
    import numpy as np

    weights = np.stack(layers).astype(np.float32)
    for name, wish, count in (
        ("layer", params.layer, weights.shape[0]),
        ("head", params.head, weights.shape[1]),
    ):
        if wish > count:
            return RecordError(f"there is no {name} {wish}; the model has {count}")
    if not np.isfinite(weights).all():
        return RecordError("the model's answer has numbers that are not finite")
    layer_numbers = [params.layer] if params.layer else list(range(1, weights.shape[0] + 1))
    head_numbers = [params.head] if params.head else list(range(1, weights.shape[1] + 1))
    chosen = weights[np.array(layer_numbers) - 1][:, np.array(head_numbers) - 1]
    return Attention(list(tokens), layer_numbers, head_numbers, chosen, list(special))
