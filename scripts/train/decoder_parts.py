"""A GGUF file with the rows of some tokens only, in parts: for a machine that little is carried to.

    python scripts/train/decoder_parts.py GGUF VOCABULARY.json.xz OUT MIB

Writes OUT.00, OUT.01, ... of so many MiB; joined they are a file for decoder.py.
"""

from __future__ import annotations

import argparse
import lzma
import tempfile
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter
from nlptool_plugins.decoder.difference import kept_of
from nlptool_plugins.decoder.tokenizer import vocabulary_of
from nlptool_plugins.decoder.weights import TOP
from tokenizers import Tokenizer

from nlptool.gguf import read

NUMBERS = {int: "add_uint32", float: "add_float32", str: "add_string", bool: "add_bool"}


def main() -> None:
    """Write the parts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("gguf", "vocabulary", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("mib", type=int)
    given = parser.parse_args()
    numbers = Tokenizer.from_str(
        lzma.decompress(given.vocabulary.read_bytes()).decode()
    ).get_vocab()
    tokens = sorted(numbers, key=lambda token: numbers[token])
    gguf = read(given.gguf)
    theirs = vocabulary_of(gguf).tokens
    kept = kept_of(theirs, tokens, given.vocabulary)
    architecture = gguf.metadata["general.architecture"]
    with tempfile.NamedTemporaryFile(dir=given.out.parent) as whole:
        writer = GGUFWriter(whole.name, architecture)
        for key, value in gguf.metadata.items():
            told = key.startswith(f"{architecture}.") or key == "tokenizer.ggml.model"
            if told and type(value) in NUMBERS:
                getattr(writer, NUMBERS[type(value)])(key, value)
        writer.add_token_list([theirs[number] for number in kept])
        for tensor in GGUFReader(given.gguf).tensors:
            data = tensor.data[kept] if tensor.name in (*TOP.values(),)[:2] else tensor.data
            writer.add_tensor(
                tensor.name,
                np.ascontiguousarray(data),
                raw_dtype=GGMLQuantizationType(tensor.tensor_type),
            )
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        with Path(whole.name).open("rb") as joined:
            number = 0
            while part := joined.read(given.mib << 20):
                Path(f"{given.out}.{number:02}").write_bytes(part)
                number += 1


if __name__ == "__main__":
    main()
