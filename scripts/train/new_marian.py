"""A Marian model that knows nothing yet: tokens from pairs of sentences, random weights.

    python scripts/train/new_marian.py PAIRS.jsonl FOLDER [--pieces 8000] [--width 384] ...

PAIRS has text and translation a line. FOLDER gets what a model hub has of OPUS-MT models:
config.json, model.safetensors, source.spm, target.spm, vocab.json; it learns by
``nlptool finetune translate PAIRS.jsonl --base FOLDER``.
"""

from __future__ import annotations

import argparse
import io
import json
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shape:
    """``pieces`` is the size of each side's vocabulary, ``encoder`` and ``decoder`` are layers;
    ``symbols`` stay in one piece; with ``bytes`` every character can be written."""

    pieces: int = 8000
    width: int = 384
    encoder: int = 6
    decoder: int = 2
    symbols: tuple[str, ...] = ()
    bytes: bool = True


def make(pairs: Pairs, folder: Path, shape: Shape, seed: int = 0) -> Path:
    """The model's folder."""
    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer, logging

    logging.disable_progress_bar()
    folder.mkdir(parents=True, exist_ok=True)
    pieces(folder / "source.spm", (source for source, _ in pairs), shape)
    pieces(folder / "target.spm", (target for _, target in pairs), shape)
    vocabulary(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tokenizer = MarianTokenizer.from_pretrained(folder, source_lang="en", target_lang="zh")
    torch.manual_seed(seed)
    padding = tokenizer.pad_token_id
    config = MarianConfig(
        vocab_size=len(tokenizer),
        d_model=shape.width,
        encoder_layers=shape.encoder,
        decoder_layers=shape.decoder,
        encoder_attention_heads=shape.width // 32,
        decoder_attention_heads=shape.width // 32,
        encoder_ffn_dim=shape.width * 4,
        decoder_ffn_dim=shape.width * 4,
        activation_function="swish",
        scale_embedding=True,
        init_std=shape.width**-0.5,
        max_position_embeddings=512,
        pad_token_id=padding,
        eos_token_id=0,
        decoder_start_token_id=padding,
        forced_eos_token_id=0,
    )
    model = MarianMTModel(config)
    # Marian starts decoding from zeros, which <pad> stands for
    model.get_input_embeddings().weight.data[padding] = 0
    model.generation_config.update(num_beams=4, bad_words_ids=[[padding]])
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def pieces(file: Path, texts: Iterable[str], shape: Shape) -> None:
    """A sentencepiece model of the texts."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=shape.pieces,
        hard_vocab_limit=False,
        character_coverage=0.9998 if shape.bytes else 1.0,
        byte_fallback=shape.bytes,
        split_digits=True,
        user_defined_symbols=list(shape.symbols),
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


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pairs", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pieces", type=int, default=Shape.pieces)
    parser.add_argument("--width", type=int, default=Shape.width)
    parser.add_argument("--encoder", type=int, default=Shape.encoder)
    parser.add_argument("--decoder", type=int, default=Shape.decoder)
    given = parser.parse_args()
    with given.pairs.open(encoding="utf-8") as lines:
        learnt = [(row["text"], row["translation"]) for row in map(json.loads, lines)]
    made = Shape(given.pieces, given.width, given.encoder, given.decoder)
    make(learnt, given.folder, made)
