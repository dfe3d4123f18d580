"""Trains the network of sentiment-zh with Paddle.

    python scripts/train/sentiment_zh_train.py DATA WORK

DATA has {hotel,shopping,takeaway}-train.csv: ``label,text``. Every twentieth review is kept to
choose the best of the evaluated weights by. WORK gets tokenizer.json and trained.pdparams.
"""

from __future__ import annotations

import argparse
import csv
import math
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import paddle
from paddle.nn import functional
from sentiment_zh_model import Network
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

WEIGHTS = {"hotel": 1.6, "shopping": 1.0, "takeaway": 1.3}
"""What a review counts, by its domain: the smaller ones more."""
LONGEST = 256
"""Characters of a review in training: of a longer one the first and the last 128."""
RAREST = 3
"""How often a character must be there to have an id."""
KEPT = 20
"""One review of so many is kept from training."""
SMOOTHING = 0.05
TRAINED = "trained.pdparams"
FORGET = 0.08
"""The share of characters that become unknown."""


class Review(NamedTuple):
    """A review as character ids, its label, what it counts."""

    ids: np.ndarray
    label: int
    weight: float


def tokenizer_of(texts: list[str]) -> Tokenizer:
    """Characters, in lower case, of half width; white space is one blank."""
    normal = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Lowercase(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    counts = Counter(character for text in texts for character in normal.normalize_str(text))
    known = [character for character, count in counts.most_common() if count >= RAREST]
    vocabulary = {name: number for number, name in enumerate(["[PAD]", "[UNK]", *known])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106
    made.normalizer = normal
    made.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    return made


def rows_of(file: Path) -> list[tuple[str, int]]:
    """The texts of a file with their labels."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [(row["text"], int(row["label"])) for row in csv.DictReader(stream)]


def reviews_of(tokenizer: Tokenizer, rows: list[tuple[str, int]], weight: float) -> list[Review]:
    """The reviews with some text, cut."""
    found = []
    encodings = tokenizer.encode_batch([text for text, _ in rows])
    for encoding, (_, label) in zip(encodings, rows, strict=True):
        ids = encoding.ids
        if len(ids) > LONGEST:
            ids = ids[: LONGEST // 2] + ids[-LONGEST // 2 :]
        if ids:
            found.append(Review(np.array(ids), label, weight))
    return found


def arrays(ids: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask of some reviews, padded."""
    longest = max(map(len, ids))
    padded = np.stack([np.pad(one, (0, longest - len(one))) for one in ids])
    return padded, (np.arange(longest) < np.array([[len(one)] for one in ids])).astype(np.int64)


def batches(
    reviews: list[Review], size: int, noise: random.Random | None = None
) -> Iterator[list[int]]:
    """Indexes in batches of like lengths; shuffled where there is noise."""
    order = sorted(
        range(len(reviews)),
        key=lambda n: len(reviews[n].ids) * (noise.uniform(0.8, 1.2) if noise else 1),
    )
    found = [order[start : start + size] for start in range(0, len(order), size)]
    if noise:
        noise.shuffle(found)
    yield from found


def probabilities(network: Network, reviews: list[Review]) -> np.ndarray:
    """The probability of each label (reviews, 2)."""
    network.eval()
    found = np.zeros((len(reviews), 2), np.float32)
    with paddle.no_grad():
        for batch in batches(reviews, 128):
            given = arrays([reviews[n].ids for n in batch])
            logits = network(*map(paddle.to_tensor, given))
            found[batch] = functional.softmax(logits, axis=-1).numpy()
    network.train()
    return found


def accuracy(found: np.ndarray, reviews: list[Review]) -> float:
    """The share of reviews whose likeliest label is theirs."""
    return float((found.argmax(1) == [review.label for review in reviews]).mean())


class Average:
    """The running mean of a network's weights, taken every few steps."""

    EVERY, DECAY = 10, 0.98

    def __init__(self, network: Network) -> None:
        self.network = network
        self.held = {name: one.numpy() for name, one in network.state_dict().items()}

    def add(self) -> None:
        """Move towards the weights of now."""
        for name, one in self.network.state_dict().items():
            self.held[name] += (1 - self.DECAY) * (one.numpy() - self.held[name])

    def network_of(self, characters: int) -> Network:
        """A network of the mean."""
        made = Network(characters)
        made.set_state_dict(self.held)
        return made


def train(given: argparse.Namespace) -> None:
    """Train; print after each epoch how many of the kept reviews are right."""
    paddle.seed(given.seed)
    noise, dice = random.Random(given.seed), np.random.default_rng(given.seed)
    domains = {name: rows_of(given.data / f"{name}-train.csv") for name in WEIGHTS}
    tokenizer = tokenizer_of([text for rows in domains.values() for text, _ in rows])
    given.work.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(given.work / "tokenizer.json"), pretty=False)
    characters = tokenizer.get_vocab_size()
    every = [
        review
        for name, rows in domains.items()
        for review in reviews_of(tokenizer, rows, WEIGHTS[name])
    ]
    kept = every[::KEPT]
    reviews = [review for number, review in enumerate(every) if number % KEPT]
    network = Network(characters, given.dropout)
    steps = given.epochs * math.ceil(len(reviews) / given.batch)
    rate = paddle.optimizer.lr.LinearWarmup(
        paddle.optimizer.lr.CosineAnnealingDecay(given.rate, steps), steps // 20, 0, given.rate
    )
    optimizer = paddle.optimizer.AdamW(
        rate,
        parameters=network.parameters(),
        weight_decay=0.01,
        grad_clip=paddle.nn.ClipGradByGlobalNorm(1.0),
    )
    average, best, done, start, running = Average(network), 0.0, 0, time.time(), 0.0
    for epoch in range(given.epochs):
        for batch in batches(reviews, given.batch, noise):
            ids, mask = arrays([reviews[n].ids for n in batch])
            ids = np.where((dice.random(ids.shape) < FORGET) & (ids > 0), 1, ids)
            labels = np.eye(2, dtype=np.float32)[[reviews[n].label for n in batch]]
            wanted = labels * (1 - SMOOTHING) + SMOOTHING / 2
            weight = np.array([reviews[n].weight for n in batch], np.float32)
            logits = network(paddle.to_tensor(ids), paddle.to_tensor(mask))
            logs = functional.log_softmax(logits, axis=-1)
            losses = -(logs * paddle.to_tensor(wanted)).sum(-1)
            loss = (losses * paddle.to_tensor(weight / weight.mean())).mean()
            loss.backward()
            optimizer.step()
            optimizer.clear_grad()
            rate.step()
            done += 1
            running += 0.01 * (float(loss) - running)
            if done % Average.EVERY == 0:
                average.add()
            if done % 100 == 0:
                left = (time.time() - start) / done * (steps - done)
                print(f"\r{done}/{steps} loss {running:.4f} {left:.0f} s left", end="")
        mean = average.network_of(characters)
        share = accuracy(probabilities(mean, kept), kept)
        print(f"\nepoch {epoch + 1}: {share:.4f} of {len(kept)}", flush=True)
        if share > best:
            best = share
            paddle.save(mean.state_dict(), str(given.work / TRAINED))


def main(words: list[str]) -> None:
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--dropout", type=float, default=0.4)
    train(parser.parse_args(words))


if __name__ == "__main__":
    main(sys.argv[1:])
