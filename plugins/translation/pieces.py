"""Tokens of a translation model, by sentencepiece or tokenizers, without transformers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from nlptool.errors import ModelError

END = "</s>"
SPECIAL = frozenset((END, "<s>", "<unk>", "<pad>"))
SHARED = ("sentencepiece.model", "sentencepiece.bpe.model", "spiece.model")


class Pieces(Protocol):
    """Text to tokens of the source, and tokens of the target to text."""

    def encode(self, texts: Sequence[str]) -> list[list[str]]: ...
    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]: ...


def pieces_of(folder: Path, model: str) -> Pieces:
    """The tokens of the model in a folder, told by its files; ModelError where none is known."""
    if (folder / "source.spm").is_file():
        return SentencePieces(folder / "source.spm", folder / "target.spm")
    for name in SHARED:
        if (folder / name).is_file():
            return SentencePieces(folder / name, folder / name)
    if (folder / "tokenizer.json").is_file():
        return TokenizerPieces(folder / "tokenizer.json")
    raise ModelError(f"model {model} has neither source.spm, {SHARED[0]} nor tokenizer.json")


class SentencePieces:
    """As Marian has it: a model for the source, one for the target."""

    def __init__(self, source: Path, target: Path) -> None:
        from sentencepiece import SentencePieceProcessor

        self.source = SentencePieceProcessor(model_file=str(source))
        self.target = SentencePieceProcessor(model_file=str(target))

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """The pieces of each text, and the end."""
        return [[*pieces, END] for pieces in self.source.encode(list(texts), out_type=str)]

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """The texts, without special tokens."""
        plain = [[token for token in each if not _special(token)] for each in tokens]
        found: list[str] = self.target.decode(plain)
        return found


class TokenizerPieces:
    """By a tokenizer.json, which adds the special tokens itself."""

    def __init__(self, file: Path) -> None:
        from tokenizers import Tokenizer

        self.tokenizer: Any = Tokenizer.from_file(str(file))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """The tokens of each text."""
        return [encoding.tokens for encoding in self.tokenizer.encode_batch(list(texts))]

    def decode(self, tokens: Sequence[Sequence[str]]) -> list[str]:
        """The texts, without special tokens."""
        number = self.tokenizer.token_to_id
        ids = [[found for token in each if (found := number(token)) is not None] for each in tokens]
        texts: list[str] = self.tokenizer.decode_batch(ids, skip_special_tokens=True)
        return texts


def _special(token: str) -> bool:
    return token in SPECIAL or (token.startswith(">>") and token.endswith("<<"))
