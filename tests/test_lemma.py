"""nlptool stem --lemma: WordNet and the tagger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest
from nlptool_plugins.wordnet.morphy import PARTS, Morphy
from nlptool_plugins.wordnet.tagger import Tagger

from tests.conftest import Run

INDEX = ["  1 licence", "go v 1", "leave v 1", "leaf n 1", "men n 1", "man n 1", "box n 1"]
ENDINGS = ("", "s", "es", "ies", "ves", "men", "ed", "ing", "er", "est")


def test_rules_exceptions_and_words_that_are_not_there() -> None:
    verbs = Morphy("verb", INDEX, ["went go"])
    assert [verbs.lemma(word) for word in ("went", "going", "leaves", "blurs")] == [
        *("go", "go", "leave", "blurs")
    ]
    nouns = Morphy("noun", INDEX, ["leaves leaf"])
    assert [nouns.lemma(word) for word in ("leaves", "boxes", "men", "1")] == [
        *("leaf", "box", "men", "1")
    ]


def test_the_tagger_follows_its_weights_and_its_dictionary() -> None:
    weights = {
        "bias": {"NOUN|-": 1.0},
        "t-1 PART|-": {"VERB|Inf": 3.0},
        "shape X": {"PROPN|-": 2.0},
    }
    tagger = Tagger(["NOUN|-", "VERB|Inf", "PROPN|-"], {"to": "PART|-"}, weights)
    assert list(tagger.tag(["to", "run", "runs", "Peter"])) == ["PART", "VERB", "NOUN", "PROPN"]
    assert list(tagger.tag([])) == []


@pytest.mark.registry
def test_lemmas_in_text(nlptool: Run) -> None:
    text = "The bats aren't hanging on Peter's feet. I've SEEN mice!"
    done = nlptool("stem", "--lemma", text)
    assert done.lines == ["the bat aren't hang on Peter's foot. I've see mouse!"]
    leaves = [nlptool("stem", "--lemma", "--pos", pos, "leaves").lines for pos in ("noun", "verb")]
    assert leaves == [["leaf"], ["leave"]]
    assert nlptool("stem", "--lemma", "-l", "de", "Häuser").code != 0


@pytest.mark.registry
def test_lemmas_are_nltks(nlptool: Run) -> None:
    assert nlptool("models", "pull", "wordnet").code == 0
    folder = Path(nlptool("models", "path", "wordnet").lines[0])
    reader = nltks_reader(folder)
    for part, name in PARTS.items():
        index, exceptions = (
            (folder / file).read_text().splitlines() for file in (f"index.{name}", f"{name}.exc")
        )
        morphy = Morphy(part, index, exceptions)
        for word in words(index, exceptions):
            found = reader._morphy(word, name[0] if part != "adverb" else "r")
            assert morphy.lemma(word) == (min(found, key=len) if found else word)


def words(index: list[str], exceptions: list[str]) -> Iterator[str]:
    """All exceptions, and every 20th word of WordNet in every form."""
    yield from (line.split()[0] for line in exceptions)
    for line in index[29::20]:
        lemma = line.split()[0]
        yield from (lemma + ending for ending in ENDINGS)
        yield from (lemma[:-1] + ending for ending in ENDINGS)


def nltks_reader(folder: Path):  # type: ignore[no-untyped-def]
    """NLTK's own, which would read all of WordNet, with the files that the model has."""
    from nltk.corpus.reader.wordnet import WordNetCorpusReader

    class Reader(WordNetCorpusReader):
        def __init__(self) -> None:
            self._lemma_pos_offset_map = defaultdict(dict)
            self._exception_map = {}
            self.satellite_offsets = set()
            self._load_lemma_pos_offset_map()
            self._load_exception_map()

        def open(self, name: str) -> TextIO:
            return (folder / name).open(encoding="utf-8")

    return Reader()
