"""The model for a pair of languages, from the registry and what is on disk."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from operator import attrgetter

from nlptool.config.registry import Registry
from nlptool.errors import ModelError
from nlptool.models.store import Store, is_here, size_text, weight

log = logging.getLogger(__name__)

FAST, BEST, OFFLINE = "fast", "best", "offline"
"""Defaults for a pair: ``en-zh/fast``, and what stands in where it is not here and no network."""


@dataclass(frozen=True)
class Pairs:
    """The models of a task between languages.

    ``quality`` is what the user asks for, ``few`` says that the texts are few. Of a model's
    languages the first is its source, the others are its targets.
    """

    registry: Registry
    store: Store
    task: str
    quality: str | None = None
    few: bool = False
    found: dict[tuple[str, str], str] = field(default_factory=dict)
    """The models that were chosen."""

    def model_for(self, source: str, target: str) -> str:
        """The model for a pair of languages, always the same; see ``_choose``."""
        if (source, target) not in self.found:
            self.found[source, target] = self._choose(source, target)
        return self.found[source, target]

    def _choose(self, source: str, target: str) -> str:
        """The model of the quality that is asked for; else the registry's default for the pair;
        else the last one that the user brought or declared; else the best one for few texts where
        it is here, and the fast one, which may have to be pulled.

        Offline another stands in for it, which is told. ModelError says which models there would
        be, what they weigh, and the command that brings them.
        """
        pair = f"{source}-{target}"
        defaults = self.registry.defaults.get(self.task, {})
        if self.quality:
            return self._of_quality(pair, self.quality)
        if pair in defaults:
            return defaults[pair]
        fast, best, offline = (defaults.get(f"{pair}/{name}") for name in (FAST, BEST, OFFLINE))
        able = self._able(source, target)
        here = [name for name in able if is_here(self.store, self.registry, name)]
        brought = [name for name in here if name not in (fast, best, offline)]
        if brought:
            return brought[-1]
        if best in here and (self.few or fast not in here):
            log.info("%s answers, for few texts; --quality fast is faster", best)
            return str(best)
        if fast and (fast in here or not self.store.offline):
            log.info("%s answers; --quality best is better", fast)
            return fast
        if offline in here:
            log.warning(
                "%s stands in, for short sentences of daily life only; "
                "where there is a network: nlptool models pull %s",
                offline,
                fast,
            )
            return str(offline)
        raise self._none(source, target, able)

    def _able(self, source: str, target: str) -> list[str]:
        return [
            name
            for name, model in self.registry.models.items()
            if model.task == self.task
            and model.languages[:1] == (source,)
            and target in model.languages[1:]
        ]

    def _of_quality(self, pair: str, quality: str) -> str:
        defaults = self.registry.defaults.get(self.task, {})
        name = defaults.get(f"{pair}/{quality}")
        if name:
            return name
        there = ", ".join(sorted(key for key in defaults if key.endswith((FAST, BEST)))) or "none"
        raise ModelError(f"there is no {quality} model for {pair}; there are: {there}")

    def _none(self, source: str, target: str, able: list[str]) -> ModelError:
        models = [each for each in self.registry.models.values() if each.task == self.task]
        pairs = sorted(
            {f"{a}-{b}" for a, *more in map(attrgetter("languages"), models) for b in more}
        )
        others = f"pairs there are: {', '.join(pairs)} (nlptool models list --task {self.task})"
        if not able:
            text = f"no model from {source} to {target} is known; {others}; or --model FOLDER"
            return ModelError(text)
        offers = " or ".join(map(self._offer, able))
        return ModelError(
            f"no model from {source} to {target} is here; bring one: {offers}; {others}"
        )

    def _offer(self, name: str) -> str:
        """The command that brings a model, and its size."""
        sizes = [weight(model, None) for model in self.registry.with_bases([name]).values()]
        size = None if None in sizes else sum(size or 0 for size in sizes)
        return f"nlptool models pull {name} ({size_text(size) or 'size not known'})"
