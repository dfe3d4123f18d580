"""Chinese words by jieba, without its cache file in /tmp, which anybody could have written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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
        self.params: Params = setup.params
        self.params.need_only(setup.model, "pos", "dictionary", "mode")
        self.hmm = setup.read_options(Options).hmm
        self.jieba = jieba.Tokenizer()
        with self.jieba.get_dict_file() as file:
            self.jieba.FREQ, self.jieba.total = prefix_frequencies(file.read().decode())
        self.jieba.initialized = True
        if self.params.dictionary:
            self._add_dictionary(Path(self.params.dictionary))
        self.cut = self._cutter()

    def predict(self, batch: Sequence[Text]) -> list[Words]:
        """The texts' words."""
        return [self._words(record.text) for record in batch]

    def _words(self, text: str) -> Words:
        tokens = [token for token in self._tokens(text) if token[0].strip()]
        return Words(
            words=[word for word, _, _, _ in tokens],
            pos=[tag for _, _, _, tag in tokens] if self.params.pos else UNSET,
            spans=[(start, end) for _, start, end, _ in tokens] if self.params.offsets else UNSET,
        )

    def _tokens(self, text: str) -> Iterator[Token]:
        for piece in PIECE.finditer(text):
            base = piece.start()
            for word, start, end, tag in self.cut(piece[0]):
                yield word, base + start, base + end, tag

    def _cutter(self) -> Callable[[str], Iterable[Token]]:
        mode = self.params.mode
        if self.params.pos:
            if mode != "accurate":
                raise UsageError(f"jieba gives no parts of speech in the mode {mode}")
            from jieba.posseg import POSTokenizer

            return _Tagged(POSTokenizer(self.jieba), self.hmm)
        if mode == "full":
            return self._full
        kind = "default" if mode == "accurate" else mode
        return lambda text: ((*token, "") for token in self.jieba.tokenize(text, kind, self.hmm))

    def _full(self, text: str) -> Iterator[Token]:
        """Words of the dictionary may overlap, and come by start, then by end; others do not."""
        start = end = 0
        for word in self.jieba.cut(text, cut_all=True):
            if len(word) > 1 and self.jieba.FREQ.get(word):
                longer = start + len(word) > end
                start = text.index(word, start if longer else start + 1)
            else:
                start = text.index(word, end)
            end = start + len(word)
            yield word, start, end, ""

    def _add_dictionary(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self.jieba.load_userdict(file)
        except OSError as error:
            raise InputError(f"{path}: {error.strerror}") from error
        except ValueError as error:
            raise InputError(f"{path}: expected UTF-8 lines: word frequency tag") from error


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
