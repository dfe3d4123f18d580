"""The adapters onnx and transformers on the same tiny models."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from nlptool_plugins.onnx import Onnx
from nlptool_plugins.transformers import Transformers

from nlptool.errors import DeviceError, ModelError, RecordError, UsageError
from nlptool.plugins.adapter import Adapter, Setup
from nlptool.tasks import task_named
from nlptool.tasks.base import Text
from nlptool.tasks.qa import Params, Question
from tests.tiny_models import questions, texts, train

AnyAdapter = Adapter[Any, Any]
AnyAdapter = Adapter[Any, Any]
Load = Callable[..., AnyAdapter]
ADAPTERS = [(Onnx, "-onnx"), (Transformers, "")]
both = pytest.mark.parametrize(("cls", "suffix"), ADAPTERS, ids=["onnx", "transformers"])


@pytest.fixture
def load(tiny: Path) -> Iterator[Load]:
    """Make adapters: load(Onnx, "qa-onnx", precision="int8"); they are closed at the end."""
    made: list[AnyAdapter] = []

    def make(cls: type[AnyAdapter], name: str, **setup: Any) -> AnyAdapter:
        task = name.partition("-")[0]
        given = {"folder": tiny / name, **setup}
        made.append(cls(Setup(task=task, model=name, **given)))
        return made[-1]

    yield make
    for adapter in made:
        adapter.close()


def ask(adapter: AnyAdapter, records: Sequence[Any], params: Any = None) -> list[Any]:
    return list(adapter.predict(records, params or task_named(adapter.setup.task).params()))


def asked(count: int, seed: int = 1) -> list[Question]:
    noise = random.Random(seed)
    return [Question(question, context) for question, context, _ in questions(noise, count)]


def written(count: int, seed: int = 1) -> list[Text]:
    return [Text(text) for text, _ in texts(random.Random(seed), count)]


@both
def test_they_learned_their_tasks(load: Load, cls: Any, suffix: str) -> None:
    rows = list(texts(random.Random(2), 60))
    found = ask(load(cls, f"sentiment{suffix}"), [Text(text) for text, _ in rows])
    right = [
        result.label == ("negative", "positive")[label]
        for result, (_, label) in zip(found, rows, strict=True)
    ]
    assert sum(right) >= 57
    pairs = list(questions(random.Random(2), 60))
    reader = load(cls, f"qa{suffix}")
    answers = ask(
        reader,
        [Question(question, context) for question, context, _ in pairs],
        Params(no_answer=0.0),
    )
    exact = [answer.answer == truth for answer, (_, _, truth) in zip(answers, pairs, strict=True)]
    assert sum(exact) >= 54


def test_both_give_the_same(load: Load) -> None:
    for name, records in (("sentiment", written(40)), ("qa", asked(40))):
        there = ask(load(Transformers, name), records)
        here = ask(load(Onnx, f"{name}-onnx"), records)
        for one, other in zip(here, there, strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-4)
            if name == "sentiment":
                assert one.label == other.label


@both
def test_a_batch_changes_no_answer(load: Load, cls: Any, suffix: str) -> None:
    for name, records in (("sentiment", written(30)), ("qa", asked(30))):
        adapter = load(cls, f"{name}{suffix}")
        together = ask(adapter, records)
        alone = [ask(adapter, [record])[0] for record in records]
        backwards = ask(adapter, records[::-1])[::-1]
        for results in (alone, backwards):
            for one, other in zip(together, results, strict=True):
                assert one.score == pytest.approx(other.score, abs=1e-4)
                assert cls is not Onnx or one == other


@both
def test_an_answer_in_the_last_window(load: Load, cls: Any, suffix: str) -> None:
    context = "The house is green, and \r\n" * 400 + "in Rome."
    [found] = ask(load(cls, f"qa{suffix}"), [Question("where ?", context)])
    assert (found.answer, found.start) == ("Rome", context.index("Rome"))


@both
@pytest.mark.parametrize(
    "before", ["", "👩‍👩‍👧‍👦 ", "é\u0301 ﬁ ", "\r\n\t ", "谁 𠀀 ", "\u200b", "İ ß "]
)
def test_offsets_are_the_users_characters(load: Load, cls: Any, suffix: str, before: str) -> None:
    context = f"{before}the letter was about ＰETER Smith and the house"
    [found] = ask(load(cls, f"qa{suffix}"), [Question("who ?", context)])
    assert found.answer == context[found.start : found.end]
    assert found.answer.endswith("Smith")


@both
def test_what_cannot_be_answered_alone_fails(load: Load, cls: Any, suffix: str) -> None:
    good = asked(3)
    bad = [
        Question("", "a house"),
        Question("who ?", " \n "),
        Question("😀", "a house"),
        Question("who ?", "😀 😀"),
        Question("the " * 100, "a house"),
    ]
    found = ask(load(cls, f"qa{suffix}"), [*bad, *good])
    assert all(isinstance(result, RecordError) for result in found[:5])
    assert found[5:] == ask(load(cls, f"qa{suffix}"), good)
    labels = ask(load(cls, f"sentiment{suffix}"), [Text(""), Text("😀"), Text("bad")])
    assert (labels[0].label, labels[0].score) == ("", 0.0)
    assert isinstance(labels[1], RecordError)
    assert labels[2].label == "negative"


@both
def test_a_model_of_another_task(load: Load, tiny: Path, cls: Any, suffix: str) -> None:
    for task, other in (("sentiment", "qa"), ("qa", "sentiment")):
        with pytest.raises(ModelError, match=f"not (trained )?for {task}"):
            load(cls, f"{task}{suffix}", folder=tiny / f"{other}{suffix}")


@pytest.mark.parametrize("precision", ["bfloat16", "float16", "int8"])
def test_precisions_agree_on_labels(load: Load, precision: str) -> None:
    records = written(20)
    whole = ask(load(Transformers, "sentiment"), records)
    low = ask(load(Transformers, "sentiment", precision=precision), records)
    assert [result.label for result in low] == [result.label for result in whole]
    assert low != whole


def test_int8_is_for_the_cpu(load: Load) -> None:
    with pytest.raises(UsageError, match="int8 runs on the CPU"):
        load(Transformers, "sentiment", precision="int8", device="cuda:0")


def test_a_device_that_is_not_there() -> None:
    with pytest.raises(DeviceError):
        Transformers.check_device("cuda:99")
    with pytest.raises(DeviceError):
        Onnx.check_device("cuda:0")


@both
def test_weights_that_are_not_numbers(load: Load, tmp_path: Path, cls: Any, suffix: str) -> None:
    import onnx
    from onnx import numpy_helper
    from safetensors.numpy import load_file, save_file

    for task, record in (("sentiment", Text("good")), ("qa", Question("who ?", "a house"))):
        folder = tmp_path / task
        shutil.copytree(load(cls, f"{task}{suffix}").setup.file("config.json").parent, folder)
        if suffix:
            model = onnx.load(folder / "model.onnx")
            for tensor in model.graph.initializer:
                if tensor.data_type == onnx.TensorProto.FLOAT:
                    values = numpy_helper.to_array(tensor) * float("nan")
                    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))
            onnx.save(model, folder / "model.onnx")
        else:
            file = folder / "model.safetensors"
            weights = {name: array * float("nan") for name, array in load_file(file).items()}
            save_file(weights, file, {"format": "pt"})
        [found] = ask(load(cls, f"{task}{suffix}", folder=folder), [record])
        assert isinstance(found, RecordError)
        assert "not finite" in str(found)


@both
def test_labels_and_kinds_by_the_config(
    load: Load, tiny: Path, tmp_path: Path, cls: Any, suffix: str
) -> None:
    folder = tmp_path / "several"
    shutil.copytree(tiny / f"sentiment{suffix}", folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {"problem_type": "multi_label_classification", "id2label": {"0": "rude", "1": "kind"}}
    (folder / "config.json").write_text(json.dumps(config))
    [found] = ask(load(cls, f"sentiment{suffix}", folder=folder), [Text("rude")])
    assert list(found.probs) == ["rude", "kind"]
    assert sum(found.probs.values()) != pytest.approx(1, abs=1e-4)


@both
def test_options_are_checked(load: Load, cls: Any, suffix: str) -> None:
    with pytest.raises(UsageError, match="max_lenght"):
        load(cls, f"qa{suffix}", options={"max_lenght": 32})
    short = load(cls, f"qa{suffix}", options={"max_length": 20, "overlap": 4})
    [found] = ask(short, [Question("where ?", "the house was very green " * 9 + "in Oslo")])
    assert found.answer == "Oslo"


def test_the_models_own_margin_for_no_answer(load: Load) -> None:
    nowhere = Question("where ?", "the house was very green and the letter was about it")
    plain, careful = load(Onnx, "qa-onnx"), load(Onnx, "qa-onnx", options={"no_answer": 0.0})
    assert ask(plain, [nowhere])[0].answer
    assert ask(careful, [nowhere])[0].answer == ""
    assert ask(careful, [nowhere], Params(no_answer=1000.0))[0].answer


def test_a_pickle_is_read_as_weights_only(load: Load, tiny: Path, tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = tmp_path / "pickled"
    shutil.copytree(tiny / "sentiment", folder)
    weights = load_file(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    records = written(3)
    found = ask(load(Transformers, "sentiment", folder=folder), records)
    assert found == ask(load(Transformers, "sentiment"), records)


def test_a_model_without_padding_runs_one_window_at_a_time(
    load: Load, tiny: Path, tmp_path: Path
) -> None:
    adapter = load(Transformers, "sentiment")
    adapter.padding = None  # type: ignore[attr-defined]
    assert ask(adapter, written(5)) == [ask(adapter, [r])[0] for r in written(5)]


def test_other_shapes_of_models_and_vocabularies(load: Load, tmp_path: Path) -> None:
    folder = train("sentiment", tmp_path / "five", num_labels=5)
    [found] = ask(load(Transformers, "sentiment", folder=folder), [Text("good")])
    assert len(found.probs) == 5
