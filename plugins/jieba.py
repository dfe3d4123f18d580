"""Chinese words by jieba, without its cache file in /tmp, which anybody could have written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET

from nlptool.adapter import Adapter, Batching, Setup
from nlptool.errors import InputError, UsageError
from nlptool.tasks.base import Text
from nlptool.tasks.segment import Params, Words

PIECE = re.compile(
    r".{1,1000}(?<=[^\u4e00-\u9fd5a-zA-Z0-9+#&._%-])|.{1,1000}",
    re.DOTALL,
)
"""Up to 1,000 characters that end where jieba ends a block anyway, if there is such a place: its
Viterbi takes time by the square of a block's length."""

Token = tuple[str, int, int, str]
"""A word, its start and end, its part of speech or an empty string."""
Cut = Callable[[str], Iterable[Token]]

HELD = 2
"""Dictionaries that are kept for the requests to come."""


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``hmm``: find words that are not in the dictionary."""

    hmm: bool = True


class Segmenter(Adapter[Text, Words]):
    """The words of Chinese text, and of what stands in it in other scripts; no white space."""

    tasks = ("segment",)
    needs = {"jieba": "nlptool[words]"}
    batching = Batching(count=128, window=128)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        import jieba

        jieba.setLogLevel("CRITICAL")
        self.hmm = setup.read_options(Options).hmm
        self.tokenizer = lru_cache(HELD)(_tokenizer)

    def check(self, params: Params) -> None:
        """UsageError for entities, and for parts of speech in another mode than ``accurate``."""
        params.need_only(self.setup.model, "pos", "dictionary", "mode")
        if params.pos and params.mode != "accurate":
            raise UsageError(f"jieba gives no parts of speech in the mode {params.mode}")

    def predict(self, batch: Sequence[Text], params: Params) -> list[Words]:
        """The texts' words."""
        cut = self._cutter(params)
        return [self._words(record.text, params, cut) for record in batch]

    def _words(self, text: str, params: Params, cut: Cut) -> Words:
        tokens = [token for token in _tokens(text, cut) if token[0].strip()]
        return Words(
            words=[word for word, _, _, _ in tokens],
            pos=[tag for _, _, _, tag in tokens] if params.pos else UNSET,
            spans=[(start, end) for _, start, end, _ in tokens] if params.offsets else UNSET,
        )

    def _cutter(self, params: Params) -> Cut:
        tokenizer = self.tokenizer(params.dictionary)
        if params.pos:
            from jieba.posseg import POSTokenizer

            return _Tagged(POSTokenizer(tokenizer), self.hmm)
        if params.mode == "full":
            return partial(_full, tokenizer)
        kind = "default" if params.mode == "accurate" else params.mode
        return lambda text: ((*token, "") for token in tokenizer.tokenize(text, kind, self.hmm))


def _tokenizer(dictionary: str | None) -> Any:
    """jieba with its own dictionary, and the user's."""
    import jieba

    tokenizer = jieba.Tokenizer()
    with tokenizer.get_dict_file() as file:
        tokenizer.FREQ, tokenizer.total = prefix_frequencies(file.read().decode())
    tokenizer.initialized = True
    if dictionary is None:
        return tokenizer
    try:
        with Path(dictionary).open("rb") as file:
            tokenizer.load_userdict(file)
    except OSError as error:
        raise InputError(f"{dictionary}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{dictionary}: expected UTF-8 lines: word frequency tag") from error
    return tokenizer


def _tokens(text: str, cut: Cut) -> Iterator[Token]:
    for piece in PIECE.finditer(text):
        base = piece.start()
        for word, start, end, tag in cut(piece[0]):
            yield word, base + start, base + end, tag


def _full(tokenizer: Any, text: str) -> Iterator[Token]:
    """Words of the dictionary may overlap, and come by start, then by end; others do not."""
    start = end = 0
    for word in tokenizer.cut(text, cut_all=True):
        if len(word) > 1 and tokenizer.FREQ.get(word):
            longer = start + len(word) > end
            start = text.index(word, start if longer else start + 1)
        else:
            start = text.index(word, end)
        end = start + len(word)
        yield word, start, end, ""


class _Tagged:
    """jieba's words with their parts of speech."""

    def __init__(self, tokenizer: Any, hmm: bool) -> None:
        self.tokenizer = tokenizer
        self.hmm = hmm

    def __call__(self, text: str) -> Iterator[Token]:
        start = 0
        for word, tag in self.tokenizer.cut(text, HMM=self.hmm):
            yield word, start, start + len(word), tag
            start += len(word)


def prefix_frequencies(dictionary: str) -> tuple[dict[str, int], int]:
    """What jieba's gen_pfdict makes of lines ``word frequency tag``, in half the time: every word's
    frequency, 0 for what is but the beginning of words; and the sum."""
    fields = dictionary.split()
    numbers = list(map(int, fields[1::3]))
    frequencies = dict(zip(fields[::3], numbers, strict=True))
    for word in list(frequencies):
        start = word[:-1]
        while start and start not in frequencies:
            frequencies[start] = 0
            start = start[:-1]
    return frequencies, sum(numbers)
