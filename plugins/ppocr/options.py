"""What can be said of how the PP-OCR models look for text."""

from __future__ import annotations

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``detection`` and ``recognition``: patterns of the two models' files; ``characters``: of the
    file that has the characters of a recognition model that does not say them itself.

    The others say how text is looked for, in PaddleOCR's names but for the first two: by how much
    a picture is scaled (``scale``, by its size if None), the longest side in pixels that the model
    sees at once (``window``); the least probability of a pixel (``thresh``) and of a line's mean
    (``box_thresh``), and how much the cores of lines grow (``unclip_ratio``).
    """

    detection: str = "*det*.onnx"
    recognition: str = "*rec*.onnx"
    characters: tuple[str, ...] = ("*dict*.txt", "inference.yml")
    scale: Annotated[float, msgspec.Meta(gt=0, le=8)] | None = None
    window: Annotated[int, msgspec.Meta(ge=256, le=8192)] = 1600
    thresh: Share = 0.3
    box_thresh: Share = 0.5
    unclip_ratio: Annotated[float, msgspec.Meta(gt=0, le=10)] = 1.6
