"""Makes a torchvision importable that was built for another torch, as CUDA wheels beside a CPU one.

Its compiled part cannot be loaded then, and its Python part fails for want of two operators' names.
Once they are declared it can be imported; whatever needs no compiled operator works.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

OPERATORS = ("nms", "qnms")
_kept: list[Any] = []


def make_importable() -> None:
    """Import torchvision where it is installed, its operators declared if they are missing."""
    import torch

    if find_spec("torchvision") is None:
        return
    try:
        import torchvision
    except RuntimeError:
        library = torch.library.Library("torchvision", "DEF")
        for name in OPERATORS:
            library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _kept.append(library)
        import torchvision  # noqa: F401
