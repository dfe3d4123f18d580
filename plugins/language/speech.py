"""Tokens as they come, made text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any

from nlptool.tasks.generate import Reason

from .model import Generated, Piece
from .stops import Held


def pieces(
    steps: Iterable[int],
    tokenizer: Any,
    *,
    ends: Collection[int],
    own_ends: Collection[int],
    stops: Sequence[str],
    full: Reason,
) -> Iterator[Piece]:
    """The text of tokens by their numbers, up to a token of ``ends`` or a text of ``stops``.

    The last piece has a reason: ``end`` for a token of ``own_ends``, ``stop`` for another one or a
    text, ``full`` where the tokens are all used up. ``tokenizer`` is one of the library tokenizers.
    """
    from tokenizers.decoders import DecodeStream

    stream, held = DecodeStream(skip_special_tokens=True), Held(stops)
    reason, tokens = full, []
    steps = iter(steps)
    for number in steps:
        if number in ends:
            reason = "end" if number in own_ends else "stop"
            break
        tokens.append(tokenizer.id_to_token(number) or "")
        said = held.add(stream.step(tokenizer, number) or "")
        if held.stopped:
            reason = "stop"
            yield Piece(said, tokens)
            tokens = []
            break
        if said:
            yield Piece(said, tokens)
            tokens = []
    yield Piece(held.rest(), tokens, reason)


def whole(spoken: Iterator[Piece]) -> Generated:
    """All pieces as one text."""
    with closing(spoken):  # type: ignore[type-var]
        parts = list(spoken)
    tokens = [token for part in parts for token in part.tokens]
    reason = parts[-1].reason or "length"
    return Generated("".join(part.text for part in parts), tokens, 0.0, reason)
