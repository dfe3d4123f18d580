"""Texts as points of a plane: their vectors brought down to two."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from nlptool.errors import InputError, RecordError, UsageError, library_missing
from nlptool.evaluation.word_plot import FEWEST, PICTURE, project
from nlptool.io import plot, reader
from nlptool.io.files import Outputs
from nlptool.models.pool import Pool
from nlptool.pipeline.batching import Answerer
from nlptool.pipeline.columns import ColumnMapping
from nlptool.tasks.embed import EMBED, Params

log = logging.getLogger(__name__)

METHODS = ("pca", "tsne", "umap")
SHOWN = 40
"""Characters of a text that stand at its point."""


class Plan(msgspec.Struct, frozen=True):
    """Which texts, where to, and by which of METHODS."""

    input: reader.Spec
    output: Path
    fields: Sequence[str] = ()
    method: str = "pca"


def draw(plan: Plan, pool: Pool) -> int:
    """Write the picture; how many texts could not be shown."""
    kind = plot.kind_of(plan.output)
    if plan.method not in METHODS:
        raise UsageError(f"--method {plan.method}: expected one of {', '.join(METHODS)}")
    sources = reader.sources_of(plan.input)
    files = Outputs(sources)
    files.take(plan.output, PICTURE)
    columns = ColumnMapping(EMBED, plan.fields)
    answerer = Answerer(EMBED, Params(), pool)
    failed, labels, vectors = 0, [], []
    for chunk in reader.read(plan.input, sources, columns.main):
        items = columns.take_all(chunk)
        results = [result for part in answerer.answer(items) for result in part]
        for item, result in zip(items, results, strict=True):
            if isinstance(result, RecordError):
                failed += 1
                log.warning("%s", result)
            else:
                text = " ".join(item.text.split())
                labels.append(text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…")
                vectors.append(result.vector)
    if len(vectors) < FEWEST:
        raise InputError(f"{len(vectors)} texts to show, expected {FEWEST} or more")
    files.save(
        plan.output, plot.draw(_plane(vectors, plan), labels, range(len(labels)), kind), PICTURE
    )
    return failed


def _plane(vectors: Sequence[Any], plan: Plan) -> list[tuple[float, float]]:
    if plan.method != "umap":
        return project(vectors, "tsne" if plan.method == "tsne" else "pca", 0)
    try:
        import umap
    except ImportError as error:
        raise library_missing("umap", "umap-learn") from error
    made = umap.UMAP(n_neighbors=min(15, len(vectors) - 1), random_state=0, metric="cosine")
    return [(float(x), float(y)) for x, y in made.fit_transform(vectors)]
