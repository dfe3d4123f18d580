"""Sentiment and question answering by transformers and torch, from a folder as a hub has it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Files, Setup
from nlptool.errors import DeviceError, ModelError, UsageError

from .encoders.adapter import OUTPUTS, EncoderAdapter
from .encoders.windows import Window
from .heads import is_transformers, own_task, task_of
from .local import LOCAL
from .torchvision_schema import make_importable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

TOKENS = {"cpu": 1 << 12, "cuda": 1 << 16}
"""Tokens of a batch, padding counted."""

AUTO = {
    "sentiment": "AutoModelForSequenceClassification",
    "qa": "AutoModelForQuestionAnswering",
    "attention": "AutoModel",
    "embed": "AutoModel",
}


class Transformers(EncoderAdapter):
    """A model of the Auto classes. Nothing is fetched, and no code of the model's is run."""

    backends = ("cpu", "cuda")
    needs = {"torch": "nlptool[transformers]", "transformers": "nlptool[transformers]"}

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        make_importable()
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        if setup.threads:
            torch.set_num_threads(setup.threads)
        self.torch = torch
        self.outputs = OUTPUTS.get(setup.task, ())
        config = transformers.AutoConfig.from_pretrained(setup.file("config.json").parent, **LOCAL)
        self.model = self._load(getattr(transformers, AUTO[setup.task]), config)
        tokenizer = transformers.AutoTokenizer.from_pretrained(setup.folder, **LOCAL)
        self.takes_types = "token_type_ids" in tokenizer.model_input_names
        self.padding = tokenizer.pad_token_id
        if self.padding is None:
            self.padding = config.pad_token_id
        self.prepare(_plain(tokenizer, setup), config.to_dict(), tokenizer.model_max_length)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder as transformers saves it."""
        return own_task(task_of(files), cls.tasks) if is_transformers(files) else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """DeviceError for a CUDA device where torch was built without CUDA or cannot see it."""
        if device == "cpu":
            return
        import torch

        there = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if int(device.partition(":")[2] or 0) >= there:
            raise DeviceError(f"torch {torch.__version__} sees {there or 'no'} CUDA device(s)")

    def _load(self, auto: Any, config: Any) -> Any:
        setup = self.setup
        if type(config) not in auto._model_mapping:
            raise ModelError(
                f"model {setup.model} is not for {setup.task}: "
                f"transformers has no such model of type {config.model_type}"
            )
        int8 = setup.precision == "int8"
        if int8 and setup.device != "cpu":
            raise UsageError("int8 runs on the CPU only; on CUDA choose float16 or bfloat16")
        precision = "float32" if int8 or setup.precision == "auto" else setup.precision
        model, report = auto.from_pretrained(
            setup.folder,
            config=config,
            dtype=getattr(self.torch, precision),
            use_safetensors=any(setup.file("config.json").parent.glob("*.safetensors")),
            weights_only=True,
            output_loading_info=True,
            **({"attn_implementation": "eager"} if setup.task == "attention" else {}),
            **LOCAL,
        )
        missing = sorted(report["missing_keys"])
        if missing and AUTO[setup.task] != "AutoModel":
            raise ModelError(
                f"model {setup.model} was not trained for {setup.task}: "
                f"it has no weights for {', '.join(missing[:3])}"
            )
        model = model.to(setup.device).eval()
        return self._quantized(model) if int8 else model

    def _quantized(self, model: Any) -> Any:
        """The model with its linear layers in int8, their inputs quantised as they come.

        torch warns that torchao is to take this over; it is another package to install.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.torch.ao.quantization.quantize_dynamic(model, {self.torch.nn.Linear})

    def forward(self, windows: Sequence[Window]) -> list[Sequence[Floats]]:
        """Every window's outputs, in batches of like length; attention is that of one window."""
        if self.setup.task == "attention":
            return [self._weights(window) for window in windows]
        outputs: list[Sequence[Floats]] = [()] * len(windows)
        for batch in self._batches(windows):
            answers = self._run([windows[index] for index in batch])
            for index, *arrays in zip(batch, *answers, strict=True):
                outputs[index] = arrays
        return outputs

    def _weights(self, window: Window) -> list[Floats]:
        torch = self.torch
        given = {"input_ids": torch.tensor([window.ids]).to(self.setup.device)}
        if self.takes_types:
            given["token_type_ids"] = torch.tensor([window.types]).to(self.setup.device)
        with torch.inference_mode():
            found = self.model(**given, output_attentions=True).attentions
        return [layer[0].float().cpu().numpy() for layer in found if layer is not None]

    def _batches(self, windows: Sequence[Window]) -> Iterator[list[int]]:
        """Indexes of windows, the shortest first; one alone where the model cannot pad."""
        most = TOKENS[self.setup.device.partition(":")[0]] if self.padding is not None else 0
        batch: list[int] = []
        for index in sorted(range(len(windows)), key=lambda index: len(windows[index].ids)):
            if batch and len(windows[index].ids) * (len(batch) + 1) > most:
                yield batch
                batch = []
            batch.append(index)
        if batch:
            yield batch

    def _run(self, batch: Sequence[Window]) -> list[Any]:
        """Each output with a row a window, those of tokens without what is padded."""
        torch = self.torch
        length = len(batch[-1].ids)
        gaps = [length - len(window.ids) for window in batch]
        pairs = list(zip(batch, gaps, strict=True))
        given = {
            "input_ids": [window.ids + [self.padding or 0] * gap for window, gap in pairs],
            "attention_mask": [[1] * len(window.ids) + [0] * gap for window, gap in pairs],
        }
        if self.takes_types:
            given["token_type_ids"] = [window.types + [0] * gap for window, gap in pairs]
        with torch.inference_mode():
            outputs = self.model(
                **{name: torch.tensor(rows).to(self.setup.device) for name, rows in given.items()}
            )
        found = [outputs[name].float().cpu().numpy() for name in self.outputs]
        if self.setup.task != "embed":
            return found
        (states,) = found
        return [[rows[: len(window.ids)] for rows, window in zip(states, batch, strict=True)]]


def _plain(tokenizer: Any, setup: Setup) -> Any:
    """The tokenizer as the library tokenizers has it, taking special tokens in a text as text."""
    if not tokenizer.is_fast:
        if setup.task == "qa":
            raise ModelError(
                f"model {setup.model}: its tokenizer {type(tokenizer).__name__} does not tell "
                "where tokens stand in a text, which qa needs"
            )
        return PythonTokenizer(tokenizer)
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    backend.encode_special_tokens = True
    return backend


class PythonTokenizer:
    """A tokenizer of transformers written in Python, with the methods of the library tokenizers."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    def token_to_id(self, token: str) -> int | None:
        """The id of the unknown token, whatever it is called."""
        number: int | None = self.tokenizer.unk_token_id
        return number

    def id_to_token(self, number: int) -> str:
        """A token of the vocabulary."""
        token: str = self.tokenizer.convert_ids_to_tokens(number)
        return token

    def encode(self, text: str, pair: str | None = None, add_special_tokens: bool = True) -> Any:
        """The ids of a text or a pair, with types and a mask of special tokens."""
        encoding = self.tokenizer(
            text,
            pair,
            add_special_tokens=add_special_tokens,
            return_token_type_ids=True,
            return_special_tokens_mask=True,
        )
        return SimpleNamespace(
            ids=encoding["input_ids"],
            type_ids=encoding["token_type_ids"],
            special_tokens_mask=encoding["special_tokens_mask"],
        )

    def encode_batch(self, texts: Sequence[str], add_special_tokens: bool = True) -> list[Any]:
        """The same for many texts."""
        return [self.encode(text, add_special_tokens=add_special_tokens) for text in texts]
