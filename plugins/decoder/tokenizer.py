"""A GGUF file's tokenizer, rebuilt by the library tokenizers from its vocabulary and merges.

``tokenizer.ggml.model`` is ``gpt2`` for byte-level BPE, whose words are cut as
``tokenizer.ggml.pre`` says, or ``llama`` for sentencepiece's BPE, whose merges follow from the
scores of its pieces.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nlptool.errors import ModelError
from nlptool.gguf import Gguf

NORMAL, UNKNOWN, CONTROL, USER = 1, 2, 3, 4
"""``tokenizer.ggml.token_type``."""
SPACE = "▁"

SHORT_FORMS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)"
WORDS = (
    SHORT_FORMS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN_WORDS, LLAMA_WORDS = WORDS % r"\p{N}", WORDS % r"\p{N}{1,3}"
PRE = ("gpt-2", "default", "smollm", "qwen2", "llama-bpe")
"""How words are cut before merging, by llama.cpp's names."""


@dataclass(frozen=True)
class Vocabulary:
    """The tokens in order, and those with a task of their own; None where there is none."""

    tokens: list[str]
    bos: str | None
    eos: str | None
    unk: str | None
    starts: bool
    """Whether a text begins with ``bos``."""


def vocabulary_of(gguf: Gguf) -> Vocabulary:
    """ModelError where the file has no vocabulary, or one that names a token that is not there."""
    tokens = gguf.get("tokenizer.ggml.tokens", list)
    if not all(isinstance(token, str) for token in tokens) or len({*tokens}) != len(tokens):
        raise ModelError(f"{gguf.file}: a token of its vocabulary stands there twice")

    def special(name: str) -> str | None:
        number = gguf.metadata.get(f"tokenizer.ggml.{name}_token_id")
        if number is None:
            return None
        if not isinstance(number, int) or not 0 <= number < len(tokens):
            raise ModelError(f"{gguf.file}: its {name} token is none of its vocabulary")
        token: str = tokens[number]
        return token

    model = gguf.get("tokenizer.ggml.model", str)
    starts = gguf.get("tokenizer.ggml.add_bos_token", bool, model == "llama")
    return Vocabulary(tokens, special("bos"), special("eos"), special("unknown"), starts)


def tokenizer_of(gguf: Gguf) -> Any:
    """The ``tokenizers.Tokenizer``; it adds no special tokens."""
    from tokenizers import AddedToken

    vocabulary = vocabulary_of(gguf)
    model = gguf.get("tokenizer.ggml.model", str)
    makers = {"gpt2": _byte_level, "llama": _sentencepiece}
    if model not in makers:
        raise ModelError(f"{gguf.file}: a tokenizer of the kind {model} is not known")
    tokenizer = makers[model](gguf, vocabulary)
    kinds = gguf.get("tokenizer.ggml.token_type", array, array("i"))
    added = [
        AddedToken(token, special=kind == CONTROL, normalized=False)
        for token, kind in zip(vocabulary.tokens, kinds, strict=False)
        if kind in (CONTROL, USER)
    ]
    tokenizer.add_special_tokens([token for token in added if token.special])
    tokenizer.add_tokens([token for token in added if not token.special])
    return tokenizer


def _byte_level(gguf: Gguf, vocabulary: Vocabulary) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers

    merges = [tuple(merge.split(" ")) for merge in gguf.get("tokenizer.ggml.merges", list)]
    pre = gguf.get("tokenizer.ggml.pre", str, "default")
    if pre not in PRE:
        raise ModelError(f"{gguf.file}: words cut as {pre} are not known; known are {PRE}")
    model = _bpe(gguf, vocabulary, merges, ignore_merges=pre == "llama-bpe")
    tokenizer = Tokenizer(model)
    whole = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    words = pre_tokenizers.ByteLevel(add_prefix_space=False)
    if pre in ("qwen2", "llama-bpe"):
        pattern = Regex(QWEN_WORDS if pre == "qwen2" else LLAMA_WORDS)
        cuts = [pre_tokenizers.Split(pattern, "isolated"), whole]
    elif pre == "smollm":
        cuts = [pre_tokenizers.Digits(individual_digits=True), words]
    else:
        cuts = [words]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(cuts)
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _sentencepiece(gguf: Gguf, vocabulary: Vocabulary) -> Any:
    from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers

    scores = gguf.get("tokenizer.ggml.scores", array)
    if len(scores) != len(vocabulary.tokens):
        raise ModelError(f"{gguf.file}: its vocabulary has not a score for every token")
    merges = _merges(vocabulary.tokens, scores)
    tokenizer = Tokenizer(
        _bpe(gguf, vocabulary, merges, byte_fallback=True, fuse_unk=True, unk_token=vocabulary.unk)
    )
    spaces = normalizers.Replace(" ", SPACE)
    undone = [decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()]
    if gguf.get("tokenizer.ggml.add_space_prefix", bool, True):
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), spaces])
        undone.append(decoders.Strip(" ", 1, 0))
    else:
        tokenizer.normalizer = spaces
        tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(undone)
    return tokenizer


def _merges(tokens: list[str], scores: array[float]) -> list[tuple[str, str]]:
    """Every way to make a piece of two others; pieces of the highest score first, as transformers
    makes them of a sentencepiece model."""
    at = {token: number for number, token in enumerate(tokens)}

    def ways(token: str) -> Iterator[tuple[str, str]]:
        cuts = ((token[:cut], token[cut:]) for cut in range(1, len(token)))
        found = [(left, right) for left, right in cuts if left in at and right in at]
        yield from sorted(found, key=lambda way: (at[way[0]], at[way[1]]))

    scored = [
        (score, way) for token, score in zip(tokens, scores, strict=True) for way in ways(token)
    ]
    scored.sort(key=lambda each: (each[0], len(each[1][0]), len(each[1][1])), reverse=True)
    return [way for _, way in scored]


def _bpe(gguf: Gguf, vocabulary: Vocabulary, merges: list[Any], **options: Any) -> Any:
    from tokenizers import models

    numbers = {token: number for number, token in enumerate(vocabulary.tokens)}
    try:
        return models.BPE(numbers, merges, **options)
    except Exception as error:
        raise ModelError(f"{gguf.file}: its tokenizer cannot be rebuilt: {error}") from error
