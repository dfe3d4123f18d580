"""nlptool word2vec vector, similar, analogy, similarity, odd-one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from nlptool.cli.job_options import JobOptions
from nlptool.cli.model_options import Model
from nlptool.cli.options import command
from nlptool.cli.task_command import run_task
from nlptool.tasks.word2vec import WORD2VEC, Params, Verb

QUERIES = "Questions"

Each = Annotated[list[str] | None, typer.Argument(help="Words, each a question.")]
Together = Annotated[
    list[str] | None, typer.Argument(help="The words of one question; on stdin, a line each.")
]
Top = Annotated[int, typer.Option("--top", "-n", min=1, help="How many words.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, function in (
        ("similar", similar),
        ("analogy", analogy),
        ("similarity", similarity),
        ("odd-one", odd_one),
        ("vector", vector),
    ):
        command(app, name, panel=QUERIES)(function)


def similar(job: JobOptions, model: Model, words: Each = None, top: Top = 10) -> int:
    """The words nearest to a word, or to several words on one line."""
    return _ask("similar", words, job, model, top)


def analogy(job: JobOptions, model: Model, words: Together = None, top: Top = 10) -> int:
    """The words nearest to a sum of words: king - man + woman."""
    return _ask("analogy", _together(words), job, model, top)


def similarity(job: JobOptions, model: Model, words: Together = None) -> int:
    """The cosine similarity of two words."""
    return _ask("similarity", _together(words), job, model)


def odd_one(job: JobOptions, model: Model, words: Together = None) -> int:
    """The word that does not belong to the others."""
    return _ask("odd-one", _together(words), job, model)


def vector(job: JobOptions, model: Model, words: Each = None) -> int:
    """The vector of a word."""
    return _ask("vector", words, job, model)


def _ask(
    verb: Verb, words: Sequence[str] | None, job: JobOptions, model: Model, top: int = 10
) -> int:
    return run_task(WORD2VEC, words, job, model, Params(verb, top))


def _together(words: list[str] | None) -> list[str] | None:
    return [" ".join(words)] if words else None
