"""A causal language model that runs on CTranslate2."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any
from weakref import finalize

import msgspec

from nlptool.interrupt import heard
from nlptool.tasks.generate import Reason

from ..language.choosing import choose
from ..language.model import Generated, Piece, Sampling, Scored, Tokens, check
from ..language.speech import pieces
from ..language.stops import first
from ..language.tokens import Tokenized
from ..processors import processors
from .made import ABOUT, TOKENIZER, WEIGHTS
from .memory import check_memory

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMPUTED = {("cpu", "float16"): "float32"}
"""What weights are computed in, where it is not what CTranslate2 likes."""
TOKENS_AT_ONCE = 2048
"""Tokens of a batch, padding counted."""
FEWEST = 16
"""Texts of a batch, where there are as many for each worker."""
LARGE = 600_000_000
"""Bytes of weights from which on one step of a model is work for two threads."""
LOGITS_AT_ONCE = 1 << 25
"""Logits of a batch."""


class _About(msgspec.Struct):
    precision: str
    context: int
    heads: int
    starts: bool = False
    bos_token: str = ""
    eos_token: str = ""


class LanguageModel(Tokenized):
    """A folder that ``made`` made, as the protocol of ``..language.model`` has it."""

    def __init__(self, folder: Path, device: str = "cpu", threads: int = 0) -> None:
        from tokenizers import Tokenizer

        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=_About)
        start = [about.bos_token] if about.starts and about.bos_token else []
        end = [about.eos_token] if about.eos_token else []
        super().__init__(Tokenizer.from_file(str(folder / TOKENIZER)), start, end)
        self.context, self.heads = about.context, about.heads
        kind, _, index = device.partition(":")
        self.workers, each = 1, threads or processors()
        if kind == "cpu":
            large = (folder / WEIGHTS).stat().st_size > LARGE
            self.workers, each = _shared_out(each, large=large)
        self.loading = {
            "model_path": str(folder),
            "device": kind,
            "device_index": int(index or 0),
            "compute_type": COMPUTED.get((kind, about.precision), "default"),
            "inter_threads": self.workers,
            "intra_threads": each,
        }
        self.loaded: list[Any] = []
        # its threads let go of a callback when its text is said, and abort where Python has ended
        finalize(self, self.loaded.clear)

    @property
    def generator(self) -> Any:
        """CTranslate2's model, loaded when it is needed."""
        if not self.loaded:
            import ctranslate2

            self.loaded.append(ctranslate2.Generator(**self.loading))
        return self.loaded[0]

    def _seeded(self, seed: int) -> Any:
        """The model loaded anew: CTranslate2 (4.8) reads the seed once, in each model's thread."""
        import ctranslate2

        self.loaded.clear()
        ctranslate2.set_random_seed(seed)
        return self.generator

    def _check(self, texts: Sequence[Tokens], more: int = 0) -> None:
        """RecordError for a text that does not fit, with so many tokens ``more``."""
        for tokens in texts:
            check(tokens, self.context, more)
            if self.loading["device"] == "cpu":
                check_memory(len(tokens), self.heads)

    def generate(self, prompts: Sequence[Tokens], how: Sampling) -> list[list[Generated]]:
        """What the model says after each prompt; what the others are makes no difference."""
        self._check(prompts, 1)

        def kind(number: int) -> tuple[bool, int]:
            # CTranslate2 (4.8) takes prompts for answers in a batch with a prompt of one token
            prompt = prompts[number]
            return len(prompt) - how.prefix == 1, min(how.max_tokens, self.context - len(prompt))

        found: dict[int, list[Generated]] = {}
        for (_, length), group in groupby(sorted(range(len(prompts)), key=kind), key=kind):
            chosen = list(group)
            answers = self._generate([list(prompts[number]) for number in chosen], how, length)
            found |= zip(chosen, answers, strict=True)
        return [found[number] for number in range(len(prompts))]

    def _generate(
        self, prompts: list[list[str]], how: Sampling, length: int
    ) -> list[list[Generated]]:
        ends, texts = self.stops(how.stop)
        asked = [prompt[how.prefix :] for prompt in prompts]
        begin = partial(
            self.generator.generate_batch,
            asked,
            static_prompt=prompts[0][: how.prefix] or None,
            max_batch_size=self._at_once(asked, how.beam),
            batch_type="tokens",
            beam_size=how.beam,
            patience=how.patience,
            num_hypotheses=how.hypotheses,
            repetition_penalty=how.repetition_penalty,
            no_repeat_ngram_size=how.no_repeat_ngram,
            end_token=ends,
            return_end_token=True,
            max_length=length,
            include_prompt_in_result=False,
            return_scores=True,
            callback=_Watch(self, texts) if texts and how.beam == 1 else None,
        )
        return [
            [
                self._generated(tokens, score, texts, ends, length < how.max_tokens)
                for tokens, score in zip(result.sequences, result.scores, strict=True)
            ]
            for result in heard(begin)
        ]

    def _at_once(self, texts: Sequence[Sequence[str]], beam: int = 1) -> int:
        """The tokens of a batch: what gives each worker two, of texts that are not too few."""
        fewest = min(FEWEST, math.ceil(len(texts) / self.workers))
        count = max(fewest, len(texts) // (2 * self.workers))
        most = max(1, TOKENS_AT_ONCE // beam)
        return min(count * max(map(len, texts)), most) if self.workers > 1 else most

    def _generated(
        self, tokens: list[str], score: float, texts: Sequence[str], ends: list[str], short: bool
    ) -> Generated:
        ended = tokens[-1] if tokens and tokens[-1] in ends else None
        tokens = tokens[:-1] if ended else tokens
        text = self.decode(tokens)
        cut = first(text, texts)
        reason: Reason = "context" if short else "length"
        if cut is not None or ended:
            reason = "end" if cut is None and ended in self.end else "stop"
        return Generated(text[:cut], tokens, score, reason)

    def stream(self, prompt: Tokens, how: Sampling, seed: int = 0) -> Iterator[Piece]:
        """What the model says after a prompt, piece by piece."""
        self._check([prompt], 1)
        length = min(how.max_tokens, self.context - len(prompt))
        ends, texts = self.stops(how.stop)
        steps = self._drawn if how.min_p and how.temperature else self._steps
        yield from pieces(
            steps(prompt, how, seed, ends, length),
            self.tokenizer,
            ends={*self.numbers(ends)},
            own_ends={*self.numbers(self.end)},
            stops=texts,
            full="context" if length < how.max_tokens else "length",
        )

    def _steps(
        self, prompt: Tokens, how: Sampling, seed: int, ends: Sequence[str], length: int
    ) -> Iterator[int]:
        """The tokens as CTranslate2 takes them, by their numbers."""
        generator = self._seeded(seed) if how.temperature else self.generator
        drawing = {
            "sampling_topk": how.top_k if how.top_k < self.tokenizer.get_vocab_size() else 0,
            "sampling_topp": how.top_p,
            "sampling_temperature": how.temperature,
        }
        unheard = Event()
        try:
            for step in generator.generate_tokens(
                list(prompt),
                max_length=length,
                repetition_penalty=how.repetition_penalty,
                no_repeat_ngram_size=how.no_repeat_ngram,
                end_token=list(ends),
                callback=lambda _step: unheard.is_set(),
                **(drawing if how.temperature else {"sampling_topk": 1}),
            ):
                yield step.token_id
        finally:
            unheard.set()

    def _drawn(
        self, prompt: Tokens, how: Sampling, seed: int, ends: Sequence[str], length: int
    ) -> Iterator[int]:
        """The tokens as we draw them, for what CTranslate2 (4.8) cannot do: it reads the whole text
        again for each."""
        import numpy as np

        draw = np.random.default_rng(seed)
        said = list(prompt)
        for _ in range(length):
            (logits,) = self._logits([said])
            number = choose(logits, {*self.numbers(said)}, how, draw)
            yield number
            said.append(self.token(number))
            if said[-1] in ends:
                return

    def next(self, prompts: Sequence[Tokens]) -> list[Floats]:
        """The logits of every token after each prompt; those of one length are asked together."""
        self._check(prompts)
        vocabulary = self.tokenizer.get_vocab_size()
        found: dict[int, Floats] = {}
        order = sorted(range(len(prompts)), key=lambda number: len(prompts[number]))
        for length, group in groupby(order, key=lambda number: len(prompts[number])):
            numbers = list(group)
            most = max(1, min(LOGITS_AT_ONCE // vocabulary, TOKENS_AT_ONCE // length))
            for start in range(0, len(numbers), most):
                some = numbers[start : start + most]
                found |= zip(some, self._logits([list(prompts[n]) for n in some]), strict=True)
        return [found[number] for number in range(len(prompts))]

    def _logits(self, prompts: list[list[str]]) -> list[Floats]:
        """Those that one step of generating begins with, for prompts of one length."""
        import numpy as np

        begin = partial(
            self.generator.generate_batch,
            prompts,
            max_batch_size=self._at_once(prompts),
            batch_type="tokens",
            max_length=1,
            include_prompt_in_result=False,
            return_end_token=True,
            return_logits_vocab=True,
        )
        return [
            np.array(result.logits[0][0]).reshape(-1).astype(np.float64) for result in heard(begin)
        ]

    def score(self, texts: Sequence[Tokens]) -> list[Scored]:
        """How likely each token is after those before it; nothing is said of the first."""
        if not texts:
            return []
        self._check(texts)
        most = max(1, LOGITS_AT_ONCE // self.tokenizer.get_vocab_size())
        begin = partial(
            self.generator.score_batch,
            [list(tokens) for tokens in texts],
            max_batch_size=min(self._at_once(texts), most),
            batch_type="tokens",
            max_input_length=0,
        )
        return [Scored(result.tokens, result.log_probs) for result in heard(begin)]


def _shared_out(threads: int, *, large: bool) -> tuple[int, int]:
    """How many workers there are on a processor's threads, and the threads of each.

    Workers, which have one copy of the weights, answer batches side by side. In batches of 200
    sentences a model of 0.1 GB is twice as quick with two workers as with two threads, and
    quicker alone; one of 1.5 GB a fifth quicker, but slower alone unless each has two threads.
    """
    if large:
        workers = min(threads, 2)
        return workers, max(threads // workers, workers)
    return threads, 1


class _Watch:
    """Ends a text of a batch when a stop stands in it."""

    def __init__(self, model: LanguageModel, stops: Sequence[str]) -> None:
        self.model, self.stops = model, stops
        self.said: dict[int, list[str]] = {}

    def __call__(self, step: Any) -> bool:
        tokens = self.said.setdefault(step.batch_id, [])
        tokens.append(step.token)
        longest = max(map(len, self.stops))
        return first(self.model.decode(tokens[-longest - 1 :]), self.stops) is not None
