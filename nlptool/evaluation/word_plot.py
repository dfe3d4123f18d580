"""Words as points of a plane: their vectors, and those of their neighbours, brought down to two."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from nlptool.errors import InputError, RecordError, library_missing
from nlptool.io import plot, reader
from nlptool.io.files import Outputs
from nlptool.models.pool import Pool
from nlptool.pipeline.batching import answer_batch
from nlptool.pipeline.columns import ColumnMapping
from nlptool.tasks.word2vec import WORD2VEC, Params, Query

log = logging.getLogger(__name__)

Method = Literal["pca", "tsne"]
PERPLEXITY = 30.0
PICTURE = "the picture"
FEWEST = 3


class Plan(msgspec.Struct, frozen=True):
    """Which words, with how many neighbours each, by which method, and where to."""

    input: reader.Spec
    output: Path
    fields: Sequence[str] = ()
    neighbours: int = 0
    method: Method = "pca"
    seed: int = 0


def draw(plan: Plan, pool: Pool) -> int:
    """Write the picture; how many words could not be shown."""
    kind = plot.kind_of(plan.output)
    files = Outputs(reader.sources_of(plan.input))
    files.take(plan.output, PICTURE)
    asker = _Asker(pool)
    failed = 0
    points: dict[str, tuple[int, list[float]]] = {}
    for group, word in enumerate(_words(plan)):
        try:
            near = asker.ask("similar", word, plan.neighbours).similar if plan.neighbours else []
            for label in (word, *(one.word for one in near)):
                points.setdefault(label, (group, asker.ask("vector", label).vector))
        except RecordError as error:
            failed += 1
            log.warning("%s", error)
    if len(points) < FEWEST:
        raise InputError(f"{len(points)} words to show, expected {FEWEST} or more")
    groups, vectors = zip(*points.values(), strict=True)
    plane = project(vectors, plan.method, plan.seed)
    files.save(plan.output, plot.draw(plane, list(points), groups, kind), PICTURE)
    return failed


def project(
    vectors: Sequence[Sequence[float]], method: Method, seed: int
) -> list[tuple[float, float]]:
    """Unit vectors on a plane: by their two main components, or by t-SNE, near ones together."""
    try:
        import numpy as np
        from sklearn.decomposition import PCA
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise library_missing("scikit-learn", "nlptool[plot]") from error
    matrix = np.asarray(vectors)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.finfo(float).tiny)
    maker: Any = PCA(2, svd_solver="full")
    if method == "tsne":
        perplexity = min(PERPLEXITY, (len(matrix) - 1) / 3)
        maker = TSNE(2, perplexity=perplexity, random_state=seed)
    return [(float(x), float(y)) for x, y in maker.fit_transform(matrix)]


class _Asker:
    """One model, asked by several verbs."""

    def __init__(self, pool: Pool) -> None:
        self.adapter = pool.adapter(pool.resolver.only or pool.resolver.pick("", Params()))

    def ask(self, verb: Any, word: str, top: int = 0) -> Any:
        """The answer to one word; RecordError where there is none."""
        (answer,) = answer_batch(self.adapter, [Query(word)], Params(verb, top))
        if isinstance(answer, RecordError):
            raise answer
        return answer


def _words(plan: Plan) -> Iterator[str]:
    columns = ColumnMapping(WORD2VEC, plan.fields)
    for chunk in reader.read(plan.input, reader.sources_of(plan.input)):
        for record in chunk:
            yield from columns.take(record).words.split()
