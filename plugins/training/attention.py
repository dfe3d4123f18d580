"""Attention that a CPU trains fast in bfloat16."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

NAME = "products"


def use_products(model: Any) -> None:
    """Give a model of transformers attention by matrix products: ours, where its kind takes one.

    torch's fused kernel trades memory for time: its backward pass on a CPU took two to three
    times as long for sequences of a few hundred tokens (torch 2.13, AMX).
    """
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    if getattr(model, "_supports_attention_backend", False):
        AttentionInterface.register(NAME, products)
        AttentionMaskInterface.register(NAME, sdpa_mask)
        model.set_attn_implementation(NAME)
    else:
        model.set_attn_implementation("eager")


def products(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    scaling: float | None = None,
    dropout: float = 0.0,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """softmax(query key' scaling) value; all (batch, heads, tokens, width), the result with heads
    and tokens exchanged; the mask is True where a token may be seen. Without one a decoder sees
    what comes before, as in torch's own kernel."""
    import torch

    with torch.autocast("cpu", enabled=False):
        query = query * (scaling or query.shape[-1] ** -0.5)
        scores = query @ key.transpose(2, 3)
        if attention_mask is None and module.is_causal and query.shape[2] > 1:
            attention_mask = scores.new_ones(scores.shape[-2:], dtype=torch.bool).tril()
        if attention_mask is not None:
            scores = scores.masked_fill(~attention_mask, torch.finfo(scores.dtype).min)
        weights = torch.dropout(scores.softmax(-1), dropout, train=module.training)
        return (weights @ value).transpose(1, 2).contiguous(), None
