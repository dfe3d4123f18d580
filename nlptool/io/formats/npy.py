"""Numbers as numpy keeps them: the arrays of all results as one.

The format is https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import IO, Any

from nlptool.errors import OutputError, UsageError
from nlptool.io.formats.format import RESULT, Format, Layout
from nlptool.tasks import Row

BLOCK = 1 << 20


class NpyEncoder:
    """Keeps the numbers in a nameless temporary file until it is known how many there are."""

    def __init__(self, _layout: Layout) -> None:
        self.spool = tempfile.TemporaryFile()  # noqa: SIM115
        self.count = 0
        self.like: Any = None

    def encode(self, rows: list[Row]) -> bytes:
        """Nothing yet; OutputError for an array of another shape than the first."""
        import numpy as np

        for row in rows:
            if "error" in row:
                raise UsageError("npy has no place for errors; leave out --on-error emit")
            array = getattr(row.get(RESULT), "array", None)
            if array is None:
                raise UsageError("npy is a format for vectors and weights; these results are none")
            array = np.ascontiguousarray(array)
            if self.like is None:
                self.like = array[:0] if array.ndim else array
                self.shape = array.shape
            if array.shape != self.shape or array.dtype != self.like.dtype:
                raise OutputError(
                    f"npy is one array, and results of the shapes {self.shape} and {array.shape} "
                    "are none; write jsonl, or a file for each"
                )
            self.spool.write(array.tobytes())
            self.count += 1
        return b""

    def resume(self, written: IO[bytes]) -> None:
        """UsageError: it begins with how many results there are."""
        raise UsageError("npy cannot be resumed")

    def end(self) -> Iterable[bytes]:
        """The head, and the numbers; a single array of more than one axis stands alone."""
        import io

        import numpy as np

        if self.like is None:
            self.like, self.shape = np.empty(0, np.float32), (0,)
        alone = self.count == 1 and len(self.shape) > 1
        head = io.BytesIO()
        described = {
            "descr": np.lib.format.dtype_to_descr(self.like.dtype),
            "fortran_order": False,
            "shape": self.shape if alone else (self.count, *self.shape),
        }
        np.lib.format.write_array_header_2_0(head, described)
        yield head.getvalue()
        self.spool.seek(0)
        while block := self.spool.read(BLOCK):
            yield block
        self.spool.close()


NPY = Format("npy", (".npy",), encoder=NpyEncoder, binary=True, resumable=False, whole=True)
