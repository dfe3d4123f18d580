"""Writes a Paddle model that counts good and bad words: ``python tiny_paddle.py FOLDER FORM``.

FORM is ``json``, ``pdmodel`` or ``__model__``, after the files of the three generations of Paddle.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
import paddle

from tests.tiny_models import BAD, GOOD, LABELS, tokenizer


def weights() -> Any:
    """The logits that each token brings (tokens, 2)."""
    tokens = tokenizer()
    found = np.zeros((tokens.get_vocab_size(), 2), np.float32)
    for label, words in enumerate((BAD, GOOD)):
        found[[tokens.token_to_id(word) for word in words], label] = 1
    return found


def logits(ids: Any, mask: Any, table: Any) -> Any:
    """The sum over the tokens (batch, 2)."""
    each = paddle.nn.functional.embedding(ids, table)
    return paddle.squeeze(paddle.mm(paddle.unsqueeze(mask, 1), each), 1)


def write_json(stem: Path) -> None:
    """As Paddle 3 writes it."""

    class Network(paddle.nn.Layer):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            start = paddle.nn.initializer.Assign(weights())
            self.table = self.create_parameter(weights().shape, default_initializer=start)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return logits(input_ids, attention_mask.astype("float32"), self.table)

    names = ("input_ids", "attention_mask")
    spec = [paddle.static.InputSpec([None, None], "int64", name) for name in names]
    paddle.jit.save(Network(), str(stem), input_spec=spec)


def write_old(stem: Path, combined: bool) -> None:
    """As Paddle 2 wrote it, or as Paddle 1 did, with a file a weight."""
    paddle.enable_static()
    with paddle.pir_utils.OldIrGuard():
        main, start = paddle.static.Program(), paddle.static.Program()
        with paddle.static.program_guard(main, start):
            ids = paddle.static.data("input_ids", [None, None], "int64")
            mask = paddle.static.data("attention_mask", [None, None], "int64")
            given = paddle.nn.initializer.Assign(weights())
            table = paddle.static.create_parameter(
                weights().shape, "float32", name="table", default_initializer=given
            )
            found = logits(ids, paddle.cast(mask, "float32"), table)
            run = paddle.static.Executor(paddle.CPUPlace())
            run.run(start)
            paddle.static.save_inference_model(str(stem), [ids, mask], [found], run, program=main)
            if not combined:
                paddle.static.io.save_vars(run, str(stem.parent), main, vars=[table])
                stem.with_suffix(".pdmodel").rename(stem.parent / "__model__")
                stem.with_suffix(".pdiparams").unlink()


def main(folder: Path, form: str) -> None:
    """Write the folder."""
    folder.mkdir()
    if form == "json":
        write_json(folder / "inference")
    else:
        write_old(folder / "inference", combined=form == "pdmodel")
    tokenizer().save(str(folder / "tokenizer.json"))
    config = {"id2label": LABELS, "max_position_embeddings": 64}
    (folder / "config.json").write_text(json.dumps(config))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
