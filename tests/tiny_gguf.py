"""Tiny decoders with random weights: as transformers has them, and as GGUF files of the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import numpy as np
from nlptool_plugins.torchvision_schema import make_importable

HIDDEN, INNER, HEADS, KV_HEADS, HEAD, CONTEXT = 256, 512, 4, 2, 64, 128
MERGES = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o"]
SPECIAL = ["<|end|>", "<|start|>"]
ARCHITECTURES = ("llama", "qwen2", "qwen3", "gemma3")


def layers(architecture: str) -> int:
    """Two; seven for Gemma 3, of whose layers the sixth is unlike the others."""
    return 7 if architecture == "gemma3" else 2


def byte_tokens() -> list[str]:
    """The 256 characters that stand for bytes in byte-level BPE."""
    from tokenizers.pre_tokenizers import ByteLevel

    return sorted(ByteLevel.alphabet())


def vocabulary() -> list[str]:
    return [*byte_tokens(), *(merge.replace(" ", "") for merge in MERGES), *SPECIAL]


def reference(architecture: str, seed: int = 1) -> Any:
    """A model of transformers with random weights, large enough to prefer some tokens."""
    import torch

    make_importable()
    import transformers

    kinds = {"llama": "Llama", "qwen2": "Qwen2", "qwen3": "Qwen3", "gemma3": "Gemma3"}
    text = "Text" if architecture == "gemma3" else ""
    config = getattr(transformers, f"{kinds[architecture]}{text}Config")(
        vocab_size=len(vocabulary()),
        hidden_size=HIDDEN,
        intermediate_size=INNER,
        num_hidden_layers=layers(architecture),
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        head_dim=HEAD,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=architecture != "qwen2",
        **({"sliding_window": 64, "query_pre_attn_scalar": HEAD} if text else {}),
    )
    torch.manual_seed(seed)
    model = getattr(transformers, f"{kinds[architecture]}ForCausalLM")(config).float().eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("norm.weight"):
                weight.add_(torch.randn_like(weight) * 0.1)
            elif name.endswith("bias"):
                weight.copy_(torch.randn_like(weight) * 0.1)
            else:
                weight.copy_(torch.randn_like(weight) * 0.08)
    return model


def write(
    model: Any, file: Path, kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F32
) -> None:
    """The model as llama.cpp's converter writes it; matrices in blocks of a kind, and the model's
    own weights changed to what these blocks hold."""
    import torch

    name = {"qwen2": "qwen2", "qwen3": "qwen3", "llama": "llama"}.get(
        model.config.model_type, "gemma3"
    )
    writer = gguf.GGUFWriter(file, name)
    config = model.config
    writer.add_block_count(layers(name))
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(1_000_000.0 if name == "gemma3" else rope_base(config))
    if name == "gemma3":
        writer.add_sliding_window(config.sliding_window)
    writer.add_license("mit")
    tokens = vocabulary()
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([3 if token in SPECIAL else 1 for token in tokens])
    writer.add_token_merges(MERGES)
    writer.add_eos_token_id(tokens.index("<|end|>"))
    writer.add_bos_token_id(tokens.index("<|start|>"))
    writer.add_add_bos_token(False)
    names = gguf.get_tensor_name_map(getattr(gguf.MODEL_ARCH, name.upper()), layers(name))
    with torch.no_grad():
        for ours, weight in model.state_dict().items():
            if ours == "lm_head.weight" and config.tie_word_embeddings:
                continue
            data = weight.numpy()
            if data.ndim == 2:
                blocks = gguf.quants.quantize(data, kind)
                weight.copy_(torch.from_numpy(gguf.quants.dequantize(blocks, kind)))
            data = _theirs(name, ours, weight.numpy())
            theirs = names.get_name(ours, try_suffixes=(".weight", ".bias"))
            if data.ndim == 2:
                packed = gguf.quants.quantize(data, kind)
                writer.add_tensor(theirs, packed, raw_dtype=kind)
            else:
                writer.add_tensor(theirs, data.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def rope_base(config: Any) -> float:
    """What the model's rotary positions turn by."""
    return float(config.rope_parameters["rope_theta"])


def _theirs(name: str, ours: str, data: Any) -> Any:
    """A weight as llama.cpp keeps it."""
    if name == "gemma3" and ours.endswith("norm.weight"):
        return data + 1
    if name == "llama" and ("q_proj" in ours or "k_proj" in ours):
        heads = HEADS if "q_proj" in ours else KV_HEADS
        halves = data.reshape(heads, 2, -1, *data.shape[1:])
        return np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(data.shape)
    return data
