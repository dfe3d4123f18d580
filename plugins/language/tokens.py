"""Texts as tokens and back, by one of the library tokenizers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .model import Tokens

FIELD = re.compile(r"\{(\w+)\}")


class Tokenized:
    """The part of a language model that its tokenizer does.

    ``start`` are tokens that every text begins with. What reads like a special token in a text is
    text.
    """

    def __init__(self, tokenizer: Any, start: Sequence[str], end: Sequence[str]) -> None:
        self.tokenizer = tokenizer
        self.start, self.end = list(start), list(end)
        self.special: Sequence[str] = [
            token.content
            for token in tokenizer.get_added_tokens_decoder().values()
            if token.special
        ]
        tokenizer.encode_special_tokens = True

    def encode(self, text: str) -> list[str]:
        """A text's tokens, after the model's start token if it has one."""
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
        text: str = self.tokenizer.decode(self.numbers(tokens), skip_special_tokens=True)
        return text

    def token(self, number: int) -> str:
        """A token of the vocabulary; one that the tokenizer does not know is empty."""
        return self.tokenizer.id_to_token(number) or ""

    def number(self, token: str) -> int:
        """Where a token stands in the vocabulary."""
        (found,) = self.numbers([token])
        return found

    def numbers(self, tokens: Tokens) -> list[int]:
        """The numbers of tokens; those that pad a vocabulary have none."""
        number = self.tokenizer.token_to_id
        return [found for token in tokens if (found := number(token)) is not None]

    def stops(self, texts: Sequence[str]) -> tuple[list[str], list[str]]:
        """Tokens and texts that end an answer; a text may also end inside a token."""
        tokens = [self.fill(text, {}) for text in texts]
        ends = [only for found in tokens if len(found) == 1 for only in found]
        return [*self.end, *ends], [text for text in texts if text not in self.special]
