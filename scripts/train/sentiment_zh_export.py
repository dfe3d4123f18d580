"""Exports a trained sentiment-zh for the adapters onnx and paddle, and proves that they agree.

    python scripts/train/sentiment_zh_export.py DATA WORK

WORK has trained.pdparams and tokenizer.json. WORK/sentiment-zh comes to be for the onnx adapter,
WORK/sentiment-zh-paddle for the paddle adapter, both with tables in int8. Every review of
DATA/{hotel,shopping,takeaway}-dev.csv is then answered by the network as it was trained, by its
ONNX in float32, and by both exports.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import paddle
import paddle2onnx
from sentiment_zh_model import Network
from sentiment_zh_train import TRAINED, WEIGHTS, rows_of
from tokenizers import Tokenizer

INPUTS = ("input_ids", "attention_mask")
LONGEST = 512
CONFIG = {
    "architectures": ["SentaForSequenceClassification"],
    "id2label": {"0": "negative", "1": "positive"},
    "max_position_embeddings": LONGEST,
    "pad_token_id": 0,
}

Answer = Callable[[np.ndarray], np.ndarray]


def save(network: Network, stem: Path) -> None:
    """The network as Paddle's inference format."""
    spec = [paddle.static.InputSpec([None, None], "int64", name) for name in INPUTS]
    paddle.jit.save(network, str(stem), input_spec=spec)


def to_onnx(stem: Path, file: Path) -> None:
    """From Paddle's inference format to ONNX, its output named as the onnx adapter wants it."""
    # the default, polygraphy, installs packages while it runs
    paddle2onnx.export(
        f"{stem}.json",
        f"{stem}.pdiparams",
        str(file),
        opset_version=17,
        optimize_tool="onnxoptimizer",
    )
    import onnx

    model = onnx.load(file)
    (output,) = model.graph.output
    for node in model.graph.node:
        node.output[:] = ["logits" if name == output.name else name for name in node.output]
    output.name = "logits"
    onnx.checker.check_model(model)
    onnx.save(model, file)


def by_onnx(file: Path) -> Answer:
    """Logits of one review by onnxruntime."""
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])

    def answer(ids: np.ndarray) -> np.ndarray:
        return session.run(["logits"], dict(zip(INPUTS, (ids, np.ones_like(ids)), strict=True)))[0]

    return answer


def by_paddle(network: paddle.nn.Layer) -> Answer:
    """Logits of one review by Paddle."""

    def answer(ids: np.ndarray) -> np.ndarray:
        with paddle.no_grad():
            return network(paddle.to_tensor(ids), paddle.to_tensor(np.ones_like(ids))).numpy()

    return answer


def main(data: Path, work: Path) -> None:
    """Export, compare, print."""
    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    network = Network(tokenizer.get_vocab_size())
    network.set_state_dict(paddle.load(str(work / TRAINED)))
    network.eval()
    onnx_folder, paddle_folder = work / "sentiment-zh", work / "sentiment-zh-paddle"
    for folder in (onnx_folder, paddle_folder):
        folder.mkdir(exist_ok=True)
        shutil.copyfile(work / "tokenizer.json", folder / "tokenizer.json")
        (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n")
    with tempfile.TemporaryDirectory() as scratch:
        stem, plain = Path(scratch, "plain"), Path(scratch, "plain.onnx")
        save(network, stem)
        to_onnx(stem, plain)
        ways = {"Paddle, float32": by_paddle(paddle.jit.load(str(stem)))}
        ways["ONNX, float32"] = by_onnx(plain)
        for table in network.tables:
            table.freeze()
        save(network, paddle_folder / "inference")
        to_onnx(paddle_folder / "inference", onnx_folder / "model.onnx")
        ways["ONNX, int8"] = by_onnx(onnx_folder / "model.onnx")
        ways["Paddle, int8"] = by_paddle(paddle.jit.load(str(paddle_folder / "inference")))
        compare(data, tokenizer, ways)


def compare(data: Path, tokenizer: Tokenizer, ways: dict[str, Answer]) -> None:
    """A line a way: its accuracy by domain and in all, and how far it is from the first."""
    rows = [(name, *row) for name in WEIGHTS for row in rows_of(data / f"{name}-dev.csv")]
    inputs = [np.array([one.ids[:LONGEST]]) for one in tokenizer.encode_batch([r[1] for r in rows])]
    domains, labels = np.array([row[0] for row in rows]), np.array([row[2] for row in rows])
    first = None
    for way, answer in ways.items():
        logits = np.concatenate([answer(ids) for ids in inputs]).astype(np.float64)
        probabilities = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
        found = probabilities > 0.5
        first = probabilities if first is None else first
        right = found == labels
        shares = [f"{name} {right[domains == name].mean():.4f}" for name in WEIGHTS]
        same, far = (found == (first > 0.5)).mean(), np.abs(probabilities - first).max()
        print(
            f"{way:16} {right.mean():.4f} of {len(rows)} ({', '.join(shares)}); "
            f"the same label for {same:.4%}, at most {far:.6f} apart"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
