"""Translation as what follows a prompt, which the model's entry in models.yaml has."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from nlptool.adapter import Setup
from nlptool.errors import RecordError, UsageError
from nlptool.tasks.translate import Params, Sentence, Translation

from .answerer import Answerer
from .model import Generated, Sampling

TEXT = "{text}"
PROPORTION, SLACK = 4, 16
"""A translation has at most so many tokens for one of the prompt, and some more."""
PATIENCE = 2
"""As in the ctranslate2 adapter."""


class Translating(Answerer):
    """Translates sentences, as ``options.prompt`` has it."""

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        if TEXT not in self.options.prompt:
            raise UsageError(f"model {setup.model}: options: prompt has no {TEXT}")

    def predict(self, batch: Sequence[Sentence], params: Params) -> list[Translation | RecordError]:
        """Translate the sentences; those for a careful second try together."""
        prompts = [self._prompt(sentence.text) for sentence in batch]
        answers: list[Translation | RecordError] = [
            RecordError(f"a sentence of {len(prompt)} tokens is too long") for prompt in prompts
        ]
        for careful in (False, True):
            chosen = [
                number
                for number, sentence in enumerate(batch)
                if sentence.careful == careful and len(prompts[number]) <= self.model.context // 2
            ]
            found = self._translate([prompts[number] for number in chosen], careful, params)
            for number, answer in zip(chosen, found, strict=True):
                answers[number] = answer
        return answers

    def _prompt(self, text: str) -> list[str]:
        """A line of text in the template: in the models' prompts a line's end ends the text."""
        return self.model.fill(self.options.prompt, {"text": " ".join(text.split())})

    def _translate(
        self, prompts: Sequence[list[str]], careful: bool, params: Params
    ) -> list[Translation]:
        if not prompts:
            return []
        wanted = params.alternatives + 1
        longest = max(map(len, prompts))
        how = Sampling(
            max_tokens=min(params.max_length, PROPORTION * longest + SLACK),
            no_repeat_ngram=params.no_repeat_ngram or (3 if careful else 0),
            stop=self.options.stop,
            beam=max((params.beam or self.options.beam) + careful, wanted),
            patience=PATIENCE,
            hypotheses=wanted,
        )
        return [_answer(found, params) for found in self.model.generate(prompts, how)]


def _answer(found: Sequence[Generated], params: Params) -> Translation:
    texts = [each.text.strip() for each in found]
    return Translation(
        texts[0],
        score=round(found[0].score, 6) if params.scores else UNSET,
        alternatives=texts[1:] if params.alternatives else UNSET,
    )
