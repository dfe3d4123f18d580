"""--model PATH: a folder that no registry names."""

from pathlib import Path

import pytest

from nlptool.errors import ModelError
from nlptool.models.folder import is_path, model_of


@pytest.mark.parametrize(
    ("files", "task", "adapter"),
    [
        (("vectors.npy", "words.txt"), "word2vec", "gensim"),
        (("model.onnx", "tokenizer.json"), "sentiment", "onnx"),
        (("config.json", "model.safetensors", "tokenizer.json"), "qa", "transformers"),
        (("model.bin", "shared_vocabulary.json"), "translate", "ctranslate2"),
    ],
)
def test_the_files_tell_the_adapter(
    tmp_path: Path, files: tuple[str, ...], task: str, adapter: str
) -> None:
    for name in files:
        (tmp_path / name).write_text("{}")
    assert model_of(tmp_path, task).adapter == adapter


def test_a_folder_for_another_task(tmp_path: Path) -> None:
    (tmp_path / "vectors.npy").touch()
    (tmp_path / "words.txt").touch()
    with pytest.raises(ModelError, match="is a model for word2vec, not for qa"):
        model_of(tmp_path, "qa")


def test_what_is_no_model(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.touch()
    for path in (tmp_path, picture, tmp_path / "absent"):
        with pytest.raises(ModelError, match=path.name):
            model_of(path, "qa")


def test_a_name_without_a_separator_is_a_path_where_it_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert is_path("./mine")
    assert not is_path("mine")
    (tmp_path / "mine").mkdir()
    assert is_path("mine")
