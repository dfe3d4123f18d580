"""Pickles of which only numpy's arrays and plain values are read, and nothing is run."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np


class _Inert(dict[Any, Any]):
    """Stands for every class and function that a pickle names: takes all, does nothing."""

    def __init__(self, *_: Any) -> None:
        super().__init__()

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            vars(self).update(state)


class Unpickler(pickle.Unpickler):
    """Calls nothing that a pickle asks for, but what makes numpy's arrays and bytes."""

    known = {
        "_reconstruct": np.empty(0).__reduce__()[0],
        "_frombuffer": np.zeros(1).__reduce_ex__(5)[0],
        "dtype": np.dtype,
        "ndarray": np.ndarray,
        "encode": str.encode,
    }

    def find_class(self, module: str, name: str) -> Any:
        """One of numpy's builders, or else a stand-in."""
        ours = module.partition(".")[0] in ("numpy", "_codecs")
        return self.known[name] if ours and name in self.known else _Inert
