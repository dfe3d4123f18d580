"""Language models by transformers and torch, from a folder as a hub has it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nlptool.adapter import Adapter, Files, Setup
from nlptool.errors import ModelError, RecordError, UsageError

from .encoders.windows import position_limit
from .heads import is_transformers, task_of
from .language.adapter import LanguageAdapter
from .language.choosing import choose
from .language.model import Generated, Piece, Sampling, Scored, Tokens, check
from .language.speech import pieces, whole
from .language.tokens import Tokenized
from .local import LOCAL
from .torchvision_schema import make_importable
from .transformers import Transformers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

OWN = "generate"
"""What heads tells of a model that says what comes next."""
TOKENS_AT_ONCE = 1 << 11
"""Tokens of a batch, padding counted."""


class Causal(LanguageAdapter):
    """A causal model of the Auto classes. Nothing is fetched, and no code of the model's is run."""

    tasks = (*(task for task in LanguageAdapter.tasks if task != "translate"), "attention")
    needs = {"torch": "nlptool[transformers]", "transformers": "nlptool[transformers]"}

    def __init__(self, setup: Setup) -> None:
        self.seen_by: Transformers | None = None
        if setup.task == "attention":
            Adapter.__init__(self, setup)
            self.seen_by = Transformers(setup)
        else:
            super().__init__(setup)

    def stream(self, item: Any, params: Any) -> Iterator[Any]:
        """A text as it is said; other results whole."""
        return Adapter.stream(self, item, params) if self.seen_by else super().stream(item, params)

    def check(self, params: Any) -> None:
        """As the task has it."""
        if self.seen_by is None:
            super().check(params)

    def predict(self, batch: Sequence[Any], params: Any) -> Sequence[Any | RecordError]:
        """As the task has it; attention is what any model of transformers has."""
        return (self.seen_by.predict if self.seen_by else super().predict)(batch, params)

    def load(self) -> TorchModel:
        """The model and its tokenizer."""
        return TorchModel(self.setup)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder as transformers saves it, of a model with a head for what comes next."""
        found = task_of(files) if is_transformers(files) else None
        return found if found == OWN else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """As transformers has it."""
        Transformers.check_device(device)


class TorchModel(Tokenized):
    """As the protocol of ``.language.model`` has it; prompts are gone on with one by one."""

    def __init__(self, setup: Setup) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        make_importable()
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        if setup.threads:
            torch.set_num_threads(setup.threads)
        if setup.precision == "int8":
            raise UsageError("language models of transformers run in float32, float16 or bfloat16")
        self.torch, self.device = torch, setup.device
        folder = setup.file("config.json").parent
        config = transformers.AutoConfig.from_pretrained(folder, **LOCAL)
        if type(config) not in transformers.AutoModelForCausalLM._model_mapping:
            raise ModelError(
                f"model {setup.model} is no language model: "
                f"transformers has none of type {config.model_type}"
            )
        precision = "float32" if setup.precision == "auto" else setup.precision
        model, report = transformers.AutoModelForCausalLM.from_pretrained(
            folder,
            config=config,
            dtype=getattr(torch, precision),
            use_safetensors=any(folder.glob("*.safetensors")),
            weights_only=True,
            output_loading_info=True,
            **LOCAL,
        )
        if report["missing_keys"]:
            first = ", ".join(sorted(report["missing_keys"])[:3])
            raise ModelError(f"model {setup.model} has no weights for {first}")
        self.model = model.to(setup.device).eval()
        self.context = position_limit(config.get_text_config().to_dict())
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **LOCAL)
        if not tokenizer.is_fast:
            raise ModelError(
                f"model {setup.model}: its tokenizer is none of the library tokenizers"
            )
        backend = tokenizer.backend_tokenizer
        backend.no_truncation()
        backend.no_padding()
        encoded = backend.encode("a")
        count = encoded.special_tokens_mask.index(0)
        ends = model.generation_config.eos_token_id
        numbers = ends if isinstance(ends, list) else [] if ends is None else [ends]
        found = (backend.id_to_token(number) for number in numbers)
        super().__init__(backend, encoded.tokens[:count], [token for token in found if token])

    def generate(self, prompts: Sequence[Tokens], how: Sampling) -> list[list[Generated]]:
        """What the model says after each prompt."""
        return [[whole(self.stream(prompt, how))] for prompt in prompts]

    def stream(self, prompt: Tokens, how: Sampling, seed: int = 0) -> Iterator[Piece]:
        """What the model says after a prompt, piece by piece."""
        check(prompt, self.context, 1)
        length = min(how.max_tokens, self.context - len(prompt))
        ends, texts = self.stops(how.stop)
        yield from pieces(
            self._steps(self.numbers(prompt), how, seed, length),
            self.tokenizer,
            ends={*self.numbers(ends)},
            own_ends={*self.numbers(self.end)},
            stops=texts,
            full="context" if length < how.max_tokens else "length",
        )

    def _steps(self, said: list[int], how: Sampling, seed: int, length: int) -> Iterator[int]:
        import numpy as np

        draw = np.random.default_rng(seed)
        said, new, kept = [*said], said, None
        for _ in range(length):
            with self.torch.inference_mode():
                found = self.model(
                    self._tensor([new]), past_key_values=kept, use_cache=True, logits_to_keep=1
                )
            kept = found.past_key_values
            logits = found.logits[0, -1].double().cpu().numpy()
            new = [choose(logits, {*said}, how, draw)]
            said += new
            yield new[0]

    def next(self, prompts: Sequence[Tokens]) -> list[Floats]:
        """The logits of every token after each prompt."""
        found: list[Floats] = []
        for batch in self._batches(prompts):
            logits = self._logits(batch)
            found += [
                logits[number, len(prompt) - 1].double().cpu().numpy()
                for number, prompt in enumerate(batch)
            ]
        return found

    def score(self, texts: Sequence[Tokens]) -> list[Scored]:
        """How likely each token is after those before it."""
        found: list[Scored] = []
        for batch in self._batches(texts):
            likely = self._logits(batch).double().log_softmax(-1)
            for number, tokens in enumerate(batch):
                ids = self.numbers(tokens)
                values = [float(likely[number, place, one]) for place, one in enumerate(ids[1:])]
                found.append(Scored(list(tokens), values))
        return found

    def _batches(self, texts: Sequence[Tokens]) -> Iterator[list[Tokens]]:
        batch: list[Tokens] = []
        for tokens in texts:
            check(tokens, self.context, 0)
            longest = max(map(len, [*batch, tokens]))
            if batch and longest * (len(batch) + 1) > TOKENS_AT_ONCE:
                yield batch
                batch = []
            batch.append(tokens)
        if batch:
            yield batch

    def _logits(self, batch: Sequence[Tokens]) -> Any:
        """(texts, places, vocabulary): what is padded at the end is seen by nothing before it."""
        longest = max(map(len, batch))
        rows = [self.numbers(tokens) for tokens in batch]
        padded = [[*row, *[0] * (longest - len(row))] for row in rows]
        with self.torch.inference_mode():
            return self.model(self._tensor(padded)).logits

    def _tensor(self, rows: Sequence[Sequence[int]]) -> Any:
        return self.torch.tensor(rows).to(self.device)
