"""A plain class that holds a layer, which PaddleHub runs in static mode."""

import json
from pathlib import Path

import paddle
from paddlehub.module.module import moduleinfo, serving
from senta_plain.net import Net


@moduleinfo(name="senta_plain", version="1.0.0", type="nlp/sentiment_analysis")
class SentaPlain:
    def __init__(self):
        assets = Path(self.directory) / "assets"
        self.vocabulary = json.loads((assets / "vocabulary.json").read_text())
        self.net = Net(len(self.vocabulary) + 2)
        self.net.set_state_dict(paddle.load(str(assets / "net.pdparams")))
        self.net.eval()

    @serving
    def sentiment_classify(self, texts=(), data=None, use_gpu=False, batch_size=1):
        rows = [[self.vocabulary.get(letter, 1) for letter in text] for text in texts]
        probs = [self.net(paddle.to_tensor([row])).numpy()[0].tolist() for row in rows]
        return [
            {"positive_probs": positive, "negative_probs": negative} for negative, positive in probs
        ]
