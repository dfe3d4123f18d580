"""The model for a pair of languages, from the registry and what is on disk."""

from __future__ import annotations

from operator import attrgetter

from nlptool.config.registry import Model, Registry
from nlptool.errors import ModelError
from nlptool.models.store import Store, size_text, weight


def model_for(registry: Registry, store: Store, task: str, source: str, target: str) -> str:
    """The model that translates ``source`` to ``target``: the default for ``SOURCE-TARGET``, or
    the last that lies on this disk, for what a user brought or declared is behind what comes with
    the package.

    Of a model's languages the first is its source, the others are its targets. ModelError says
    which models there would be, what they weigh, and the command that brings them.
    """
    default = registry.defaults.get(task, {}).get(f"{source}-{target}")
    if default:
        return default
    models = {name: model for name, model in registry.models.items() if model.task == task}
    able = [
        name
        for name, model in models.items()
        if model.languages[:1] == (source,) and target in model.languages[1:]
    ]
    for name in reversed(able):
        if not models[name].sources or store.place(name, models[name]):
            return name
    pairs = sorted(
        {f"{a}-{b}" for a, *more in map(attrgetter("languages"), models.values()) for b in more}
    )
    others = f"pairs there are: {', '.join(pairs)} (nlptool models list --task {task})"
    if able:
        offers = " or ".join(_offer(name, models[name]) for name in able)
        raise ModelError(
            f"no model from {source} to {target} is here; bring one: {offers}; {others}"
        )
    raise ModelError(f"no model from {source} to {target} is known; {others}; or --model FOLDER")


def _offer(name: str, model: Model) -> str:
    """The command that brings a model, and its size."""
    return f"nlptool models pull {name} ({size_text(weight(model, None)) or 'size not known'})"
