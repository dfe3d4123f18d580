"""An exported Paddle model, opened and run by paddle.inference."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Setup
from nlptool.errors import DeviceError, ModelError

from ..processors import processors
from .weights import is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

log = logging.getLogger(__name__)

PROGRAMS = (".json", ".pdmodel")
"""Suffixes of a program whose weights are in one file beside it: of Paddle 3, and of Paddle 2."""
SHAPES = 16
"""How many shapes of input oneDNN keeps its preparations for."""
GPU_MIB = 256
"""Memory that a GPU sets aside at first; it grows."""


class Predictor:
    """A model that answers arrays with arrays.

    ``inputs`` and ``outputs`` are their names, in the model's order.
    """

    def __init__(self, handle: Any) -> None:
        self.predictor = handle
        self.inputs: list[str] = handle.get_input_names()
        self.outputs: list[str] = handle.get_output_names()

    @classmethod
    def open(
        cls, setup: Setup, below: str = "", threads: int | None = None, onednn: bool = True
    ) -> Predictor:
        """The model in the setup's folder, or ``below`` it, on its device.

        ``threads`` are the setup's if not given; oneDNN is quicker for convolutions, not for
        recurrent networks. ModelError where there is no model, or where Paddle cannot read it.
        """
        files = find_model(setup, below)
        paddle = import_paddle()
        config = paddle.inference.Config(*map(str, files))
        config.disable_glog_info()
        if setup.device == "cpu":
            config.disable_gpu()
            if onednn:
                config.enable_mkldnn()
                config.set_mkldnn_cache_capacity(SHAPES)
            else:
                config.disable_mkldnn()
            config.set_cpu_math_library_num_threads(threads or threads_of(setup))
        else:
            config.enable_use_gpu(GPU_MIB, int(setup.device.partition(":")[2] or 0))
        try:
            return cls(paddle.inference.create_predictor(config))
        except Exception as error:
            raise ModelError(
                f"model {setup.model}: Paddle cannot read {files[0].name} "
                f"with its weights: {reason(error)}"
            ) from error

    def clone(self) -> Predictor:
        """Another that shares the weights, to run beside this one."""
        return Predictor(self.predictor.clone())

    def run(
        self,
        given: Mapping[str, Array] | Sequence[Array],
        lengths: Sequence[int] | None = None,
    ) -> list[Array]:
        """All outputs for the inputs, these by name or in the model's order.

        ``lengths`` is for models of sequences that lie end to end in one array, as Paddle 1 had
        them: how many rows each of them has.
        """
        import numpy as np

        named = given if isinstance(given, Mapping) else dict(zip(self.inputs, given, strict=True))
        for name in self.inputs:
            handle = self.predictor.get_input_handle(name)
            handle.copy_from_cpu(np.ascontiguousarray(named[name]))
            if lengths is not None:
                handle.set_lod([[0, *np.cumsum(lengths).tolist()]])
        self.predictor.run()
        return [self.predictor.get_output_handle(name).copy_to_cpu() for name in self.outputs]


def find_model(setup: Setup, below: str = "") -> tuple[Path, ...]:
    """The files of the model's folder to open; ModelError where there is none, or more than one.

    ``X.json`` or ``X.pdmodel`` with ``X.pdiparams``; or, as Paddle 1 wrote them, ``__model__`` with
    ``__params__``, or with a file a weight: then the folder.
    """
    folder = (setup.folder or Path()) / below
    pairs = [
        (weights.with_suffix(suffix), weights)
        for weights in sorted(folder.glob("*.pdiparams"))
        for suffix in PROGRAMS
        if weights.with_suffix(suffix).is_file()
    ]
    stems = {weights.stem for _, weights in pairs}
    if len(stems) > 1:
        raise ModelError(f"model {setup.model} has several programs: {', '.join(sorted(stems))}")
    if (folder / "__model__").is_file():
        if not (folder / "__params__").is_file():
            return (folder,)
        pairs.append((folder / "__model__", folder / "__params__"))
    if not pairs:
        raise ModelError(
            f"model {setup.model} has no Paddle program with its weights: "
            "expected X.json or X.pdmodel beside X.pdiparams, or __model__"
        )
    if not is_whole(pairs[0][1]):
        raise ModelError(f"model {setup.model}: {pairs[0][1].name} is damaged: a tensor is cut")
    return pairs[0]


def threads_of(setup: Setup) -> int:
    """How many threads a model may have."""
    return setup.threads or processors()


def import_paddle() -> Any:
    """paddle with paddle.inference, imported without its remarks on compilers and threads."""
    remarks = io.StringIO()
    with warnings.catch_warnings(), redirect_stderr(remarks):
        warnings.simplefilter("ignore")
        import paddle
        import paddle.inference

        # it would write a C++ trace where nlptool ends in its own way
        paddle.disable_signal_handler()
    log.debug("%s", remarks.getvalue())
    return paddle


def check_device(device: str) -> None:
    """DeviceError for a device that the installed Paddle cannot use."""
    if device == "cpu":
        return
    if not import_paddle().is_compiled_with_cuda():
        raise DeviceError(
            f"the installed paddlepaddle is for the CPU, not for {device}; "
            "its CUDA build is paddlepaddle-gpu, see https://www.paddlepaddle.org.cn/install"
        )


def reason(error: Exception) -> str:
    """What a message of Paddle says, without its hints and places in its source."""
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__
