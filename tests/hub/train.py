"""Trains a senta-style LSTM on sentences of this file: ``train.py FOLDER...`` writes its exported
model, its parameters and its vocabulary into each folder."""

import json
import sys
from pathlib import Path

import numpy as np
import paddle
from senta_plain.net import Net

THINGS = ("这家餐厅", "这部电影", "这家酒店", "这本书", "这个手机", "他们的服务", "味道", "质量")
BAD = ("很差", "真糟糕", "太烂了", "非常失望", "我不喜欢")
GOOD = ("很好", "真不错", "太棒了", "非常满意", "我很喜欢")
EPOCHS = 12


def main():
    paddle.seed(1)
    examples = [
        (a + b, label) for label, ends in enumerate((BAD, GOOD)) for b in ends for a in THINGS
    ]
    letters = sorted({letter for text, _ in examples for letter in text})
    vocabulary = {letter: number for number, letter in enumerate(letters, 2)}
    length = max(len(text) for text, _ in examples)
    rows = [[vocabulary[letter] for letter in text] for text, _ in examples]
    ids = paddle.to_tensor([row + [0] * (length - len(row)) for row in rows])
    labels = paddle.to_tensor([label for _, label in examples])
    net = Net(len(letters) + 2)
    adam = paddle.optimizer.Adam(0.02, parameters=net.parameters())
    order = np.random.default_rng(1)
    for _ in range(EPOCHS):
        for batch in np.array_split(order.permutation(len(examples)), 5):
            loss = paddle.nn.functional.nll_loss(paddle.log(net(ids[batch])), labels[batch])
            loss.backward()
            adam.step()
            adam.clear_grad()
    net.eval()
    right = (net(ids).argmax(axis=1) == labels).astype("float32").mean()
    print(f"accuracy {float(right):.3f}")
    spec = [paddle.static.InputSpec([None, None], "int64", "ids")]
    for folder in map(Path, sys.argv[1:]):
        paddle.jit.save(net, str(folder / "assets" / "model"), input_spec=spec)
        paddle.save(net.state_dict(), str(folder / "assets" / "net.pdparams"))
        (folder / "assets" / "vocabulary.json").write_text(json.dumps(vocabulary))


main()
