"""Translation by transformers and torch: any encoder-decoder model of AutoModelForSeq2SeqLM."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import msgspec

from nlptool.adapter import Adapter, Batching, Files, Setup
from nlptool.errors import DeviceError, ModelError, RecordError, UsageError, one_line
from nlptool.tasks.translate import Params, Sentence, Translation

from .heads import is_transformers, own_task, task_of
from .local import LOCAL
from .torchvision_schema import make_importable
from .translation.target import target_token

POSITIONS = 510
PROPORTION, SLACK = 4, 16


class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``beam``: hypotheses that are followed, where it is not to be the model's own number;
    ``unlikely``: the mean log-probability of a token below which a translation is flagged."""

    beam: int | None = None
    unlikely: float | None = None


class Seq2Seq(Adapter[Sentence, Translation]):
    """A model's ``generate``. Nothing is fetched, and no code of the model's is run."""

    tasks = ("translate",)
    backends = ("cpu", "cuda")
    needs = {
        "torch": "nlptool[transformers]",
        "transformers": "nlptool[transformers]",
        "sentencepiece": "nlptool[translate]",
    }
    batching = Batching(count=16, window=512)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch

        make_importable()
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        self.torch = torch
        self.options = setup.read_options(Options)
        if setup.precision == "int8":
            raise UsageError("transformers runs translation in float32, float16 or bfloat16")
        precision = "float32" if setup.precision == "auto" else setup.precision
        if setup.threads:
            torch.set_num_threads(setup.threads)
        folder = setup.file("config.json").parent
        try:
            self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder, **LOCAL)
            self.model = transformers.AutoModelForSeq2SeqLM.from_pretrained(
                folder,
                dtype=getattr(torch, precision),
                use_safetensors=any(folder.glob("*.safetensors")),
                weights_only=True,
                **LOCAL,
            )
        except (OSError, ValueError) as error:
            raise ModelError(f"model {setup.model} cannot be loaded: {one_line(error)}") from error
        self.model = self.model.to(setup.device).eval()
        self.vocabulary = self.tokenizer.get_vocab()

    @classmethod
    def detect(cls, files: Files) -> str | None:
        """A folder as transformers saves it."""
        return own_task(task_of(files), cls.tasks) if is_transformers(files) else None

    @classmethod
    def check_device(cls, device: str) -> None:
        """CUDA where the installed torch was built for it."""
        if device == "cpu":
            return
        import torch

        if not torch.cuda.is_available():
            raise DeviceError(f"torch finds no CUDA device for {device}")

    def predict(self, batch: Sequence[Sentence], params: Params) -> list[Translation | RecordError]:
        """Translate the sentences; those for a careful second try together."""
        token = target_token(params.target, self.setup.languages, self.vocabulary)
        prefix = f"{token} " if token else ""
        ids = self.tokenizer([prefix + sentence.text for sentence in batch])["input_ids"]
        answers: list[Translation | RecordError] = [
            RecordError(f"a sentence of {len(each)} tokens is too long") for each in ids
        ]
        for careful in (False, True):
            chosen = [
                index
                for index, sentence in enumerate(batch)
                if sentence.careful == careful and len(ids[index]) <= POSITIONS
            ]
            found = self._generate([ids[i] for i in chosen], careful, params) if chosen else []
            for index, answer in zip(chosen, found, strict=True):
                answers[index] = answer
        return answers

    def _generate(
        self, ids: Sequence[list[int]], careful: bool, params: Params
    ) -> list[Translation]:
        wanted = params.alternatives + 1
        beam = params.beam or self.options.beam or self.model.generation_config.num_beams or 1
        beam = max(beam + 2 * careful, wanted)
        longest = max(map(len, ids))
        inputs = self.tokenizer.pad({"input_ids": list(ids)}, return_tensors="pt")
        with self.torch.inference_mode():
            output = self.model.generate(
                **inputs.to(self.setup.device),
                num_beams=beam,
                do_sample=False,
                num_return_sequences=wanted,
                repetition_penalty=1.2 if careful else 1.0,
                no_repeat_ngram_size=params.no_repeat_ngram or (3 if careful else 0),
                max_length=None,
                max_new_tokens=min(params.max_length, PROPORTION * longest + SLACK),
                return_dict_in_generate=True,
                output_scores=params.scores,
            )
        texts = self.tokenizer.batch_decode(output.sequences, skip_special_tokens=True)
        scores = self._scores(output, beam) if params.scores else []
        return [
            _answer(texts[first : first + wanted], scores[first : first + 1], params)
            for first in range(0, len(texts), wanted)
        ]

    def _scores(self, output: Any, beam: int) -> list[float]:
        """The mean log-probability of each sequence's tokens."""
        if beam > 1:
            means = output.sequences_scores
        else:
            steps = self.model.compute_transition_scores(
                output.sequences, output.scores, normalize_logits=True
            )
            made = output.sequences[:, 1:] != self.tokenizer.pad_token_id
            means = steps.masked_fill(~made, 0).sum(1) / made.sum(1)
        return [round(score, 6) for score in means.tolist()]


def _answer(texts: Sequence[str], score: Sequence[float], params: Params) -> Translation:
    answer = Translation(texts[0])
    if score:
        answer = msgspec.structs.replace(answer, score=score[0])
    if params.alternatives:
        answer = msgspec.structs.replace(answer, alternatives=list(texts[1:]))
    return answer
