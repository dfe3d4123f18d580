"""The EasyOCR adapter: which languages go together, and real pages by its real weights."""

from __future__ import annotations

from pathlib import Path

import pytest
from nlptool_plugins.easyocr import network_for, read_config
from PIL import Image

from nlptool.errors import UsageError
from tests.conftest import Run
from tests.pictures import drawn


@pytest.mark.parametrize(
    ("languages", "network"),
    [
        ("en", "english_g2"),
        ("fr", "latin_g2"),
        ("en fr de", "latin_g2"),
        ("ch_sim", "zh_sim_g2"),
        ("en ch_tra", "zh_tra_g1"),
        ("ja en", "japanese_g2"),
        ("th en", "thai_g1"),
        ("ru uk en", "cyrillic_g2"),
        ("ar fa", "arabic_g1"),
        ("hi ne en", "devanagari_g1"),
        ("bn as", "bengali_g1"),
    ],
)
def test_the_network_for_languages(languages: str, network: str) -> None:
    assert network_for(languages.split(), read_config()) == network


@pytest.mark.parametrize(
    ("languages", "why"),
    [
        ("ch_sim ja", "ch_sim goes with en only"),
        ("ch_sim ch_tra", "ch_tra goes with en only"),
        ("ko fr", "ko goes with en only"),
        ("ru fr en", "cyrillic languages go with each other and en only"),
        ("ar hi", "arabic languages go with each other and en only"),
        ("eng", "did you mean en"),
        ("klingon", "EasyOCR knows no language klingon"),
    ],
)
def test_languages_that_do_not_go_together(languages: str, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        network_for(languages.split(), read_config())


def test_every_language_of_easyocr_has_a_network() -> None:
    config = read_config()
    networks = {**config.recognition_models["gen1"], **config.recognition_models["gen2"]}
    assert all(network_for([code], config) in networks for code in config.all_lang_list)


def test_a_model_without_the_files(nlptool: Run, home: Path, tmp_path: Path) -> None:
    (home / "models.yaml").write_text(
        "models:\n  mine: {task: ocr, adapter: easyocr, source: 'path:weights', languages: [fr]}\n"
    )
    (tmp_path / "work/weights").mkdir()
    (tmp_path / "work/weights/readme.txt").write_text("nothing")
    Image.new("L", (40, 20)).save(tmp_path / "work/x.png")
    result = nlptool("ocr", "-m", "mine", "x.png")
    assert result.code == 4
    assert result.stderr.count("\n") == 1


@pytest.mark.registry
def test_a_page_by_easyocr(nlptool: Run, tmp_path: Path) -> None:
    lines = ("Reading room", "Please keep quiet")
    picture = tmp_path / "notice.png"
    drawn(*lines, size=40).save(picture)
    words = ("ocr", "-m", "easyocr-en", picture, "-q")
    result = nlptool(*words, "-f", "jsonl")
    assert (result.code, result.stderr) == (0, "")
    assert tuple(row["text"] for row in result.rows) == lines
    (left, top), (right, _), (_, low), _ = result.rows[0]["box"]
    assert left < 45
    assert right > 250
    assert top < 40 < low
    wrong = nlptool(*words, "--languages", "ch_sim,ja")
    assert wrong.code == 2
    assert "ch_sim goes with en only" in wrong.stderr
    absent = nlptool(*words, "--languages", "fr")
    assert absent.code == 4
    assert "has no latin_g2.pth to read fr" in absent.stderr
