"""nlptool models verify."""

from __future__ import annotations

import typer

from nlptool.cli.models.names import Names, named
from nlptool.cli.options import command
from nlptool.cli.show import Shown, show
from nlptool.cli.weights import Weights
from nlptool.errors import ModelError
from nlptool.models.store.check import faults, pins


def register(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "verify")(verify)


def verify(weights: Weights, shown: Shown, names: Names = None) -> int:
    """Hash the files of models again: of those named, else of all that are here."""
    registry, store = weights.load()
    rows, bad = [], False
    for name, model in named(registry, names or sorted(registry.models)).items():
        place = store.place(name, model)
        if place is None:
            if names and model.sources:
                raise ModelError(f"model {name} is not here; pull it: nlptool models pull {name}")
            continue
        wanted = pins(model, place)
        wrong = faults(place.folder, wanted)
        state = "damaged" if wrong else "right" if wanted else "not pinned"
        rows.append(
            {"model": name, "files": len(wanted), "state": state, "faults": "; ".join(wrong)}
        )
        bad = bad or bool(wrong)
    show(rows, shown.format)
    return ModelError.code if bad else 0
