"""How a text goes on, or is answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from msgspec import UnsetType
from msgspec.structs import replace

from nlptool.errors import RecordError, UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.generate import Continuation, Generation, Params, Token

from .answerer import Answerer, each
from .chat import Template, template_of
from .choosing import LEAST
from .model import Generated, Piece, Sampling, Tokens
from .speech import whole

DIGITS = 6


class Generating(Answerer):
    """Greedy texts in batches; each drawn text alone, as its seed decides."""

    def check(self, params: Params) -> None:
        """What contradicts itself, or a chat with a model that does not."""
        if not params.top_p:
            raise UsageError("--top-p 0 leaves no token in")
        if params.samples > 1 and not params.temperature:
            raise UsageError("-n needs a --temperature above 0: without chance all texts are one")
        if params.system and not params.chat:
            raise UsageError("--system needs --chat")
        if "" in (params.stop or ()):
            raise UsageError("--stop '' would stop at once")
        if params.chat:
            self._template()

    def predict(self, batch: Sequence[Text], params: Params) -> list[Generation | RecordError]:
        """A text a record, or ``samples`` of them."""
        prompts = [self._prompt(record.text, params) for record in batch]
        how = self._how(params)

        def work(good: list[Tokens]) -> list[Generation]:
            if params.temperature:
                return [self._sampled(prompt, how, params) for prompt in good]
            shared = replace(how, prefix=_shared(good)) if params.prefix_cache else how
            found = self.model.generate(good, shared)
            return [
                self._generation(prompt, [said], params)
                for prompt, (said,) in zip(good, found, strict=True)
            ]

        return each(prompts, self.model.context, 1, work)

    def stream(self, item: Text, params: Params) -> Iterator[Generation]:
        """The text, or texts, as they are said."""
        prompt, how = self._prompt(item.text, params), self._how(params)
        for number in range(params.samples):
            if number:
                yield _part(Piece("\n", []))
            for piece in self.model.stream(prompt, how, _seed(params.seed, prompt, number)):
                yield _part(piece)

    def _prompt(self, text: str, params: Params) -> list[str]:
        if not params.chat:
            return self.model.encode(text)
        template, system = self._template(), params.system or self.options.system
        parts = template.before + (template.system if system else "") + template.turn
        return self.model.fill(parts, {"system": system, "text": text})

    def _template(self) -> Template:
        return template_of(self.setup.model, self.model.special, self.options.chat)

    def _how(self, params: Params) -> Sampling:
        end = self._template().end if params.chat else ""
        return Sampling(
            max_tokens=params.max_tokens,
            temperature=params.temperature and max(params.temperature, LEAST),
            top_k=params.top_k,
            top_p=max(params.top_p, LEAST),
            min_p=params.min_p,
            repetition_penalty=params.repetition_penalty,
            stop=(*self.options.stop, *(params.stop or ()), *filter(None, [end])),
        )

    def _sampled(self, prompt: Tokens, how: Sampling, params: Params) -> Generation:
        seeds = [_seed(params.seed, prompt, number) for number in range(params.samples)]
        found = [whole(self.model.stream(prompt, how, seed)) for seed in seeds]
        return self._generation(prompt, found, params)

    def _generation(self, prompt: Tokens, found: Sequence[Generated], params: Params) -> Generation:
        return Generation(
            [
                Continuation(
                    said.text, len(said.tokens), said.reason, self._log_probs(prompt, said)
                )
                if params.log_probs
                else Continuation(said.text, len(said.tokens), said.reason)
                for said in found
            ]
        )

    def _log_probs(self, prompt: Tokens, said: Generated) -> list[Token] | UnsetType:
        if not said.tokens:
            return []
        (scored,) = self.model.score([[*prompt, *said.tokens]])
        return [
            Token(self.model.decode([token]) or token, round(log_prob, DIGITS))
            for token, log_prob in zip(
                said.tokens, scored.log_probs[len(prompt) - 1 :], strict=True
            )
        ]


def _part(piece: Piece) -> Generation:
    return Generation([Continuation(piece.text, len(piece.tokens), piece.reason or "length")])


def _seed(seed: int, prompt: Tokens, number: int) -> int:
    """Of 32 bits, never 0, which CTranslate2 takes for none."""
    digest = blake2b(f"{seed} {number} {prompt}".encode(), digest_size=4)
    return int.from_bytes(digest.digest()) or 1


def _shared(prompts: Sequence[Tokens]) -> int:
    """How many tokens at the beginning are the same in all, and not the last of any."""
    count = 0
    for tokens in zip(*(prompt[:-1] for prompt in prompts), strict=False):
        if len({*tokens}) > 1:
            break
        count += 1
    return count
