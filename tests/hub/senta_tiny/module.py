"""A senta module in the form of PaddleHub's own: a plain class around a predictor."""

import argparse
import json
from pathlib import Path

import numpy as np
from paddle.inference import Config, create_predictor
from paddlehub.module.module import moduleinfo, runnable, serving


@moduleinfo(
    name="senta_tiny",
    version="1.0.0",
    summary="A small LSTM for Chinese sentiment.",
    author="nlptool",
    author_email="",
    type="nlp/sentiment_analysis",
)
class SentaTiny:
    def __init__(self):
        assets = Path(self.directory) / "assets"
        self.vocabulary = json.loads((assets / "vocabulary.json").read_text())
        config = Config(str(assets / "model.json"), str(assets / "model.pdiparams"))
        config.disable_gpu()
        self.predictor = create_predictor(config)
        print("senta_tiny is here")

    def _probs(self, texts):
        ids = np.zeros((len(texts), max(map(len, texts))), "int64")
        for row, text in zip(ids, texts, strict=True):
            row[: len(text)] = [self.vocabulary.get(letter, 1) for letter in text]
        self.predictor.get_input_handle("ids").copy_from_cpu(ids)
        self.predictor.run()
        return self.predictor.get_output_handle(self.predictor.get_output_names()[0]).copy_to_cpu()

    @serving
    def sentiment_classify(self, texts=(), data=None, use_gpu=False, batch_size=1):
        texts = texts or data["text"]
        if any("坏" in text for text in texts):
            raise ValueError("a text that this module cannot bear")
        results = []
        for start in range(0, len(texts), batch_size):
            batch = texts[start : start + batch_size]
            for text, (negative, positive) in zip(batch, self._probs(batch), strict=True):
                label = int(positive > negative)
                results.append(
                    {
                        "text": text,
                        "sentiment_label": label,
                        "sentiment_key": ("negative", "positive")[label],
                        "positive_probs": round(float(positive), 4),
                        "negative_probs": round(float(negative), 4),
                    }
                )
        return results

    @runnable
    def run_cmd(self, argvs):
        parser = argparse.ArgumentParser()
        parser.add_argument("--input_text")
        return self.sentiment_classify(texts=[parser.parse_args(argvs).input_text])
