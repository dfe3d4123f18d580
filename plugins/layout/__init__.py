"""The layout of a page: its own frame, the order of its lines, its paragraphs and its tables."""

from __future__ import annotations

from .page import laid_out

__all__ = ["laid_out"]
