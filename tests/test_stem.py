"""nlptool stem."""

from tests.conftest import Run


def test_words_and_texts(nlptool: Run) -> None:
    assert nlptool("stem", "running", "The runners").lines == ["run", "the runner"]


def test_a_line_in_is_a_line_out(nlptool: Run) -> None:
    assert nlptool("stem", stdin=b"running\n\nflies").lines == ["run", "", "fli"]
