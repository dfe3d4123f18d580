"""Teach a decoder to translate: all of Gemma's weights, or Qwen's by a difference of low rank.

    python scripts/train/decoder.py GGUF VOCABULARY.json.xz PAIRS.tsv.xz OUT --minutes M

PAIRS are from decoder_pairs.py, VOCABULARY from decoder_vocabulary.py. On a GPU where there is one,
else on all cores. Seeded. What is stopped goes on from OUT/state.pt. OUT/lora.safetensors or
OUT/delta.safetensors is the difference that nlptool reads.

The learning rate warms up over 30 steps and falls to nothing at the end of the minutes. Gemma's
weights are used as they will be packed, in 2 bits, from BITS_FROM of the time on.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from decoder_model import Decoder, Matrix, fewer_bits
from nlptool_plugins.decoder.difference import Pruned, kept_of
from nlptool_plugins.decoder.tokenizer import vocabulary_of
from nlptool_plugins.decoder.weights import GgufWeights
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional

from nlptool.gguf import read

Example = tuple[np.ndarray, np.ndarray]
"""The tokens of a prompt, and those that are to follow."""


@dataclass(frozen=True)
class Recipe:
    """``prompts`` by the language to translate to; ``back`` is the share of pairs that are taught
    from Chinese to English."""

    prompts: dict[str, tuple[str, str]]
    end: str
    rank: int
    rate: float
    back: float


RECIPES = {
    "gemma3": Recipe({"zh": ("<bos>", "\n")}, "<eos>", 0, 4e-4, 0),
    "qwen2": Recipe(
        {"zh": ("English: ", "\nChinese: "), "en": ("Chinese: ", "\nEnglish: ")},
        "<|im_end|>",
        32,
        3e-4,
        0.3,
    ),
}
BITS, BITS_FROM = 2, 0.6
WARM, WIDTH, LONGEST, BLOCK = 30, 16, 192, 60_000
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Examples:
    """Pairs as a recipe asks for them, made of tokens once and kept beside OUT."""

    def __init__(self, tokenizer: Tokenizer, recipe: Recipe) -> None:
        self.tokenizer, self.recipe = tokenizer, recipe
        self.end = [tokenizer.token_to_id(recipe.end)]

    def __call__(self, rows: list[tuple[str, str]], to: str) -> list[Example]:
        before, after = self.recipe.prompts[to]
        prompts = self._ids([before + text + after for text, _ in rows])
        answers = self._ids([translation for _, translation in rows])
        return [
            (np.array(prompt, np.int32), np.array(answer + self.end, np.int32))
            for prompt, answer in zip(prompts, answers, strict=True)
        ]

    def of_file(self, file: Path, kept: Path) -> list[Example]:
        """Those of a file of pairs, in its order; one in so many the other way round."""
        if kept.is_file():
            held = np.load(kept)
            cut = np.split(held["ids"], np.cumsum(held["lengths"])[:-1])
            return list(zip(cut[::2], cut[1::2], strict=True))
        dice = random.Random(0)
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            rows = [(*line.rstrip("\n").split("\t"),) for line in lines]
        ways = ["en" if dice.random() < self.recipe.back else "zh" for _ in rows]
        turned = [row if to == "zh" else row[::-1] for row, to in zip(rows, ways, strict=True)]
        made: dict[str, Iterator[Example]] = {
            to: iter(self([row for row, way in zip(turned, ways, strict=True) if way == to], to))
            for to in self.recipe.prompts
        }
        found = [next(made[to]) for to in ways]
        found = [example for example in found if sum(map(len, example)) <= LONGEST]
        flat = [part for example in found for part in example]
        np.savez(kept, ids=np.concatenate(flat), lengths=[len(part) for part in flat])
        return found

    def _ids(self, texts: list[str]) -> list[list[int]]:
        found = self.tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [each.ids for each in found]


def batches(examples: list[Example], tokens: int, dice: random.Random) -> Iterator[list[Example]]:
    """Examples of like length together, so many tokens at most, without end; their order is that
    of the examples, by blocks."""
    while True:
        for start in range(0, len(examples), BLOCK):
            block = sorted(examples[start : start + BLOCK], key=lambda each: sum(map(len, each)))
            made: list[list[Example]] = [[]]
            for example in block:
                if padded(example) * (len(made[-1]) + 1) > tokens:
                    made.append([])
                made[-1].append(example)
            dice.shuffle(made)
            yield from made


def padded(example: Example) -> int:
    """The length that an example takes."""
    return -(-sum(map(len, example)) // WIDTH) * WIDTH


def loss_of(model: Decoder, batch: list[Example]) -> tuple[torch.Tensor, int]:
    """The summed cross entropy over what is to follow, and how many tokens that is."""
    width = max(map(padded, batch))
    ids = np.zeros((len(batch), width), np.int64)
    wanted = np.full((len(batch), width), -1)
    for row, (prompt, answer) in enumerate(batch):
        ids[row, : len(prompt) + len(answer)] = np.concatenate((prompt, answer))
        wanted[row, len(prompt) - 1 : len(prompt) + len(answer) - 1] = answer
    asked = torch.from_numpy(np.flatnonzero(wanted >= 0))
    truths = torch.from_numpy(wanted.reshape(-1))[asked]
    places = (asked // width, asked % width)
    logits = model(
        torch.from_numpy(ids).to(DEVICE, non_blocking=True),
        tuple(place.to(DEVICE, non_blocking=True) for place in places),
    )
    loss = functional.cross_entropy(logits, truths.to(DEVICE), reduction="sum")
    return loss, len(truths)


def dev_losses(model: Decoder, dev: dict[str, list[Example]]) -> dict[str, float]:
    """Nats of all of each language's texts."""
    with torch.no_grad():
        return {
            to: round(
                sum(float(loss_of(model, some[at : at + 16])[0]) for at in range(0, len(some), 16))
            )
            for to, some in dev.items()
        }


def difference(model: Decoder) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """The tensors and the metadata of the file that nlptool reads."""
    out: dict[str, torch.Tensor] = {}
    rank = 0
    for place, module in model.named_modules():
        if not isinstance(module, Matrix):
            continue
        _, _, rest = place.partition("layers.")
        layer, _, part = rest.partition(".")
        if module.scale:
            rank = len(module.a)
            for side in ("a", "b"):
                matrix = getattr(module, side).detach()
                scale = (matrix.abs().amax(1) / 127).half()
                steps = torch.where(scale == 0, 1, scale).float()[:, None]
                name = f"{layer}.{part}_proj.{side}"
                out[f"{name}.levels"] = torch.clamp(torch.round(matrix / steps), -127, 127).char()
                out[f"{name}.scale"] = scale
        else:
            kind = "self_attn" if part in "qkvo" else "mlp"
            name = f"model.layers.{layer}.{kind}.{part}_proj.weight"
            name = name if rest else "model.embed_tokens.weight"
            levels, scale = fewer_bits(module.whole.detach() - module.base, BITS)
            each = 8 // BITS
            grouped = levels.byte().reshape(len(levels), -1, each)
            shifts = torch.arange(each, device=levels.device, dtype=torch.uint8) * BITS
            out[f"{name}.levels"] = (grouped << shifts).sum(-1, dtype=torch.uint8)
            out[f"{name}.scale"] = scale
    if rank:
        return out, {"rank": str(rank), "alpha": str(2 * rank)}
    for place, value in model.learnt().items():
        if value.ndim == 1:
            _, _, rest = place.partition("layers.")
            layer, _, name = rest.partition(".norms.")
            name = f"self_attn.{name}" if name in ("q_norm", "k_norm") else name
            name = f"model.layers.{layer}.{name}.weight" if rest else "model.norm.weight"
            out[name] = value.detach().float()
    return out, {"bits": str(BITS), "group": "64"}


def main() -> None:
    """Teach, and write the difference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("gguf", "vocabulary", "pairs", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--tokens", type=int, default=16_384 if DEVICE == "cuda" else 1280)
    parser.add_argument("--dev", type=Path)
    parser.add_argument("--prepare", action="store_true", help="only make tokens of the pairs")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    gguf = read(given.gguf)
    recipe = RECIPES[str(gguf.metadata["general.architecture"])]
    tokenizer = Tokenizer.from_str(lzma.decompress(given.vocabulary.read_bytes()).decode())
    tokenizer.post_processor = None
    made = Examples(tokenizer, recipe)
    examples = made.of_file(given.pairs, given.out / "tokens.npz")
    print(len(examples), "examples", flush=True)
    if given.prepare:
        return
    dev = {}
    if given.dev:
        sides = [
            (given.dev / f"flores-dev.{language}").read_text("utf-8").splitlines()[:100]
            for language in ("en", "zh")
        ]
        ways = {"zh": sides, "en": sides[::-1]}
        dev = {to: made(list(zip(*ways[to], strict=True)), to) for to in recipe.prompts}
    numbers = tokenizer.get_vocab()
    tokens = sorted(numbers, key=lambda token: numbers[token])
    kept = kept_of(vocabulary_of(gguf).tokens, tokens, given.vocabulary)
    model = Decoder(Pruned(GgufWeights(gguf), kept), DEVICE, recipe.rank, 2 * recipe.rank)
    for layer in model.layers:
        layer.compile(dynamic=True)
    print("dev", dev_losses(model, dev), flush=True)
    teach(model, examples, dev, recipe, given)
    tensors, metadata = difference(model)
    tensors = {name: tensor.contiguous().cpu() for name, tensor in tensors.items()}
    name = "lora.safetensors" if recipe.rank else "delta.safetensors"
    save_file(tensors, given.out / name, metadata)
    print("written", given.out / name, flush=True)


def teach(
    model: Decoder,
    examples: list[Example],
    dev: dict[str, list[Example]],
    recipe: Recipe,
    given: Any,
) -> None:
    """Until the minutes are over."""
    learnt = model.learnt()
    optimizer = torch.optim.AdamW(
        learnt.values(), lr=recipe.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True
    )
    step, worked, pairs, state = 0, 0.0, 0, given.out / "state.pt"
    if state.is_file():
        held = torch.load(state, map_location=DEVICE)
        for name, value in held["learnt"].items():
            learnt[name].data.copy_(value)
        optimizer.load_state_dict(held["optimizer"])
        step, worked, pairs = held["step"], held["worked"], held["pairs"]
    order = batches(examples, given.tokens, random.Random(0))
    for _ in range(step):
        next(order)
    begun, saved, told, sums = time.time() - worked, time.time(), time.time(), [0.0, 0]
    losses = torch.zeros((), device=DEVICE)
    while (part := (time.time() - begun) / 60 / given.minutes) < 1:
        if not recipe.rank and part > BITS_FROM and not Matrix.bits:
            print("dev", dev_losses(model, dev), "before", BITS, "bits", flush=True)
            Matrix.bits = BITS
        for group in optimizer.param_groups:
            group["lr"] = recipe.rate * min(1, (step + 1) / WARM) * (1 - part)
        batch = next(order)
        loss, tokens = loss_of(model, batch)
        (loss / tokens).backward()
        torch.nn.utils.clip_grad_norm_(learnt.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        step, pairs = step + 1, pairs + len(batch)
        losses += loss.detach()
        sums[1] += tokens
        if step % 25 == 0:
            row = {"step": step, "loss": round(float(losses) / sums[1], 3), "pairs": pairs}
            row |= {"seconds": round(time.time() - begun), "tokens": sums[1]}
            print(json.dumps(row), flush=True)
            losses, sums = losses * 0, [0.0, 0]
        if time.time() - told > 60:
            print("dev", dev_losses(model, dev), flush=True)
            told = time.time()
        if time.time() - saved > 150:
            held = {"learnt": {name: value.detach() for name, value in learnt.items()}}
            held |= {"optimizer": optimizer.state_dict(), "step": step, "pairs": pairs}
            torch.save(held | {"worked": time.time() - begun}, state.with_suffix(".part"))
            state.with_suffix(".part").replace(state)
            saved = time.time()
    Matrix.bits = 0 if recipe.rank else BITS
    print("end", {"step": step, "pairs": pairs, "dev": dev_losses(model, dev)}, flush=True)


if __name__ == "__main__":
    main()
