"""An adapter asked: what it raises costs the one record that causes it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

from nlptool.errors import InternalError, NlptoolError, RecordError, TransientError, one_line
from nlptool.plugins.adapter import Adapter

log = logging.getLogger(__name__)

Heard = Callable[[Exception, int], None]
"""Hears what an adapter raised, and of how many records."""


def ask(
    adapter: Adapter[Any, Any], batch: Sequence[Any], params: Any, heard: Heard | None = None
) -> Sequence[Any]:
    """The adapter's results; when it raises, those of halves, so that one record fails alone."""
    try:
        results = adapter.predict(batch, params)
    except RecordError as error:
        if len(batch) == 1:
            return [error]
    except NlptoolError:
        raise
    except Exception as error:
        if heard:
            heard(error, len(batch))
        log.debug("model %s on a batch of %d", adapter.setup.model, len(batch), exc_info=True)
        if len(batch) == 1:
            name = type(error).__name__
            return [TransientError(f"model {adapter.setup.model}: {name}: {one_line(error)}")]
    else:
        if len(results) != len(batch):
            raise InternalError(
                f"model {adapter.setup.model} gave {len(results)} results for {len(batch)} records"
            )
        return results
    middle = len(batch) // 2
    parts = (batch[:middle], batch[middle:])
    return [result for part in parts for result in ask(adapter, part, params, heard)]
