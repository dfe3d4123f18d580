"""Train segment-zh, a conditional random field for Chinese words, with torch.

    python scripts/train/segment_zh_train.py 199801.txt WORK [--without TEST]

Each epoch's weights are kept in WORK, from where it goes on when it was stopped; WORK/segment-zh is
the model. Lines that are in TEST are not trained on.
"""

from __future__ import annotations

import argparse
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from nlptool_plugins.crf import FILE
from nlptool_plugins.crf.decoding import BEFORE, TAGS
from nlptool_plugins.crf.features import TABLES, Reader
from nlptool_plugins.crf.model import Model
from segment_zh_data import HELD_OUT, Batch, Line, batches, corpus, reader, without
from torch import Tensor
from torch.nn import functional

EPOCHS = 3
RATE = 0.1
DROPPED = {"character": 0.1, "pair": 0.2, "triple": 0.2, "apart": 0.2}
"""The share of n-grams that are not seen, so that no weight relies on another."""
DECAY = 1e-4
"""What the square of each weight that is used costs, beside the likelihood of a line."""
NEVER = -1e4
SCALE = 10
"""A weight of one as it is stored."""


class Field(torch.nn.Module):
    """The weights in float32."""

    def __init__(self) -> None:
        super().__init__()
        self.tables = torch.nn.ParameterDict(
            {
                name: torch.zeros(1 << table.bits, len(table.places) * len(TAGS))
                for name, table in TABLES.items()
            }
        )
        self.transitions = torch.nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))
        self.illegal = torch.tensor(
            [[0.0 if old in BEFORE[new] else NEVER for new in TAGS] for old in TAGS]
        )

    def loss(self, batch: Batch, made: Reader) -> Tensor:
        """How unlikely the true tags are, and what the weights cost."""
        scores, cost = self.scores(made.features(batch.codes))
        lengths = torch.from_numpy(batch.lengths)
        steps = torch.arange(int(lengths.max()))
        inside = steps < lengths[:, None]
        places = torch.where(inside, torch.from_numpy(batch.starts)[:, None] + steps, 0)
        scores, tags = scores[places], torch.from_numpy(batch.tags)[places]
        truth = (scores.gather(2, tags[:, :, None])[:, :, 0] * inside).sum()
        truth += (self.transitions[tags[:, :-1], tags[:, 1:]] * inside[:, 1:]).sum()
        return self.total(scores, inside) - truth + DECAY * cost

    def scores(self, rows: dict[str, Any]) -> tuple[Tensor, Tensor]:
        """The tags' scores (characters, 4), and the sum of the squares of their weights."""
        total, cost = torch.zeros(len(rows["character"]), len(TAGS)), torch.zeros(())
        for name, table in TABLES.items():
            ids = torch.from_numpy(rows[name].astype(np.int64))
            found = functional.embedding(ids, self.tables[name], sparse=True)
            cost = cost + found.square().sum()
            if name in DROPPED:
                kept = 1 - DROPPED[name]
                found = found * (torch.rand(len(ids), 1) < kept) / kept
            for place, part in zip(table.places, found.split(len(TAGS), 1), strict=True):
                total = total + torch.roll(part, place, 0)
        return total, cost

    def total(self, scores: Tensor, inside: Tensor) -> Tensor:
        """The logarithm of the sum over all legal tags (the forward algorithm)."""
        moves = self.transitions + self.illegal
        ahead = scores[:, 0] + torch.tensor([0, NEVER, NEVER, 0])
        for at in range(1, scores.shape[1]):
            new = torch.logsumexp(ahead[:, :, None] + moves, 1) + scores[:, at]
            ahead = torch.where(inside[:, at, None], new, ahead)
        return torch.logsumexp(ahead + torch.tensor([NEVER, NEVER, 0, 0]), 1).sum()


def train(lines: list[Line], made: Reader, work: Path, held_out: list[Line]) -> None:
    """Train, or go on; tell after each epoch how well the lines that were held out are cut."""
    field = Field()
    optimizer = torch.optim.Adagrad(field.parameters(), lr=RATE)
    for epoch in range(EPOCHS):
        kept = work / f"epoch-{epoch + 1}.pt"
        if kept.exists():
            state = torch.load(kept, weights_only=True)
            field.load_state_dict(state["field"])
            optimizer.load_state_dict(state["optimizer"])
        else:
            learn(field, optimizer, lines, made, epoch)
            torch.save({"field": field.state_dict(), "optimizer": optimizer.state_dict()}, kept)
        write(field, made, work)
        print(f"epoch {epoch + 1}: F1 {f1(held_out, Model(work / 'segment-zh' / FILE)):.4f}")


def learn(
    field: Field, optimizer: torch.optim.Optimizer, lines: list[Line], made: Reader, epoch: int
) -> None:
    """See all lines once; the rate falls from epoch to epoch."""
    torch.manual_seed(epoch)
    for group in optimizer.param_groups:
        group["lr"] = RATE * (1 - epoch / EPOCHS)
    for batch in batches(lines, made, epoch):
        optimizer.zero_grad()
        field.loss(batch, made).backward()
        optimizer.step()


def write(field: Field, made: Reader, work: Path) -> None:
    """The model as it is run: weights of 8 bits."""
    tables = {}
    for name, table in TABLES.items():
        weights = field.tables[name].detach().numpy() * SCALE
        rounded = np.clip(np.rint(weights), -127, 127).astype(np.int8)
        tables[f"weights.{name}"] = rounded.reshape(-1, len(table.places), len(TAGS))
    folder = work / "segment-zh"
    folder.mkdir(exist_ok=True)
    np.savez_compressed(
        folder / FILE,
        characters=made.characters,
        kinds=made.kinds,
        words=made.lexicon.filled,
        transitions=np.rint(field.transitions.detach().numpy() * SCALE).astype(np.int16),
        **tables,
    )


def f1(lines: list[Line], model: Model) -> float:
    """Of the words, precision and recall together."""
    found = model.word_ends(["".join(line) for line in lines])
    right = wanted = given = 0
    for line, places in zip(lines, found, strict=True):
        ends = [0, *places.tolist()]
        true = [0, *np.cumsum([len(word) for word in line]).tolist()]
        right += len({*pairwise(ends)} & {*pairwise(true)})
        wanted, given = wanted + len(line), given + len(ends) - 1
    return 2 * right / (wanted + given)


def main() -> None:
    """Train on a corpus but for its last lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--without", type=Path)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    asked.work.mkdir(parents=True, exist_ok=True)
    lines = corpus(asked.corpus)
    others = asked.without.read_text("utf-8-sig").splitlines() if asked.without else []
    used = without(lines[:-HELD_OUT], others)
    print(f"{len(used)} lines, {len(lines) - HELD_OUT - len(used)} left out, {HELD_OUT} held out")
    train(used, reader(), asked.work, lines[-HELD_OUT:])


if __name__ == "__main__":
    main()
