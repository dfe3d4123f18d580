"""Texts as windows of tokens that fit an encoder, the special tokens in their places."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from nlptool.errors import RecordError

USUAL_LIMIT = 512
PAIR_LIMIT = 384
"""Tokens of a window of question and context, as in BERT's training on SQuAD."""

PIECE = 1 << 20
"""Characters of a text that is cut into tokens as one."""

CONTEXT = 1 << 24
"""Characters of a context: tokens and spans are in memory, hundreds of bytes each."""

POSITIONS_AFTER_PADDING = frozenset(
    {
        "camembert",
        "data2vec-text",
        "ibert",
        "longformer",
        "mpnet",
        "roberta",
        "roberta-prelayernorm",
        "xlm-roberta",
        "xlm-roberta-xl",
        "xmod",
    }
)
"""Model types that count positions from pad_token_id + 1, so that they take fewer tokens."""

UNKNOWN = ("[UNK]", "<unk>")

Special = list[tuple[int, int]]


class Window(NamedTuple):
    """One input of a model: token ids and their types.

    From the place ``first`` on stand tokens of the text (of the context, in a pair): those from
    ``token`` on in the whole text, ``length`` of them.
    """

    ids: list[int]
    types: list[int]
    first: int
    token: int
    length: int


class Tokens(NamedTuple):
    """The tokens of a text without special ones; ``offsets``: (start, end) in its characters."""

    ids: list[int]
    offsets: Sequence[tuple[int, int]]


class Frame(NamedTuple):
    """The special tokens about one text or two, as (id, type), and the types of the two texts."""

    before: Special
    between: Special
    after: Special
    types: tuple[int, int]

    @classmethod
    def of(cls, encoding: Any) -> Frame:
        """The frame of a text, or a pair, that was encoded with special tokens."""
        tokens = list(zip(encoding.ids, encoding.type_ids, strict=True))
        mask = encoding.special_tokens_mask
        first, last = mask.index(0), len(mask) - 1 - mask[::-1].index(0)
        between = [tokens[index] for index in range(first, last) if mask[index]]
        types = (tokens[first][1], tokens[last][1])
        return cls(tokens[:first], between, tokens[last + 1 :], types)

    @property
    def specials(self) -> int:
        """How many special tokens there are."""
        return len(self.before) + len(self.between) + len(self.after)


class Cutter:
    """Cuts texts, and contexts under a question, into windows of at most ``limit`` tokens.

    ``tokenizer`` is one of the library tokenizers, or anything with its ``encode``,
    ``encode_batch`` and ``token_to_id``. ``overlap`` is how many tokens two windows of a context
    share.
    """

    def __init__(self, tokenizer: Any, limit: int, overlap: int) -> None:
        self.tokenizer = tokenizer
        self.limit = limit
        self.overlap = overlap
        self.single = Frame.of(tokenizer.encode("a"))
        self.pair = Frame.of(tokenizer.encode("a", "a"))
        self.unknown = {tokenizer.token_to_id(name) for name in UNKNOWN}
        self.tokens_of = lru_cache(64)(self._tokens_of)

    def text_windows(self, texts: Sequence[str]) -> list[list[Window] | RecordError]:
        """For each text its windows, end to end; RecordError where no token is known."""
        if max(map(len, texts), default=0) > PIECE:
            return [self._windows_of(self._ids(text)) for text in texts]
        encodings = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        return [self._windows_of(encoding.ids) for encoding in encodings]

    def _ids(self, text: str) -> array[int]:
        """The tokens of a text of any length, piece by piece: the library holds two hundred bytes
        for each."""
        found = array("I")
        for piece in pieces(text, PIECE):
            found.extend(self.tokenizer.encode(piece, add_special_tokens=False).ids)
        return found

    def pair_windows(self, question: str, context: str) -> list[Window] | RecordError:
        """The windows of a context, each under the question.

        RecordError where one of them is empty or has no token that is known, where the question
        fills half a window, or the context is larger than CONTEXT.
        """
        if len(context) > CONTEXT:
            return RecordError(
                f"the context has {len(context)} characters, more than {CONTEXT}; give it in parts"
            )
        for name, text in (("question", question), ("context", context)):
            if not text.strip():
                return RecordError(f"the {name} is empty")
            if not self._known(self.tokens_of(text).ids):
                return RecordError(f"no part of the {name} is in the model's vocabulary")
        asked, there = self.tokens_of(question).ids, self.tokens_of(context).ids
        room = self.limit - self.pair.specials - len(asked)
        if room < self.limit // 2:
            most = self.limit - self.pair.specials - self.limit // 2
            return RecordError(
                f"the question has {len(asked)} tokens; with this model it may have {most}"
            )
        overlap = min(self.overlap, room // 2)
        return [
            self._framed(self.pair, asked, there, start, room)
            for start in starts(len(there), room, room - overlap)
        ]

    def _windows_of(self, ids: Sequence[int]) -> list[Window] | RecordError:
        if not self._known(ids):
            return RecordError("no part of the text is in the model's vocabulary")
        room = self.limit - self.single.specials
        return [
            self._framed(self.single, [], ids, start, room)
            for start in starts(len(ids), room, room)
        ]

    def _known(self, ids: Sequence[int]) -> bool:
        return not self.unknown.issuperset(ids)

    def _tokens_of(self, text: str) -> Tokens:
        encoding = self.tokenizer.encode(text, add_special_tokens=False)
        return Tokens(encoding.ids, encoding.offsets)

    def _framed(
        self, frame: Frame, asked: Sequence[int], there: Sequence[int], start: int, room: int
    ) -> Window:
        part = there[start : start + room]
        tokens = [
            *frame.before,
            *((token, frame.types[0]) for token in asked),
            *frame.between,
            *((token, frame.types[1]) for token in part),
            *frame.after,
        ]
        first = len(tokens) - len(frame.after) - len(part)
        ids, types = zip(*tokens, strict=True)
        return Window(list(ids), list(types), first, start, len(part))


def pieces(text: str, most: int) -> Iterator[str]:
    """A text in pieces of at most ``most`` characters, each but the first begun by a space where
    there is one."""
    start = 0
    while len(text) - start > most:
        space = text.rfind(" ", start + 1, start + most + 1)
        end = space if space > 0 else start + most
        yield text[start:end]
        start = end
    yield text[start:]


def starts(count: int, room: int, step: int) -> Iterator[int]:
    """Where windows of ``room`` tokens begin, ``step`` apart, the last one reaching the end."""
    start = 0
    while start + room < count:
        yield start
        start += step
    yield start


def position_limit(config: Mapping[str, Any]) -> int:
    """How many tokens a model takes by its config.json; 512 where it does not say."""
    positions = config.get("max_position_embeddings") or config.get("n_positions")
    if not positions or positions < 0:
        return USUAL_LIMIT
    if config.get("model_type") in POSITIONS_AFTER_PADDING:
        return int(positions) - int(config.get("pad_token_id") or 0) - 1
    return int(positions)
