"""A module that is a layer, with a bare super(), which PaddleHub's own loading breaks."""

import json
from pathlib import Path

import paddle
from paddle import nn
from paddlehub.module.module import moduleinfo, serving


@moduleinfo(name="senta_layer", version="1.0.0", type="nlp/sentiment_analysis")
class SentaLayer(nn.Layer):
    def __init__(self):
        super().__init__()
        assets = Path(self.directory) / "assets"
        self.vocabulary = json.loads((assets / "vocabulary.json").read_text())
        self.embedding = nn.Embedding(len(self.vocabulary) + 2, 16)
        self.lstm = nn.LSTM(16, 16)
        self.output = nn.Linear(16, 2)
        self.set_state_dict(paddle.load(str(assets / "net.pdparams")))
        self.eval()

    def forward(self, ids):
        states, _ = self.lstm(self.embedding(ids))
        return nn.functional.softmax(self.output(states.max(axis=1)))

    @serving
    def sentiment_classify(self, texts=(), data=None, use_gpu=False, batch_size=1):
        rows = [[self.vocabulary.get(letter, 1) for letter in text] for text in texts]
        probs = [self(paddle.to_tensor([row])).numpy()[0].tolist() for row in rows]
        return [
            {"positive_probs": positive, "negative_probs": negative} for negative, positive in probs
        ]
