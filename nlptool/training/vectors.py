"""Word vectors made, exported and imported: what is done with a model besides asking it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import ModelError, UsageError
from nlptool.io import reader
from nlptool.io.files import Outputs
from nlptool.io.whole import check_target, whole
from nlptool.models.detect import classes
from nlptool.models.resolver import Resolver
from nlptool.models.store.store import files_below
from nlptool.plugins.discovery import adapter_class
from nlptool.tasks.vectors import (
    Kind,
    Precision,
    Progress,
    Trained,
    Training,
    Vectors,
    VectorTool,
)
from nlptool.tasks.word2vec import Params
from nlptool.training.corpus import Plan, gathered


class Saving(msgspec.Struct, frozen=True):
    """Where vectors go and in which form; ``limit`` keeps the most frequent words, 0 all."""

    path: Path
    kind: Kind = "folder"
    precision: Precision = "float32"
    limit: int = 0


def train(
    plan: Plan, training: Training, saving: Saving, tick: Callable[[Progress], None]
) -> tuple[Trained, int]:
    """Train on what ``plan`` reads; what came of it, and how many records could not be used.

    Nothing is written before the training is over.
    """
    tool = _any_tool()
    if training.documents:
        _check_documents(plan, training, saving)
    _check(tool, saving, Outputs(reader.sources_of(plan.input)))
    with gathered(plan, tick) as corpus:
        vectors, trained = tool.train(corpus, training, tick)
    documents = vectors.documents
    if documents:
        inference = msgspec.structs.replace(documents.inference, spaces=plan.spaces)
        documents = msgspec.structs.replace(documents, inference=inference)
    _save(tool, msgspec.structs.replace(vectors, lower=plan.lower, documents=documents), saving)
    return trained, corpus.failures.count


def export(resolver: Resolver, saving: Saving) -> int:
    """Write a model's vectors in another form; the number of words."""
    name = resolver.only or resolver.pick("", Params())
    model, folder = resolver.find(name)
    if folder is None:
        raise ModelError(f"model {name} has no files")
    tool = _tool(model.adapter)
    _check(tool, saving, Outputs(reads=[file for _, file in files_below(folder)]))
    return _save(tool, tool.load(folder), saving)


def import_file(path: Path, kind: Kind | None, lower: bool, saving: Saving) -> int:
    """Make a folder of vectors from a file of another program; the number of words."""
    tool = _any_tool()
    _check(tool, saving, Outputs(reads=[path]))
    vectors = tool.load(path, kind)
    return _save(tool, msgspec.structs.replace(vectors, lower=lower), saving)


def _any_tool() -> type[VectorTool]:
    """The adapter that makes word vectors; ModelError where its library is missing."""
    for name, cls in classes():
        if issubclass(cls, VectorTool):
            return _tool(name)
    raise ModelError("no plugin makes word vectors; see: nlptool plugins")


def _tool(adapter: str) -> type[VectorTool]:
    cls: type[Any] = adapter_class(adapter)
    if not issubclass(cls, VectorTool):
        raise ModelError(f"the adapter {adapter} only answers; it cannot write vectors")
    return cls


def _check_documents(plan: Plan, training: Training, saving: Saving) -> None:
    """UsageError for what vectors of texts do not go with."""
    if saving.kind != "folder":
        raise UsageError(f"--documents needs a folder; {saving.kind} holds words alone")
    if plan.segment:
        raise UsageError(
            "embed does not cut texts by the segment task: for --documents cut them before, by "
            "nlptool segment, here and there, and say --spaces"
        )
    for option, given in (
        ("--subwords", training.subwords),
        ("--phrases", training.phrases),
        ("--hs", training.hs),
        ("--negative 0", not training.negative),
    ):
        if given:
            raise UsageError(f"--documents goes without {option}")


def _check(tool: type[VectorTool], saving: Saving, files: Outputs) -> None:
    check_target(saving.path, files, "the vectors", tool.is_ours)


def _save(tool: type[VectorTool], vectors: Vectors, saving: Saving) -> int:
    count = saving.limit or len(vectors.words)
    documents = vectors.documents
    if documents:
        documents = msgspec.structs.replace(
            documents, hidden=documents.hidden[:count], counts=documents.counts[:count]
        )
    kept = msgspec.structs.replace(
        vectors,
        words=vectors.words[:count],
        matrix=vectors.matrix[:count],
        documents=documents,
    )
    with whole(saving.path) as part:
        tool.save(kept, part, saving.kind, saving.precision)
    return len(kept.words)
