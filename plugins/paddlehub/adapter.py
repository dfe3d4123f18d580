"""Any module of PaddleHub, for the tasks that its methods serve.

It runs in the environment ``paddlehub`` of the registry. A module's code is run: it is taken from
folders and from what the user has installed, and never downloaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from msgspec import UNSET

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import DeviceError, ModelError, RecordError, UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.picture import Mask, Picture
from nlptool.tasks.segment import Params, Words
from nlptool.tasks.sentiment import BLANK, Sentiment

from ..segmentation.masks import mask_of
from .hub import installed, load, mend

METHODS = {
    "sentiment": {
        "sentiment_classify": "texts",
        "predict_sentiment": "texts",
        "emotion_classify": "texts",
    },
    "segment": {"cut": "text", "lexical_analysis": "texts"},
    "segment-image": {"segmentation": "images", "predict": "images"},
}
"""The methods that serve a task, and what each calls the list of its records."""
PROBS = "_probs"
MATTE = ("background", "foreground")


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``module`` is the name of an installed one, where the model has no folder; ``labels`` name
    the classes of a mask, in the order of their numbers."""

    module: str = ""
    labels: tuple[str, ...] = ()


class PaddleHub(Adapter[Any, Any]):
    """A module, loaded by PaddleHub."""

    tasks = ("sentiment", "segment", "segment-image")
    backends = ("cpu", "cuda")
    scheme = "hub"
    environment = "paddlehub"
    batching = Batching(count=64)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.options = setup.read_options(Options)
        folder = setup.file("module.py").parent if setup.folder else None
        mend()
        folder = folder or installed(self.options.module)
        self.work = TemporaryDirectory(prefix="nlptool-")
        module = load(folder, Path(self.work.name))
        there = [name for name in METHODS[setup.task] if callable(getattr(module, name, None))]
        if not there:
            raise ModelError(
                f"model {setup.model} is not for {setup.task}: the module {module.name} has no "
                f"method {' or '.join(METHODS[setup.task])}"
            )
        self.method = there[0]
        self.call: Callable[..., list[Any]] = getattr(module, self.method)
        self.gpu = setup.device != "cpu"

    @classmethod
    def check_device(cls, device: str) -> None:
        """DeviceError where this Paddle was not built for the device."""
        import paddle

        if device != "cpu" and not paddle.device.is_compiled_with_cuda():
            raise DeviceError(f"the environment's Paddle runs on cpu, not on {device}")

    def check(self, params: Any) -> None:
        """UsageError where a module is to cut words in another way than its own."""
        if self.setup.task == "segment" and (params.mode != "accurate" or params.dictionary):
            raise UsageError("modules of PaddleHub cut in one way, without a dictionary")

    def predict(self, batch: Sequence[Any], params: Any) -> list[Any]:
        """What the module says of each record."""
        if self.setup.task == "segment-image":
            return self._masks(batch)
        texts = [record.text for record in batch if record.text.strip()]
        found = iter(self._ask(texts) if texts else ())
        return [self._result(record, found, params) for record in batch]

    def close(self) -> None:
        """Remove the link to the module."""
        self.work.cleanup()

    def _ask(self, records: list[Any]) -> list[Any]:
        """The module's results, as many as records; ValueError where it gives others."""
        given = {METHODS[self.setup.task][self.method]: records, "batch_size": len(records)}
        if self.setup.task == "segment-image":
            given["visualization"] = False
        elif self.setup.task == "segment":
            given["return_tag"] = True
        if self.method != "predict":
            given["use_gpu"] = self.gpu
        found = self.call(**given)
        if len(found) != len(records):
            raise ValueError(f"the module gave {len(found)} results for {len(records)} records")
        return found

    def _result(self, record: Text, found: Any, params: Any) -> Sentiment | Words | RecordError:
        blank = not record.text.strip()
        if self.setup.task == "sentiment":
            return BLANK if blank else sentiment_of(next(found))
        return Words([]) if blank else self._words(record.text, next(found), params)

    def _words(self, text: str, found: dict[str, list[str]], params: Params) -> Words | RecordError:
        pairs = [pair for pair in zip(found["word"], found["tag"], strict=True) if pair[0].strip()]
        spans = []
        end = 0
        for word, _ in pairs:
            start = text.find(word, end)
            if start < 0:
                return RecordError(f"the module found {word!r}, which is not there")
            end = start + len(word)
            spans.append((start, end))
        return Words(
            words=[word for word, _ in pairs],
            pos=[tag for _, tag in pairs] if params.pos else UNSET,
            spans=spans if params.offsets else UNSET,
        )

    def _masks(self, batch: Sequence[Picture]) -> list[Mask]:
        import numpy as np

        blue_first = [np.asarray(record.open())[:, :, ::-1].copy() for record in batch]
        return [self._mask(found) for found in self._ask(blue_first)]

    def _mask(self, found: Any) -> Mask:
        """Class numbers; of a matte (0 to 255) what is at least half opaque is the foreground."""
        import numpy as np

        values = np.asarray(found["data"] if isinstance(found, dict) else found)
        labels = self.options.labels
        if self.method == "segmentation" and not labels:
            values, labels = values >= 128, MATTE
        return mask_of(values.astype(np.uint8), labels)


def sentiment_of(found: dict[str, Any]) -> Sentiment:
    """A result of a senta module: all fields NAME_probs are probabilities of labels."""
    probs = {
        name.removesuffix(PROBS): float(share)
        for name, share in found.items()
        if name.endswith(PROBS)
    }
    label = max(probs, key=probs.__getitem__)
    return Sentiment(label=label, score=probs[label], probs=probs)
