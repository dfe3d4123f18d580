"""The neighbours of a word among a million: milliseconds a query, by itself and among others, by
numpy alone, of the processor's time: other work on the machine does not count.

python scripts/bench/similar.py [DIMENSIONS]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from common import machine
from nlptool_plugins.gensim.space import Space

from nlptool.tasks.vectors import Vectors

WORDS = 1_000_000
QUERIES = 20
MANY = 64


def main() -> None:
    """Print the median, and that of the product alone, which reads every vector once."""
    dimensions = int(sys.argv[1]) if sys.argv[1:] else 100
    dice = np.random.default_rng(1)
    matrix = dice.standard_normal((WORDS, dimensions), dtype=np.float32)
    space = Space(Vectors([str(row) for row in range(WORDS)], matrix))
    asked = space.sum(["1"], [])
    list(space.nearest([asked], 10))
    whole = least(lambda: list(space.nearest([asked], 10)), QUERIES)
    product = least(lambda: matrix @ asked.direction, QUERIES)
    many = [space.sum([str(row)], []) for row in range(MANY)]
    each = least(lambda: list(space.nearest(many, 10)), 3) / MANY
    print(machine())
    print(
        f"{WORDS:,} vectors of {dimensions}: {whole:.0f} ms a query, the product {product:.0f} ms; "
        f"{each:.1f} ms each of {MANY} queries"
    )


def least(work: Callable[[], Any], times: int) -> float:
    """The least milliseconds of the processor's that some work takes."""
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append((time.process_time() - start) * 1000)
    return min(found)


if __name__ == "__main__":
    main()
