"""What reading bytes by msgspec raises where they are not what they should be."""

from __future__ import annotations

import msgspec

DAMAGED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""Text that is no UTF-8 is no DecodeError to msgspec."""
