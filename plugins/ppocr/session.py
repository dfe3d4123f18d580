"""ONNX sessions on the CPU."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def open_session(file: Path, threads: int) -> Any:
    """A session whose runs take some threads each, the caller's own among them."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
