"""How fast sentences are translated: transformers, CTranslate2, and both through nlptool.

    python scripts/bench/translate.py [--sentences 500] [--model FOLDER]

Without a model, one of opus-mt-en-zh's shape is made, its weights random and the length of its
translations forced: 6 + 6 layers, width 512, a vocabulary of 65,001, 16 tokens in and 16 out. The
figures are of one run, one after the other, on all processors.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")
os.environ["HF_HUB_OFFLINE"] = "1"

LENGTH = 16
BEAM = 1
VOCABULARY = 65_001
SCRIPT = "The quick brown fox jumps over the lazy dog near the river bank today at noon"


def marian(folder: Path) -> Path:
    """A model of random weights in the shape of opus-mt-en-zh."""
    import json

    import torch
    from nlptool_plugins.torchvision_schema import make_importable

    make_importable()
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    from scripts.train.new_marian import Shape, pieces

    words = SCRIPT.split()
    for side in ("source", "target"):
        pieces(folder / f"{side}.spm", [SCRIPT, *words], Shape(pieces=60, bytes=False))
    from sentencepiece import SentencePieceProcessor

    model = SentencePieceProcessor(model_file=str(folder / "source.spm"))
    tokens = ["</s>", "<unk>", *(model.id_to_piece(n) for n in range(3, len(model)))]
    tokens += [f"▁piece{number}" for number in range(VOCABULARY - 1 - len(tokens))]
    numbers = {token: number for number, token in enumerate([*tokens, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(numbers))
    torch.manual_seed(0)
    config = MarianConfig(
        vocab_size=VOCABULARY,
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        activation_function="swish",
        scale_embedding=True,
        max_position_embeddings=512,
        pad_token_id=VOCABULARY - 1,
        eos_token_id=0,
        decoder_start_token_id=VOCABULARY - 1,
        forced_eos_token_id=0,
    )
    network = MarianMTModel(config)
    network.get_input_embeddings().weight.data[VOCABULARY - 1] = 0
    network.save_pretrained(folder)
    MarianTokenizer.from_pretrained(folder).save_pretrained(folder)
    return folder


def generate(folder: Path, texts: list[str], batch: int) -> Callable[[], object]:
    """transformers' generate in batches."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer, model = (kind.from_pretrained(folder) for kind in (MarianTokenizer, MarianMTModel))

    def run() -> object:
        done: list[str] = []
        with torch.inference_mode():
            for start in range(0, len(texts), batch):
                inputs = tokenizer(texts[start : start + batch], padding=True, return_tensors="pt")
                output = model.generate(
                    **inputs, num_beams=BEAM, max_new_tokens=LENGTH, min_new_tokens=LENGTH
                )
                done += tokenizer.batch_decode(output, skip_special_tokens=True)
        return done

    return run


def raw(folder: Path, texts: list[str]) -> Callable[[], object]:
    """CTranslate2 with its own batches, as its documentation has it."""
    import ctranslate2
    from sentencepiece import SentencePieceProcessor

    processors = len(os.sched_getaffinity(0))
    translator = ctranslate2.Translator(
        str(folder), compute_type="int8", inter_threads=processors, intra_threads=1
    )
    source = SentencePieceProcessor(model_file=str(folder / "source.spm"))
    target = SentencePieceProcessor(model_file=str(folder / "target.spm"))

    def run() -> object:
        tokens = [[*pieces, "</s>"] for pieces in source.encode(texts, out_type=str)]
        results = translator.translate_batch(
            tokens,
            max_batch_size=1024,
            batch_type="tokens",
            beam_size=BEAM,
            max_decoding_length=LENGTH,
            min_decoding_length=LENGTH,
        )
        return target.decode([result.hypotheses[0] for result in results])

    return run


def command(folder: Path, texts: list[str], *words: str) -> Callable[[], object]:
    """nlptool as a process, start and loading in the time."""
    line = [sys.executable, "-m", "nlptool", "translate", "--model", str(folder), *words]
    line += ["--no-retry", "-O", f"beam={BEAM}", "--max-length", str(LENGTH)]
    return lambda: subprocess.run(
        line, input="\n".join(texts).encode(), stdout=subprocess.DEVNULL, check=True
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--model", type=Path, help="a folder of transformers")
    parser.add_argument("--skip-single", action="store_true", help="leave out batch 1")
    given = parser.parse_args()
    dice = random.Random(0)
    words = SCRIPT.split()
    texts = [" ".join(dice.sample(words, len(words))) + "." for _ in range(given.sentences)]
    with tempfile.TemporaryDirectory() as scratch:
        from nlptool_plugins.ctranslate2_export import export

        made = Path(scratch) / "marian"
        made.mkdir()
        folder = given.model or marian(made)
        int8 = Path(scratch) / "int8"
        export(folder, int8, "int8")
        runs: dict[str, Callable[[], Any]] = {}
        if not given.skip_single:
            runs["transformers generate, batch 1"] = generate(folder, texts, 1)
        runs |= {
            "transformers generate, batch 16": generate(folder, texts, 16),
            "CTranslate2 int8 raw": raw(int8, texts),
            "nlptool, ctranslate2 int8, end to end": command(int8, texts),
            "nlptool, seq2seq, end to end": command(folder, texts),
            "nlptool, one sentence, cold": command(int8, ["Hello"]),
        }
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            seconds = time.perf_counter() - start
            count = 1 if "cold" in name else len(texts)
            print(f"{name:40} {seconds:8.2f} s {count / seconds:8.1f}/s", flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
