"""How long nlptool takes to start, against the import of the library that parses its options."""

from __future__ import annotations

import sys

from common import NLPTOOL, cost, machine, report


def main() -> None:
    """Print the ratios."""
    print(machine())
    raw = cost((sys.executable, "-c", "import typer"), times=9)
    report("nlptool --help", cost((*NLPTOOL, "--help"), times=9), raw, 2)
    report("nlptool stem running", cost((*NLPTOOL, "stem", "running"), times=9), raw, 3)


if __name__ == "__main__":
    main()
