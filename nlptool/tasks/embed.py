"""embed: texts as vectors, near each other where they mean the like."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nlptool.entry_points import load
from nlptool.tasks.base import Row, Task, Text, length_of

DIGITS = 6


class Params(msgspec.Struct, frozen=True):
    """Vectors, unless something is asked of them."""

    similar_to: Annotated[
        str | None,
        Meta(
            description="Say how similar each text is to this one: the cosine, 1 for the same.",
            extra={"metavar": "TEXT"},
        ),
    ] = None
    search: Annotated[
        str | None,
        Meta(
            description="Find for each text the most similar ones of this file: texts in any "
            "format, or vectors as .npy.",
            extra={"metavar": "FILE"},
        ),
    ] = None
    top_k: Annotated[int, Meta(ge=1, description="Find so many.", extra={"short": "-k"})] = 5


class Hit(msgspec.Struct, frozen=True):
    """A text of the file, its place there, counted from 1, and the cosine; of an .npy file no
    text is known."""

    place: int
    score: float
    text: str = ""


class Embedding(msgspec.Struct, frozen=True):
    """``vector`` is a float32 array of length 1; where something is asked of it, that instead."""

    vector: Any = UNSET
    similarity: float | UnsetType = UNSET
    found: list[Hit] | UnsetType = UNSET

    @property
    def array(self) -> Any:
        """What a file of numbers gets; None where there is no vector."""
        return None if self.vector is UNSET else self.vector


def plain(result: Embedding) -> str:
    """Numbers by spaces; the similarity; or a line for each text that was found."""
    if result.found is not UNSET:
        return "\n".join(
            f"{hit.score:.4f}\t{' '.join(hit.text.split()) or hit.place}" for hit in result.found
        )
    if result.similarity is not UNSET:
        return f"{result.similarity:.4f}"
    return " ".join(f"{value:.6g}" for value in result.vector.tolist())


def rows(result: Embedding) -> list[Row]:
    """One row: the vector as a list, the similarity, or what was found."""
    row: Row = {}
    if result.vector is not UNSET:
        row["vector"] = [round(value, DIGITS) for value in result.vector.tolist()]
    if result.similarity is not UNSET:
        row["similarity"] = result.similarity
    if result.found is not UNSET:
        row["found"] = msgspec.to_builtins(result.found)
    return [row]


EMBED = Task(
    name="embed",
    summary="Make vectors of texts, compare them, and search by meaning.",
    input=Text,
    result=Embedding,
    params=Params,
    plain=plain,
    rows=rows,
    size=length_of,
    models_of=("base",),
    wrapper=lambda: load("nlptool.search.searcher:Searcher"),
)
