"""The neighbours of a word among a million: milliseconds a query, by numpy alone.

python scripts/bench/similar.py [DIMENSIONS]
"""

from __future__ import annotations

import sys

import numpy as np
from common import machine
from nlptool_plugins.gensim.space import Space
from timing import seconds

from nlptool.tasks.vectors import Vectors

WORDS = 1_000_000
QUERIES = 20


def main() -> None:
    """Print the median, and that of the product alone, which reads every vector once."""
    dimensions = int(sys.argv[1]) if sys.argv[1:] else 100
    dice = np.random.default_rng(1)
    matrix = dice.standard_normal((WORDS, dimensions), dtype=np.float32)
    space = Space(Vectors([str(row) for row in range(WORDS)], matrix))
    asked = space.sum(["1"], [])
    list(space.nearest([asked], 10))
    whole = seconds(lambda: list(space.nearest([asked], 10)), QUERIES) * 1000
    product = seconds(lambda: matrix @ asked.direction, QUERIES) * 1000
    print(machine())
    print(
        f"{WORDS:,} vectors of {dimensions}: {whole:.0f} ms a query, the product {product:.0f} ms"
    )


if __name__ == "__main__":
    main()
