"""A causal language model that runs: what it would say, what comes next, how likely a text is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from nlptool.errors import RecordError

from ..processors import processors
from .made import ABOUT, TOKENIZER

FIELD = re.compile(r"\{(\w+)\}")
COMPUTED = {("cpu", "float16"): "float32"}
"""What weights are computed in, where it is not what CTranslate2 likes."""
TOKENS_AT_ONCE = 2048
"""Tokens of a batch, padding counted."""

Tokens = Sequence[str]
Reason = Literal["stop", "length"]


class Sampling(msgspec.Struct, frozen=True):
    """How text is generated: at most ``max_tokens``. ``temperature`` 0 takes the likeliest token
    each time, or with ``beam`` the likeliest of so many texts; ``top_k`` 0 and ``top_p`` 1 leave
    every token in. ``stop`` are texts that end it and are no part of it. ``hypotheses`` are how
    many texts come back, the likeliest first; finished ones wait for ``patience`` times the beam's
    width of them."""

    max_tokens: int = 128
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0
    stop: tuple[str, ...] = ()
    beam: int = 1
    patience: float = 1.0
    hypotheses: int = 1


@dataclass(frozen=True)
class Generated:
    """A text, its tokens, the mean log-probability of a token (nats), and whether a stop or the
    number of tokens ended it."""

    text: str
    tokens: list[str]
    score: float
    reason: Reason


@dataclass(frozen=True)
class Scored:
    """Tokens, and the log-probability (nats) of each after all before it."""

    tokens: list[str]
    log_probs: list[float]


class _About(msgspec.Struct):
    precision: str
    context: int
    starts: bool = False
    bos_token: str = ""
    eos_token: str = ""


class LanguageModel:
    """A folder that ``made`` made, on CTranslate2: ``generate``, ``stream``, ``next``, ``score``.

    They take tokens, which ``encode`` makes of a text and ``fill`` of a template. ``context`` is
    how many tokens the model can see, prompt and answer together.
    """

    def __init__(self, folder: Path, device: str = "cpu", threads: int = 0) -> None:
        import ctranslate2
        from tokenizers import Tokenizer

        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=_About)
        self.context = about.context
        self.start = [about.bos_token] if about.starts and about.bos_token else []
        self.end = [about.eos_token] if about.eos_token else []
        self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self.special = [
            token.content
            for token in self.tokenizer.get_added_tokens_decoder().values()
            if token.special
        ]
        self.tokenizer.encode_special_tokens = True
        kind, _, index = device.partition(":")
        self.generator = ctranslate2.Generator(
            str(folder),
            device=kind,
            device_index=int(index or 0),
            compute_type=COMPUTED.get((kind, about.precision), "default"),
            inter_threads=1,
            intra_threads=threads or processors(),
        )

    def encode(self, text: str) -> list[str]:
        """A text's tokens, after the model's start token if it has one.

        What reads like a special token in it is text.
        """
        found = self.tokenizer.encode(text, add_special_tokens=False).tokens
        return [*self.start, *found]

    def fill(self, template: str, fields: Mapping[str, str]) -> list[str]:
        """The tokens of a template with its ``{field}``s filled in.

        Special tokens are those that stand in the template itself, none is added.
        """
        tokens: list[str] = []
        cut = "|".join(map(re.escape, self.special)) or "(?!)"
        for piece in re.split(f"({cut})", template):
            if piece in self.special:
                tokens.append(piece)
            elif piece:
                text = FIELD.sub(lambda found: fields[found[1]], piece)
                tokens += self.tokenizer.encode(text, add_special_tokens=False).tokens
        return tokens

    def decode(self, tokens: Tokens) -> str:
        """The text of tokens, without special ones."""
        number = self.tokenizer.token_to_id
        ids = [found for token in tokens if (found := number(token)) is not None]
        text: str = self.tokenizer.decode(ids, skip_special_tokens=True)
        return text

    def generate(self, prompts: Sequence[Tokens], how: Sampling) -> list[list[Generated]]:
        """What the model says after each prompt, ``how.hypotheses`` texts for each.

        RecordError where a prompt is longer than the context leaves room for.
        """
        for prompt in prompts:
            self._check(prompt, 1)
        found: dict[int, list[Generated]] = {}
        # CTranslate2 (4.8) takes prompts for answers in a batch with a prompt of one token
        for alone in (True, False):
            chosen = [n for n, prompt in enumerate(prompts) if (len(prompt) == 1) == alone]
            answers = self._generate([list(prompts[n]) for n in chosen], how) if chosen else []
            found |= zip(chosen, answers, strict=True)
        return [found[n] for n in range(len(prompts))]

    def _generate(self, prompts: list[list[str]], how: Sampling) -> list[list[Generated]]:
        length = min(how.max_tokens, self.context - max(map(len, prompts)))
        ends, texts = self._stops(how)
        results = self.generator.generate_batch(
            prompts,
            max_batch_size=TOKENS_AT_ONCE,
            batch_type="tokens",
            beam_size=how.beam,
            patience=how.patience,
            num_hypotheses=how.hypotheses,
            repetition_penalty=how.repetition_penalty,
            no_repeat_ngram_size=how.no_repeat_ngram,
            end_token=ends,
            max_length=length,
            include_prompt_in_result=False,
            return_scores=True,
            callback=_Watch(self, texts) if texts and how.beam == 1 else None,
            **_draw(how),
        )
        return [
            [
                self._generated(tokens, score, texts, length)
                for tokens, score in zip(result.sequences, result.scores, strict=True)
            ]
            for result in results
        ]

    def stream(self, prompt: Tokens, how: Sampling) -> Iterator[str]:
        """What the model says after a prompt, piece by piece; whoever stops asking stops it."""
        from tokenizers.decoders import DecodeStream

        self._check(prompt, 1)
        ends, texts = self._stops(how)
        pieces, held = DecodeStream(skip_special_tokens=True), ""
        steps = self.generator.generate_tokens(
            list(prompt),
            max_length=min(how.max_tokens, self.context - len(prompt)),
            repetition_penalty=how.repetition_penalty,
            no_repeat_ngram_size=how.no_repeat_ngram,
            end_token=ends,
            **_draw(how),
        )
        for step in steps:
            held += pieces.step(self.tokenizer, step.token_id) or ""
            cut = _first(held, texts)
            if cut is not None:
                yield held[:cut]
                return
            ready = len(held) - _beginning(held, texts)
            if ready:
                yield held[:ready]
                held = held[ready:]
        yield held

    def next(self, prompt: Tokens, count: int, temperature: float = 1.0) -> list[tuple[str, float]]:
        """The likeliest next tokens and their probabilities, the likeliest first."""
        import numpy as np

        self._check(prompt, 1)
        logits = np.array(self.generator.forward_batch([list(prompt)]))[0, -1].astype(np.float64)
        logits = (logits - logits.max()) / temperature
        probabilities = np.exp(logits) / np.exp(logits).sum()
        best = np.argsort(-probabilities, kind="stable")[:count]
        name = self.tokenizer.id_to_token
        return [(name(number) or "", float(probabilities[number])) for number in best.tolist()]

    def score(self, texts: Sequence[Tokens]) -> list[Scored]:
        """How likely each token is after those before it; nothing is said of the first.

        RecordError for a text longer than the context.
        """
        for tokens in texts:
            self._check(tokens, 0)
        found = self.generator.score_batch(
            [list(tokens) for tokens in texts],
            max_batch_size=TOKENS_AT_ONCE,
            batch_type="tokens",
            max_input_length=0,
        )
        return [Scored(result.tokens, result.log_probs) for result in found]

    def _check(self, tokens: Tokens, more: int) -> None:
        if not tokens:
            raise RecordError("an empty text")
        if len(tokens) + more > self.context:
            raise RecordError(
                f"a text of {len(tokens)} tokens is too long: the model can see {self.context}"
            )

    def _stops(self, how: Sampling) -> tuple[list[str], list[str]]:
        """Tokens and other texts that end it."""
        tokens = {stop: self.fill(stop, {}) for stop in how.stop}
        ends = [only for found in tokens.values() if len(found) == 1 for only in found]
        return [*self.end, *ends], [stop for stop, found in tokens.items() if len(found) > 1]

    def _generated(
        self, tokens: list[str], score: float, texts: Sequence[str], length: int
    ) -> Generated:
        text = self.decode(tokens)
        cut = _first(text, texts)
        reason: Reason = "length" if cut is None and len(tokens) >= length else "stop"
        return Generated(text[:cut], tokens, score, reason)


class _Watch:
    """Ends a text of a batch when a stop stands in it."""

    def __init__(self, model: LanguageModel, stops: Sequence[str]) -> None:
        self.model, self.stops = model, stops
        self.said: dict[int, list[str]] = {}

    def __call__(self, step: Any) -> bool:
        tokens = self.said.setdefault(step.batch_id, [])
        tokens.append(step.token)
        longest = max(map(len, self.stops))
        return _first(self.model.decode(tokens[-longest - 1 :]), self.stops) is not None


def _draw(how: Sampling) -> dict[str, Any]:
    if not how.temperature:
        return {"sampling_topk": 1}
    return {
        "sampling_topk": how.top_k,
        "sampling_topp": how.top_p,
        "sampling_temperature": how.temperature,
    }


def _first(text: str, stops: Sequence[str]) -> int | None:
    """Where the first stop begins."""
    found = [place for stop in stops if (place := text.find(stop)) >= 0]
    return min(found, default=None)


def _beginning(text: str, stops: Sequence[str]) -> int:
    """How many characters at the end may be the beginning of a stop."""
    lengths = (
        length
        for stop in stops
        for length in range(min(len(stop) - 1, len(text)), 0, -1)
        if text.endswith(stop[:length])
    )
    return max(lengths, default=0)
