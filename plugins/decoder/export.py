"""A CTranslate2 model of a decoder's weights, a few rows of which are unpacked at a time."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlptool.errors import ModelError

from .architecture import Architecture
from .weights import EMBEDDING, HEAD, NORM, Floats, Weights

log = logging.getLogger("nlptool_plugins.decoder")

ROWS = 4096
"""Rows of a matrix that are unpacked together."""

GEMMA_NORMS = (
    "input_layer_norm",
    "post_attention_layer_norm",
    "pre_feedforward_layer_norm",
    "post_feedforward_layer_norm",
)


def export(
    weights: Weights, precision: str, tokens: Sequence[str], special: Mapping[str, str], into: Path
) -> None:
    """Write ``model.bin``, ``config.json`` and ``vocabulary.json`` into a folder.

    ``precision`` is ``int8``, with a scale for each row, or ``float16``. ``tokens`` are the
    vocabulary in order, ``special`` its bos_token, eos_token and unk_token. ModelError where the
    weights are not those of their architecture.
    """
    made = weights.architecture
    spec = _spec(made)
    fill = _Filling(weights, precision)
    decoder = spec.decoder
    decoder.scale_embeddings = made.gemma
    fill.matrix(decoder.embeddings, EMBEDDING, made.vocabulary, made.hidden)
    if weights.has(HEAD):
        fill.matrix(decoder.projection, HEAD, made.vocabulary, made.hidden)
    else:
        decoder.projection.weight = decoder.embeddings.weight
        decoder.projection.weight_scale = decoder.embeddings.weight_scale
    fill.norm(decoder.layer_norm, NORM, made.hidden)
    for number, layer in enumerate(decoder.layer):
        fill.layer(layer, f"model.layers.{number}")
        log.info("%d of %d layers", number + 1, made.layers)
    for key, token in special.items():
        setattr(spec.config, key, token)
    spec.config.layer_norm_epsilon = made.epsilon
    names = [*tokens, *(f"<extra_id_{n}>" for n in range(made.vocabulary - len(tokens)))]
    spec.register_vocabulary(names[: made.vocabulary])
    spec.validate()
    spec.optimize(None)
    spec.save(str(into))


def _spec(made: Architecture) -> Any:
    from ctranslate2.specs import TransformerDecoderModelSpec
    from ctranslate2.specs.common_spec import Activation

    spec = TransformerDecoderModelSpec.from_config(
        made.layers,
        made.heads,
        activation=Activation.GELUTanh if made.gemma else Activation.SWISH,
        ffn_glu=True,
        rms_norm=True,
        rotary_dim=made.head,
        rotary_interleave=False,
        rotary_base=made.rope_base,
        num_heads_kv=made.kv_heads if made.kv_heads != made.heads else None,
        head_dim=made.head,
        pre_post_layer_norm=made.gemma,
        qk_norm=made.head_norms,
    )
    for number, layer in enumerate(spec.decoder.layer):
        layer.self_attention.rotary_base = np.float32(made.turns_by(number))
    return spec


class _Filling:
    """Puts weights, checked and in their precision, into the places of a spec."""

    def __init__(self, weights: Weights, precision: str) -> None:
        self.weights, self.made = weights, weights.architecture
        self.int8 = precision == "int8"

    def layer(self, spec: Any, name: str) -> None:
        """All of a layer."""
        made, attention, ffn = self.made, spec.self_attention, spec.ffn
        queries, keys = made.heads * made.head, made.kv_heads * made.head
        both = [("q_proj", queries), ("k_proj", keys), ("v_proj", keys)]
        self.fused(attention.linear[0], [(f"{name}.self_attn.{part}", n) for part, n in both])
        self.linear(attention.linear[1], f"{name}.self_attn.o_proj", made.hidden, queries)
        self.linear(ffn.linear_0, f"{name}.mlp.gate_proj", made.inner, made.hidden)
        self.linear(ffn.linear_0_noact, f"{name}.mlp.up_proj", made.inner, made.hidden)
        self.linear(ffn.linear_1, f"{name}.mlp.down_proj", made.hidden, made.inner)
        if made.gemma:
            places = {
                part.replace("layer_norm", "layernorm"): getattr(spec, part) for part in GEMMA_NORMS
            }
        else:
            places = {
                "input_layernorm": attention.layer_norm,
                "post_attention_layernorm": ffn.layer_norm,
            }
        for norm, place in places.items():
            self.norm(place, f"{name}.{norm}.weight", made.hidden)
        if made.head_norms:
            self.norm(attention.q_norm, f"{name}.self_attn.q_norm.weight", made.head)
            self.norm(attention.k_norm, f"{name}.self_attn.k_norm.weight", made.head)

    def norm(self, spec: Any, name: str, length: int) -> None:
        """A norm; Gemma's are what is added to one."""
        spec.gamma = self._vector(name, length)
        if self.made.gemma:
            spec.layer_norm_use_residual = True

    def matrix(self, spec: Any, name: str, rows: int, columns: int) -> None:
        """A matrix, with a scale for each row if it is to be in int8."""
        shape = self.weights.shape(name)
        if shape != (rows, columns):
            raise ModelError(f"{name} has the shape {shape}, expected {(rows, columns)}")
        spec.weight = np.empty(shape, np.int8 if self.int8 else np.float16)
        scale = np.empty(rows, np.float32)
        for start in range(0, rows, ROWS):
            part = slice(start, min(rows, start + ROWS))
            found = self.weights.rows(name, part)
            if not np.isfinite(found).all():
                raise ModelError(f"{name} has weights that are no numbers")
            if self.int8:
                found, scale[part] = _quantised(found)
            spec.weight[part] = found
        if self.int8:
            spec.weight_scale = scale

    def linear(self, spec: Any, name: str, rows: int, columns: int) -> None:
        """A matrix and, if there is one, its bias."""
        self.matrix(spec, f"{name}.weight", rows, columns)
        if self.weights.has(f"{name}.bias"):
            spec.bias = self._vector(f"{name}.bias", rows)

    def fused(self, spec: Any, parts: Sequence[tuple[str, int]]) -> None:
        """Several matrices one below the other."""
        from ctranslate2.specs.common_spec import LinearSpec

        places = [LinearSpec() for _ in parts]
        for place, (name, rows) in zip(places, parts, strict=True):
            self.linear(place, name, rows, self.made.hidden)
        spec.weight = np.concatenate([place.weight for place in places])
        if self.int8:
            spec.weight_scale = np.concatenate([place.weight_scale for place in places])
        biases = {place.has_bias() for place in places}
        if len(biases) > 1:
            raise ModelError(f"{parts[0][0]}: some of the three have a bias, some have none")
        if biases.pop():
            spec.bias = np.concatenate([place.bias for place in places])

    def _vector(self, name: str, length: int) -> Floats:
        found = self.weights.vector(name)
        if found.shape != (length,):
            raise ModelError(f"{name} has the length {found.shape[0]}, expected {length}")
        if not np.isfinite(found).all():
            raise ModelError(f"{name} has weights that are no numbers")
        return found


def _quantised(rows: Floats) -> tuple[np.ndarray, Floats]:
    """As CTranslate2 does it: the largest of a row becomes 127."""
    largest = np.abs(rows).max(axis=1)
    scale: Floats = (127 / np.where(largest == 0, 127, largest)).astype(np.float32)
    return np.rint(rows * scale[:, None]).astype(np.int8), scale
