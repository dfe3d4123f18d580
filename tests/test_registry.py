"""models.yaml: layers, places, and files that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlptool.config.registry import load
from nlptool.config.yaml_tree import Leaf, leaves, merge, plain, read_tree
from nlptool.errors import UsageError
from tests.conftest import Run

WRONG = {
    "models: {a: {task: stem}}": ":1: models.a: Object missing required field adapter",
    "models:\n  a:\n    task: stem\n    adapter: nltk\n    licenze: MIT": (
        ":5: models.a.licenze: unknown key"
    ),
    "models: {porter: {languages: en}}": ":1: models.porter.languages: Expected array, got str",
    "models:\n  porter:\n    task: stemm": ":3: models.porter.task: expected one of ",
    "backends: {x: {device: gpu}}": ":1: backends.x.device: Expected str matching regex",
    "backends: {x: {threads: -1}}": ":1: backends.x.threads: Expected int >= 0",
    "models: {porter: {backends: [tpu]}}": ":1: models.porter.backends: no backend is named tpu",
    'defaults: {stem: {"*": nobody}}': ":1: defaults.stem.*: no stem model is named nobody",
    "defaults: {dance: {x: porter}}": ":1: defaults.dance: expected one of",
    "model: {}": ":1: model: unknown key; expected one of backends, models, defaults",
    "models:\n  porter: {}\n  porter: {}": ":3: porter: this key stands here twice",
    "models: [": ":2: not YAML",
    "- a": ":1: expected a mapping",
    "models: 3": ":1: models: expected a mapping",
    "a: &x 1\nb: *x": ":2: anchors and aliases are not allowed",
    "a: !!python/object/apply:os.system [x]": ":1: the tag tag:yaml.org,2002:python",
    "a: !!binary aGk=": ":1: the tag tag:yaml.org,2002:binary is not allowed",
    "? [a]\n: 1": ":1: expected a name as key",
    "models: {../x: {task: stem, adapter: nltk}}": ":1: models.../x: Expected str matching",
    "\x00": ":1: not YAML",
    "[" * 33: ":1: nested too deeply",
    "a:\n  " + "[" * 200 + "]" * 200: ":2: nested too deeply",
    "[" * 20_000: ":1: ",
    "[" * 20_000 + "]" * 20_000: ":1: ",
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_a_wrong_file_is_one_line(nlptool: Run, tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    result = nlptool("stem", "x", "--registry", file)
    assert result.code == 2
    assert result.stderr.count("\n") == 1
    assert f"{file}{WRONG[text]}" in result.stderr


def test_not_text_and_not_there(nlptool: Run, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_bytes(b"models:\n  a\xff: {}")
    assert f"{file}:2: not UTF-8" in nlptool("stem", "x", "--registry", file).stderr
    missing = nlptool("stem", "x", "--registry", tmp_path / "none.yaml")
    assert missing.code == 2
    assert "No such file" in missing.stderr


def test_a_later_layer_changes_single_values(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NLPTOOL_HOME", str(home))
    (home / "models.yaml").write_text("models:\n  porter:\n    options: {algorithm: english}\n")
    top = tmp_path / "top.yaml"
    top.write_text("models:\n  porter:\n    licence: mine\n")
    registry = load(top)
    porter = registry.model("porter")
    assert porter.options == {"algorithm": "english"}
    assert porter.licence == "mine"
    assert porter.task == "stem"
    assert registry.place("models", "porter", "licence").file == top
    assert registry.place("models", "porter", "options", "algorithm").file == home / "models.yaml"


def test_no_is_a_language(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("no: [no, yes, on, true, 1, 0x10, 1.5, null, 2026-01-01]")
    expected = ["no", "yes", "on", True, 1, 16, 1.5, None, "2026-01-01"]
    assert plain(read_tree(file)) == {"no": expected}


names = st.text("abc", min_size=1, max_size=2)
trees = st.recursive(
    st.dictionaries(names, st.integers(), max_size=3),
    lambda inner: st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(low=trees, high=trees)
def test_merge_keeps_what_the_second_says(
    low: dict[str, object], high: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("layers")
    trees = []
    for name, content in (("low", low), ("high", high)):
        file = folder / name
        file.write_text(str(content).replace("'", '"'))
        trees.append(read_tree(file))
    merged = dict(leaves(merge(*trees)))
    for key, leaf in leaves(trees[1]):
        assert merged[key] == leaf
    for key, leaf in merged.items():
        assert isinstance(leaf, Leaf)
        assert leaf in [found for tree in trees for name, found in leaves(tree) if name == key]


def test_unknown_model_suggests(nlptool: Run) -> None:
    result = nlptool("stem", "x", "--model", "portr")
    assert result.code == 4
    assert "did you mean porter?" in result.stderr


def test_error_is_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load(tmp_path / "none.yaml")
