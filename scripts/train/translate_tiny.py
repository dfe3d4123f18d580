"""A small Marian model from pairs of sentences, in minutes on a CPU: for trying, not for use.

    python scripts/train/translate_tiny.py PAIRS.tsv.xz FOLDER

PAIRS has a text, a tab and its translation a line, as Tatoeba's; the shortest ones are taken.
FOLDER gets what a model hub has of OPUS-MT models: config.json, model.safetensors, source.spm,
target.spm, vocab.json; try it with ``nlptool translate --model FOLDER``.
"""

from __future__ import annotations

import argparse
import io
import json
import lzma
import random
import time
import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Pairs = Sequence[tuple[str, str]]


def train(
    pairs: Pairs,
    folder: Path,
    *,
    pieces: int = 4000,
    width: int = 256,
    layers: int = 3,
    steps: int = 3000,
    batch: int = 64,
    rate: float = 1e-3,
    symbols: Sequence[str] = (),
    threads: int = 0,
    say: int = 0,
) -> Path:
    """A Marian of so many ``layers`` a side, trained by Adam, the rate rising and falling.

    ``pieces`` is the size of each side's vocabulary; ``symbols`` are words that stay in one piece;
    ``say`` prints the loss every so many steps. The folder.
    """
    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer, logging

    logging.disable_progress_bar()
    folder.mkdir(parents=True, exist_ok=True)
    spm(folder / "source.spm", (source for source, _ in pairs), pieces, symbols)
    spm(folder / "target.spm", (target for _, target in pairs), pieces, symbols)
    vocabulary(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer = MarianTokenizer.from_pretrained(folder, source_lang="en", target_lang="zh")
    torch.manual_seed(0)
    torch.set_num_threads(threads or torch.get_num_threads())
    padding = tokenizer.pad_token_id
    config = MarianConfig(
        vocab_size=len(tokenizer),
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=width // 32,
        decoder_attention_heads=width // 32,
        encoder_ffn_dim=width * 4,
        decoder_ffn_dim=width * 4,
        activation_function="swish",
        dropout=0.1,
        scale_embedding=True,
        init_std=width**-0.5,
        max_position_embeddings=512,
        pad_token_id=padding,
        eos_token_id=0,
        decoder_start_token_id=padding,
        forced_eos_token_id=0,
        num_beams=4,
        bad_words_ids=[[padding]],
    )
    model = MarianMTModel(config)
    embeddings = model.get_input_embeddings().weight
    embeddings.data[padding] = 0
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, betas=(0.9, 0.98))
    warm = max(1, steps // 10)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, (steps - step) / (steps - warm + 1))
    )
    dice = random.Random(0)
    total, start = 0.0, time.monotonic()
    for step in range(1, steps + 1):
        loss = model(**inputs(tokenizer, dice.sample(pairs, min(batch, len(pairs))))).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        # Marian starts decoding from zeros, which <pad> stands for; tied weights would move it
        embeddings.data[padding] = 0
        schedule.step()
        optimizer.zero_grad()
        total += loss.item()
        if say and step % say == 0:
            print(f"step {step}: loss {total / say:.3f}, {time.monotonic() - start:.0f} s")
            total = 0.0
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def spm(file: Path, texts: Iterable[str], size: int, symbols: Sequence[str]) -> None:
    """A sentencepiece model of the texts."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        user_defined_symbols=list(symbols),
        minloglevel=2,
    )
    file.write_bytes(model.getvalue())


def vocabulary(folder: Path) -> None:
    """vocab.json: the pieces of both sides, as Marian numbers them."""
    from sentencepiece import SentencePieceProcessor

    tokens = ["</s>", "<unk>"]
    for side in ("source", "target"):
        model = SentencePieceProcessor(model_file=str(folder / f"{side}.spm"))
        tokens += [model.id_to_piece(number) for number in range(3, len(model))]
    numbers = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    numbers["<pad>"] = len(numbers)
    (folder / "vocab.json").write_text(json.dumps(numbers, ensure_ascii=False), "utf-8")


def inputs(tokenizer: Any, pairs: Pairs) -> dict[str, Any]:
    """A batch: token ids of the sources, and of the targets with -100 where there are none."""
    sources, targets = zip(*pairs, strict=True)
    batch = tokenizer(list(sources), text_target=list(targets), padding=True, return_tensors="pt")
    batch["labels"][batch["labels"] == tokenizer.pad_token_id] = -100
    return dict(batch)


def shortest(file: Path, count: int) -> Pairs:
    """The pairs of a file with the shortest texts."""
    opened = lzma.open if file.suffix == ".xz" else open
    with opened(file, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    pairs = [(row[0], row[1]) for row in rows if len(row) == 2]
    return sorted(pairs, key=lambda pair: len(pair[0]))[:count]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20_000, help="pairs to take")
    parser.add_argument("--steps", type=int, default=3000)
    given = parser.parse_args()
    train(shortest(given.pairs, given.count), given.folder, steps=given.steps, say=100)
