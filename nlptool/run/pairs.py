"""The model for a pair of languages, from the registry and what is on disk."""

from __future__ import annotations

from nlptool import store
from nlptool.errors import ModelError
from nlptool.registry import Model, Registry


def model_for(registry: Registry, task: str, source: str, target: str) -> str:
    """The model that translates ``source`` to ``target``: the default for ``SOURCE-TARGET``, or
    the first that lies on this disk.

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
    for name in able:
        if store.is_here(name, models[name]):
            return name
    if able:
        offers = [f"{_weight(models[name])}: nlptool models pull {name}" for name in able]
        raise ModelError(
            f"no model from {source} to {target} is on this disk; there is {'; '.join(offers)}"
        )
    pairs = sorted(f"{a}-{b}" for model in models.values() for a, *more in [model.languages] for b in more)
    raise ModelError(
        f"no model from {source} to {target} is known; there are {', '.join(pairs)}; "
        "or give a folder of yours with --model"
    )
