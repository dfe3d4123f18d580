"""The first file that an environment's own Python runs: ``start.py PARENT NAME=PATH...``.

PARENT is the number of the process that asks.

The packages named are lent to it; of what else is installed beside them it sees nothing.
"""

import sys
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path


class Lent:
    """Finds the packages that are lent, each a folder or a file."""

    def __init__(self, places: dict[str, str]) -> None:
        self.places = places

    def find_spec(
        self, name: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        """Where a lent package is; None for any other."""
        if name not in self.places:
            return None
        place = Path(self.places[name])
        if place.is_file():
            return spec_from_file_location(name, place)
        file = place / "__init__.py"
        return spec_from_file_location(name, file, submodule_search_locations=[str(place)])


if __name__ == "__main__":
    lent = Lent(dict(given.split("=", 1) for given in sys.argv[2:]))
    sys.meta_path.insert(0, lent)
    from nlptool.isolation.parent import end_with

    end_with(int(sys.argv[1]))
    from nlptool.isolation.host import Host
    from nlptool.isolation.service import AdapterService

    Host(AdapterService()).serve()
