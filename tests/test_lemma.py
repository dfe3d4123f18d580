"""nlptool stem --lemma: WordNet and the tagger."""

from __future__ import annotations

import gzip
from pathlib import Path

import msgspec
import pytest
from nlptool_plugins.wordnet.lemmatizer import Lemmatizer
from nlptool_plugins.wordnet.morphy import PARTS, Morphy, singular
from nlptool_plugins.wordnet.tagger import Tagger

from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params
from tests.conftest import Run

WORDS = {
    "verb": "go leave pass sing hope hop stage install run be have stand",
    "noun": "leaf man men box boss bos pas pass dose dos bus motive troops american troop mouse",
    "adjective": "good best late early l lost fast",
    "adverb": "well late early fast",
}
IRREGULAR = {
    "verb": ["went go", "stood stand", "is be", "running run"],
    "noun": ["leaves leaf", "men man", "mice mouse"],
    "adjective": ["best good"],
    "adverb": ["best well"],
}


def morphy(part: str) -> Morphy:
    index = ["  1 licence", *(f"{word} x 1" for word in WORDS[part].split())]
    return Morphy(part, index, IRREGULAR[part])


@pytest.mark.parametrize(
    ("part", "forms"),
    [
        ("verb", "went:go going:go leaves:leave hoping:hope hopping:hop singing:sing staged:stage"),
        ("verb", "installed:install passed:pass blurs:"),
        ("noun", "leaves:leaf boxes:box men:man boss:boss bosses:boss pass:pass bus:bus dose:dose"),
        ("noun", "doses:dose motives:motive troops:troop 1:"),
        ("adjective", "best:good later:late earlier:early lest: lost:lost"),
        ("adverb", "best:well faster:fast earlier:early"),
    ],
)
def test_a_word_of_a_part_of_speech(part: str, forms: str) -> None:
    known = morphy(part)
    for pair in forms.split():
        form, lemma = pair.split(":")
        assert known.find(form) == (lemma or None), form


def test_a_plural_that_is_in_no_list() -> None:
    words = ["blogs", "parties", "matches", "glass", "virus", "basis", "gas", "ties", "s", "as"]
    assert [*map(singular, words)] == [
        *("blog", "party", "match", "glass", "virus", "basis", "gas", "tie", "s", "as")
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


@pytest.fixture
def small(tmp_path: Path) -> Lemmatizer:
    """A model whose tagger takes every capital for a name, and every other word for a noun."""
    for part, name in PARTS.items():
        lines = [f"{word} x 1\n" for word in WORDS[part].split()]
        (tmp_path / f"index.{name}").write_text("".join(lines))
        (tmp_path / f"{name}.exc").write_text("\n".join(IRREGULAR[part]))
    grammar = {"them": "PRON", "us": "PRON", "these": "DET", "n't": "PART", "'m": "AUX"}
    tagger = {
        "classes": ["NOUN|-", "PROPN|-"],
        "tagdict": {word: f"{tag}|-" for word, tag in grammar.items()},
        "weights": {"bias": {"NOUN|-": 1.0}, "shape X": {"PROPN|-": 2.0}},
    }
    (tmp_path / "tagger.json.gz").write_bytes(gzip.compress(msgspec.json.encode(tagger)))
    return Lemmatizer(Setup("stem", "small", tmp_path))


@pytest.mark.parametrize(
    ("text", "lemmas"),
    [
        ("stood", "stand"),
        ("men stood", "man stand"),
        ("Americans and Times", "American and Times"),
        ("these men saw them", "this man saw they"),
        ("US troops saw us", "US troop saw we"),
        ("it is n't", "it be not"),
        ("it isn't; I'm in", "it isn't; I'm in"),
        ("I 'm at report.files.com, p.m.", "I be at report.files.com, p.m."),
        ("https://x.org/boxes?men=1 boxes", "https://x.org/boxes?men=1 box"),
        ("Lest", "Lest"),
    ],
)
def test_words_in_text(small: Lemmatizer, text: str, lemmas: str) -> None:
    assert small.predict([Text(text)], Params())[0].stem == lemmas


def test_lemmas_of_other_languages(nlptool: Run) -> None:
    lemmas = {
        "de": ("Die Häuser der Nachbarn.", "der Haus der Nachbar."),
        "fr": ("Les chevaux allaient à l'école", "le cheval aller à l'école"),
        "no": ("husene", "hus"),
        "tr": ("kitaplar!", "kitap!"),
    }
    for language, (text, lemma) in lemmas.items():
        assert nlptool("stem", "--lemma", "-l", language, text).lines == [lemma]
    for words, says in [("xx", "know the language xx"), ("de --pos noun", "--pos")]:
        done = nlptool("stem", "--lemma", "-l", *words.split(), "word")
        assert (done.code, done.stdout) == (2, b"")
        assert says in done.stderr


def test_what_is_missing_is_told(nlptool: Run, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import nlptool.plugins.discovery as d; f = d.find_spec\n"
        "d.find_spec = lambda n: None if n == 'simplemma' else f(n)\n"
    )
    done = nlptool("stem", "--lemma", "-l", "de", "Häuser", PYTHONPATH=str(tmp_path))
    assert (done.code, done.stdout) == (4, b"")
    assert "pip install 'nlptool[lemma]'" in done.stderr


@pytest.mark.registry
def test_lemmas_in_text(nlptool: Run) -> None:
    lemmas = {
        "The bats aren't hanging on Peter's feet. I've SEEN mice!": (
            "the bat aren't hang on Peter's foot. I've see mouse!"
        ),
        "My boss passed the pass": "my boss pass the pass",
        "two doses of medicine": "two dose of medicine",
        "Lest we forget": "lest we forget",
        "geese": "goose",
        "taught": "teach",
        "US troops told us": "US troop tell we",
    }
    assert nlptool("stem", "--lemma", *lemmas).lines == [*lemmas.values()]
    leaves = [nlptool("stem", "--lemma", "--pos", pos, "leaves").lines for pos in ("noun", "verb")]
    assert leaves == [["leaf"], ["leave"]]


@pytest.mark.registry
def test_every_word_of_wordnet_and_every_irregular_form(nlptool: Run) -> None:
    assert nlptool("models", "pull", "wordnet").code == 0
    folder = Path(nlptool("models", "path", "wordnet").lines[0])
    for part, name in PARTS.items():
        index, exceptions = (
            (folder / file).read_text().splitlines() for file in (f"index.{name}", f"{name}.exc")
        )
        known = Morphy(part, index, exceptions)
        assert all(known.find(word) in known.lemmas for word in known.lemmas)
        for word, forms in known.exceptions.items():
            assert known.find(word) in forms or not known.lemmas.intersection(forms)
