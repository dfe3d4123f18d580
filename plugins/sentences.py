"""Sentence encoders of BERT's architecture on CTranslate2, from a folder as a hub has it, without
torch.

The folder holds ``config.json``, ``model.safetensors`` and ``tokenizer.json``; a text's vector is
the mean of its tokens', the special ones' with them, as sentence-transformers has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from nlptool.adapter import Files, Setup
from nlptool.errors import ModelError, one_line

from .encoders.adapter import EncoderAdapter
from .encoders.folder import read_config, read_tokenizer
from .encoders.windows import Window
from .processors import processors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


FORMAT = 1
"""Counted up when another version makes something else of the same files."""
TOKENS_AT_ONCE = 1 << 12
PRECISIONS = {"auto": "int8", "int8": "int8"}
"""What weights are kept in; float16 for others, which run in float32 on the CPU."""
LAYER = "encoder.layer.{}."


class Sentences(EncoderAdapter):
    """Vectors of sentences."""

    tasks = ("embed",)
    needs = {
        "ctranslate2": "nlptool",
        "safetensors": "nlptool[decoder]",
        "tokenizers": "nlptool",
    }

    def __init__(self, setup: Setup) -> None:
        setup = msgspec.structs.replace(setup, folder=setup.folder or setup.base)
        super().__init__(setup)
        import ctranslate2

        config = read_config(setup)
        folder = _made(setup, config)
        self.encoder = ctranslate2.Encoder(
            str(folder),
            compute_type="int8" if folder.name.endswith("int8") else "float32",
            inter_threads=1,
            intra_threads=setup.threads or processors(),
        )
        self.prepare(read_tokenizer(setup), config)

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder as sentence-transformers saves it."""
        own = files.has("config.json", "model.safetensors", "tokenizer.json", "modules.json")
        return "embed" if own else None

    def forward(self, windows: Sequence[Window]) -> list[Sequence[Floats]]:
        """The hidden states of every window's tokens."""
        found: list[Sequence[Floats]] = [()] * len(windows)
        order = sorted(range(len(windows)), key=lambda number: len(windows[number].ids))
        while order:
            longest = len(windows[order[-1]].ids)
            count = max(1, TOKENS_AT_ONCE // longest)
            some, order = order[-count:], order[:-count]
            for number, states in zip(some, self._run([windows[n] for n in some]), strict=True):
                found[number] = (states[: len(windows[number].ids)],)
        return found

    def _run(self, batch: Sequence[Window]) -> Floats:
        import numpy as np

        found = self.encoder.forward_batch([window.ids for window in batch])
        states: Floats = np.array(found.last_hidden_state)
        return states


def _made(setup: Setup, config: Mapping[str, Any]) -> Path:
    """The folder of the CTranslate2 model; of processes at once one makes it."""
    precision = PRECISIONS.get(setup.precision, "float16")
    return setup.make(
        f"sentences-{FORMAT}-{precision}", lambda new: _export(setup, config, precision, new)
    )


def _export(setup: Setup, config: Mapping[str, Any], precision: str, into: Path) -> None:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise ModelError(f"model {setup.model} is no BERT; the adapter transformers may run it")
    try:
        spec = _spec(config, load_file(setup.file("model.safetensors")), setup.model)
    except (SafetensorError, KeyError, ValueError) as error:
        raise ModelError(f"model {setup.model}: {one_line(error)}") from error
    names = read_tokenizer(setup).get_vocab()
    tokens = sorted(names, key=lambda token: names[token])
    count = spec.get_vocabulary_size()
    spec.register_vocabulary([*tokens, *(f"<extra_{n}>" for n in range(count - len(tokens)))])
    spec.config.unk_token = "[UNK]"  # noqa: S105
    spec.config.layer_norm_epsilon = config.get("layer_norm_eps", 1e-12)
    spec.validate()
    spec.optimize(precision)
    spec.save(str(into))


def _spec(config: Mapping[str, Any], tensors: Mapping[str, Any], model: str) -> Any:
    """BERT as CTranslate2 has it, with its weights."""
    from ctranslate2.specs import TransformerEncoderModelSpec, TransformerEncoderSpec
    from ctranslate2.specs.common_spec import Activation, EmbeddingsMerge

    encoder = TransformerEncoderSpec(
        config["num_hidden_layers"],
        config["num_attention_heads"],
        pre_norm=False,
        activation=Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=2,
        embeddings_merge=EmbeddingsMerge.ADD,
    )
    encoder.scale_embeddings = False
    prefix = "bert." if "bert.embeddings.word_embeddings.weight" in tensors else ""

    def get(name: str) -> Any:
        return tensors[prefix + name]

    words = get("embeddings.word_embeddings.weight")
    if words.shape != (config["vocab_size"], config["hidden_size"]):
        raise ModelError(f"model {model}: its embeddings do not fit its config.json")
    encoder.embeddings[0].weight = words
    encoder.embeddings[1].weight = get("embeddings.token_type_embeddings.weight")
    encoder.position_encodings.encodings = get("embeddings.position_embeddings.weight")
    _norm(encoder.layernorm_embedding, get, "embeddings.LayerNorm")
    for number, layer in enumerate(encoder.layer):
        _layer(layer, get, LAYER.format(number))
    return TransformerEncoderModelSpec(encoder)


def _layer(layer: Any, get: Callable[[str], Any], name: str) -> None:
    import numpy as np

    attention, parts = layer.self_attention, ("query", "key", "value")
    for kind in ("weight", "bias"):
        fused = [get(f"{name}attention.self.{part}.{kind}") for part in parts]
        setattr(attention.linear[0], kind, np.concatenate(fused))
    _linear(attention.linear[1], get, f"{name}attention.output.dense")
    _norm(attention.layer_norm, get, f"{name}attention.output.LayerNorm")
    _linear(layer.ffn.linear_0, get, f"{name}intermediate.dense")
    _linear(layer.ffn.linear_1, get, f"{name}output.dense")
    _norm(layer.ffn.layer_norm, get, f"{name}output.LayerNorm")


def _linear(spec: Any, get: Callable[[str], Any], name: str) -> None:
    spec.weight, spec.bias = get(f"{name}.weight"), get(f"{name}.bias")


def _norm(spec: Any, get: Callable[[str], Any], name: str) -> None:
    spec.gamma, spec.beta = get(f"{name}.weight"), get(f"{name}.bias")
