"""A module with the methods of PaddleHub's lac: the longest words of a short list."""

from paddlehub.module.module import moduleinfo, serving

WORDS = {"今天": "TIME", "是": "v", "个": "q", "好天气": "n", "好": "a", "天气": "n"}


@moduleinfo(name="lac_tiny", version="1.0.0", type="nlp/lexical_analysis")
class LacTiny:
    @serving
    def cut(self, text, use_gpu=False, batch_size=1, return_tag=True):
        return [self._cut(one) for one in text]

    def _cut(self, text):
        words = []
        while text:
            words.append(next((word for word in WORDS if text.startswith(word)), text[0]))
            text = text.removeprefix(words[-1])
        return {"word": words, "tag": [WORDS.get(word, "w") for word in words]}
