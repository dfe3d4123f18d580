"""The cross entropy of tokens, without the scores of a whole batch at a time.

A batch of two thousand tokens has thirty million scores over fifteen thousand pieces: written out,
cast, turned into probabilities and back, they cost a CPU more time than all layers of a small
model. Here the gradient is made with the loss, a few tokens at a time, and only the probabilities
are as large as the vocabulary (the idea of Cut Your Losses, Wijmans et al. 2024).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

PIECE = 512
"""Tokens at a time."""


def token_loss(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor,
    targets: torch.Tensor,
    smoothing: float,
) -> torch.Tensor:
    """The mean of -log softmax(hidden weight' + bias) at the targets, with label smoothing.

    hidden (tokens, width), weight (pieces, width), bias (1, pieces), targets (tokens).
    """
    import torch

    kind, count, told = hidden.device.type, len(targets), 1 - smoothing
    half = torch.is_autocast_enabled(kind)
    exact = torch.get_autocast_dtype(kind) if half else hidden.dtype
    with torch.no_grad():
        states, table, offset = hidden.to(exact), weight.to(exact), bias.to(exact)
        of_hidden, of_weight = torch.empty_like(hidden), torch.zeros_like(weight)
        total, mean = hidden.new_zeros(()), weight.mean(0)
        for start in range(0, count, PIECE):
            rows = slice(start, start + PIECE)
            aim = targets[rows, None]
            scores = torch.addmm(offset, states[rows], table.T)
            shares = scores.softmax(1)
            likely = shares.gather(1, aim).float().clamp_min(torch.finfo().tiny).log()
            everything = scores.gather(1, aim).float() - likely
            average = hidden[rows] @ mean + bias.mean()
            total -= told * likely.sum() + smoothing * (average[:, None] - everything).sum()
            of_hidden[rows] = shares @ table
            of_weight += shares.T @ states[rows]
        of_hidden -= told * weight[targets] + smoothing * mean
        of_weight.index_add_(0, targets, hidden, alpha=-told)
        of_weight -= smoothing / len(weight) * hidden.sum(0)
    # a value of nothing whose slopes are those of the loss
    line = (hidden * of_hidden).sum() + (weight * of_weight).sum()
    return (total + line - line.detach()) / count
