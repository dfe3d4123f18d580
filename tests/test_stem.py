"""nlptool stem."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest
import Stemmer as pystemmer
from hypothesis import given
from hypothesis import strategies as st
from nlptool_plugins.nltk import LANGUAGES, OLD, Stemmer
from nltk.stem import SnowballStemmer

from nlptool.plugins.adapter import Setup
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params
from tests.conftest import Environment, Run

ROOTS = (
    "",
    "b",
    "hajj",
    "trekk",
    "zéé",
    "y",
    "tr",
    "oe",
    "ee",
    "by",
    "syll",
    "bat",
    "hopp",
    "relat",
    "fil",
    "agr",
    "'",
)
SUFFIXES = (
    *("s", "'s", "es", "sses", "ies", "ss", "ed", "eed", "ing", "at", "bl", "iz", "y", "e", "ll"),
    *("ational", "tional", "enci", "anci", "izer", "abli", "alli", "entli", "eli", "ousli", "al"),
    *("ization", "ation", "ator", "alism", "iveness", "fulness", "ousness", "aliti", "iviti"),
    *("biliti", "icate", "ative", "alize", "iciti", "ical", "ful", "ness", "ance", "ence", "er"),
    *("ic", "able", "ible", "ant", "ement", "ment", "ent", "sion", "tion", "ou", "ism", "ate"),
    *("iti", "ous", "ive", "ize"),
)
"""The suffixes of all steps of Porter's algorithm, after roots of each of its measures."""

VOCABULARY = [
    root + "".join(suffixes)
    for root in ROOTS
    for count in (0, 1, 2)
    for suffixes in itertools.product(SUFFIXES, repeat=count)
    if root or suffixes
]


def stemmer(algorithm: str, engine: str = "auto") -> Stemmer:
    options = {"algorithm": algorithm, "engine": engine}
    return Stemmer(Setup("stem", algorithm, None, options=options))


def stems(adapter: Stemmer, texts: list[str], language: str = "en") -> list[str]:
    records = [Text(text) for text in texts]
    return [result.stem for result in adapter.predict(records, Params(language))]


@pytest.fixture(scope="module")
def porter() -> Stemmer:
    return stemmer("porter")


def test_the_faster_engine_gives_the_same_answers(porter: Stemmer) -> None:
    assert len(VOCABULARY) > 50_000
    assert stems(porter, VOCABULARY) == stems(stemmer("porter", "nltk"), VOCABULARY)


@given(st.from_regex(r"[a-zé']{0,6}([a-zé'])\1?(ed|ing|s|e|er|y|ational)?s?", fullmatch=True))
def test_the_faster_engine_gives_the_same_answers_to_any_word(porter: Stemmer, word: str) -> None:
    assert stems(porter, [word]) == stems(stemmer("porter", "nltk"), [word])


def test_porters_own_examples(porter: Stemmer) -> None:
    examples = {
        "caresses": "caress",
        "ponies": "poni",
        "feed": "feed",
        "plastered": "plaster",
        "motoring": "motor",
        "hopping": "hop",
        "filing": "file",
        "happy": "happi",
        "relational": "relat",
        "adoption": "adopt",
    }
    assert stems(porter, list(examples)) == list(examples.values())


def test_the_rest_of_a_text_is_kept(porter: Stemmer) -> None:
    text = "\tThe *runners'* dogs -- 42nd; don't_stop!  e-mails 😀 北京"
    assert stems(porter, [text]) == ["\tthe *runner'* dog -- 42nd; don't_stop!  e-mail 😀 北京"]


def test_a_line_of_letters_and_apostrophes_is_one_word(porter: Stemmer) -> None:
    assert stems(porter, ["'s", "'running'", "'running' now"]) == ["'", "'running'", "'run' now"]


@given(st.lists(st.text(alphabet="abdeginrs'\n .,7É\u0301ы", max_size=20), min_size=1))
def test_texts_do_not_touch_each_other(porter: Stemmer, texts: list[str]) -> None:
    assert stems(porter, texts) == [stems(porter, [text])[0] for text in texts]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="'\u2019")))
def test_nothing_but_words_changes(porter: Stemmer, text: str) -> None:
    found = stems(porter, [text.lower()])[0]
    between = [char for char in text.lower() if not (char.isalnum() or char == "_")]
    assert [char for char in found if not (char.isalnum() or char == "_")] == between


def test_snowball_in_every_language() -> None:
    words = {
        "ar": ("الكتاب", "كتاب"),
        "ca": ("cantàvem", "cant"),
        "cs": ("domech", "dom"),
        "da": ("husene", "hus"),
        "de": ("häuser", "haus"),
        "el": ("βιβλία", "βιβλ"),
        "en": ("generously", "generous"),
        "eo": ("librojn", "libr"),
        "es": ("torneadas", "torn"),
        "et": ("raamatutes", "raama"),
        "eu": ("liburuak", "liburu"),
        "fa": ("کتاب\u200cها", "کتاب"),
        "fi": ("taloissa", "talo"),
        "fr": ("continuellement", "continuel"),
        "ga": ("bhfuinneog", "fuinneog"),
        "hi": ("किताबें", "किताब"),
        "hu": ("házakban", "ház"),
        "hy": ("քաղաքներում", "քաղ"),
        "id": ("membacakan", "baca"),
        "it": ("abbandonate", "abbandon"),
        "lt": ("knygomis", "knyg"),
        "ne": ("किताबहरू", "किताब"),
        "nl": ("lichamelijke", "lichamelijk"),
        "no": ("havnedistriktene", "havnedistrikt"),
        "pl": ("książkami", "książk"),
        "pt": ("quilométricas", "quilométr"),
        "ro": ("copiilor", "cop"),
        "ru": ("важнейшие", "важн"),
        "sr": ("књигама", "knjig"),
        "st": ("dibuka", "dibuk"),
        "sv": ("jaktkarlarne", "jaktkarl"),
        "ta": ("புத்தகங்கள்", "புத்தகம்"),
        "tr": ("kıtalar", "kıta"),
        "yi": ("ביכער", "ביכ"),
    }
    assert words.keys() == LANGUAGES.keys()
    snowball = stemmer("snowball")
    for language, (word, stem) in words.items():
        assert stems(snowball, [f"({word.upper()})"], language) == [f"({stem})"], language


def test_all_of_pystemmers_languages_are_offered() -> None:
    algorithms = {*pystemmer.algorithms()} - {"porter", "dutch_porter"}
    assert algorithms == {*LANGUAGES.values()}


def test_nltks_snowball_is_the_older_one() -> None:
    words = ["added", "emergency", "evenings"]
    assert stems(stemmer("snowball"), words) == ["add", "emergenc", "evening"]
    assert stems(stemmer("snowball", "nltk"), words) == ["ad", "emerg", "even"]
    old = ((code, name) for code, name in LANGUAGES.items() if code in OLD)
    assert {name for _, name in old} == {*SnowballStemmer.languages} - {"porter"}


def test_capitals_of_turkish_are_its_own() -> None:
    assert stems(stemmer("snowball"), ["IŞIKLAR İŞLER"], "tr") == ["ışık iş"]


def test_lancaster() -> None:
    assert stems(stemmer("lancaster"), ["maximum"]) == ["maxim"]


def test_the_command(nlptool: Run) -> None:
    assert nlptool("stem", "running", "The runners").lines == ["run", "the runner"]
    assert nlptool("stem", stdin=b"running\n\nflies").lines == ["run", "", "fli"]
    assert nlptool("stem", "-l", "de", "Die Häuser.").lines == ["die haus."]
    assert nlptool("stem", "-a", "snowball", "added").lines == ["add"]
    assert nlptool("stem", "-a", "snowball-nltk", "added").lines == ["ad"]
    rows = nlptool("stem", "-a", "lancaster", "-f", "jsonl", "Maximum").rows
    assert rows == [{"id": 1, "stem": "maxim"}]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("-l", "xx"), "porter does not know the language xx"),
        (("-l", "de", "-a", "porter"), "try --algorithm snowball"),
        (("-l", "tr", "-a", "snowball-nltk"), "try --algorithm snowball"),
        (("-a", "porter", "--lemma"), "give one of --algorithm, --lemma and --model"),
        (("--pos", "noun"), "--lemma"),
        (("-a", "lancaster", "-O", "engine=pystemmer"), "no Lancaster"),
        (("-O", "engine=fast"), "options"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(nlptool: Run, words: list[str], says: str) -> None:
    done = nlptool("stem", *words, "word")
    assert done.code == 2
    assert says in done.stderr
    assert done.stdout == b""


def test_stem_imports_nothing_heavy(environment: Environment) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "nlptool", "stem", "running"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert done.stdout == "run\n"
    assert "Stemmer" in imported
    heavy = {"nltk", "numpy", "pydantic", "rich", "rich.console", "ctypes", "urllib.request"}
    assert not heavy & imported
