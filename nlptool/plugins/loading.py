"""An adapter made of its class; what goes wrong there is a ModelError."""

from __future__ import annotations

import logging
from typing import Any

from nlptool.errors import ModelError, NlptoolError, one_line
from nlptool.plugins.adapter import Adapter, Setup

log = logging.getLogger(__name__)


def load(cls: type[Adapter[Any, Any]], setup: Setup) -> Adapter[Any, Any]:
    """The adapter, its model loaded."""
    try:
        return cls(setup)
    except NlptoolError:
        raise
    except Exception as error:
        log.debug("loading %s", setup.model, exc_info=True)
        raise ModelError(
            f"model {setup.model} cannot be loaded: {type(error).__name__}: {one_line(error)}"
        ) from error
