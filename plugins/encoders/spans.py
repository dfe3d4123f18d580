"""From start and end logits to answers: the best spans of a context over all its windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlptool.errors import RecordError
from nlptool.tasks.qa import Params, Span

from .labels import DIGITS, NOT_FINITE
from .windows import Tokens, Window

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


def best_spans(
    context: str,
    tokens: Tokens,
    windows: Sequence[tuple[Window, Floats, Floats]],
    params: Params,
) -> list[Span] | RecordError:
    """The ``params.top_k`` best spans that do not overlap, the best first.

    Start and end are chosen together: a span's logit is the sum of its start's and its end's, at
    best over the windows that hold it (Devlin et al. 2019, section 4.2). Its score is the softmax
    of that over all spans of up to ``max_answer_length`` tokens in all windows and, where
    ``no_answer`` is set, over "no answer", whose logit is that of the first token, at worst over
    the windows (section 4.3); it wins where it is above the best span's by more than
    ``no_answer``.
    """
    import numpy as np

    count, longest = len(tokens.ids), params.max_answer_length
    spans = np.full((count, longest), -np.inf)
    null = np.inf
    for window, starts, ends in windows:
        if not (np.isfinite(starts).all() and np.isfinite(ends).all()):
            return RecordError(NOT_FINITE)
        null = min(null, float(starts[0]) + float(ends[0]))
        place = slice(window.first, window.first + window.length)
        here = slice(window.token, window.token + window.length)
        np.maximum(spans[here], _sums(starts[place], ends[place], longest), out=spans[here])
    _forbid_blank(spans, [not context[start:end].strip() for start, end in tokens.offsets])
    best = float(spans.max())
    if not np.isfinite(best):
        return RecordError("the context has no words")
    total = best + float(np.log(np.exp(spans - best).sum()))
    found: list[Span] = []
    if params.no_answer is not None:
        total = float(np.logaddexp(total, null))
        if null - best > params.no_answer:
            found.append(Span("", _score(null, total), 0, 0))
    while len(found) < params.top_k:
        start, more = divmod(int(spans.argmax()), longest)
        logit = float(spans[start, more])
        if not np.isfinite(logit):
            break
        first, last = _stripped(context, tokens.offsets[start][0], tokens.offsets[start + more][1])
        found.append(Span(context[first:last], _score(logit, total), first, last))
        _forbid_overlap(spans, start, start + more)
    return found


def _sums(starts: Floats, ends: Floats, longest: int) -> Floats:
    """The logit of each span (tokens, longest): the one at [i, j] starts at i and has j + 1."""
    import numpy as np

    padded = np.concatenate([ends, np.full(longest - 1, -np.inf)])
    sums: Floats = starts[:, None] + np.lib.stride_tricks.sliding_window_view(padded, longest)
    return sums


def _forbid_blank(spans: Floats, blank: Sequence[bool]) -> None:
    """No span starts or ends with a token that is white space or nothing."""
    import numpy as np

    longest = spans.shape[1]
    padded = np.concatenate([blank, np.ones(longest - 1, bool)])
    spans[np.lib.stride_tricks.sliding_window_view(padded, longest)] = -np.inf
    spans[np.asarray(blank)] = -np.inf


def _forbid_overlap(spans: Floats, start: int, end: int) -> None:
    """No span from now on has a token of ``start`` to ``end``."""
    import numpy as np

    for first in range(max(0, start - spans.shape[1] + 1), end + 1):
        spans[first, max(0, start - first) :] = -np.inf


def _stripped(context: str, start: int, end: int) -> tuple[int, int]:
    text = context[start:end]
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


def _score(logit: float, total: float) -> float:
    import math

    return round(math.exp(logit - total), DIGITS)
