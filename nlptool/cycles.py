"""How often Python looks for objects that hold each other."""

from __future__ import annotations

import gc

YOUNG = 50_000
"""Objects that are made before it looks: those of records are many, and none is in a cycle."""


def look_less() -> None:
    """Look rarely, in this process."""
    gc.set_threshold(YOUNG)
