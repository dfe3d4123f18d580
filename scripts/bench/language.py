"""Language models: nlptool against transformers in float32, and llama.cpp where it is there.

    python scripts/bench/language.py [--model smollm2-135m] [--prompts 32] [--tokens 128]
        [--texts 1000] [--llama PYTHON]

The model must be here (nlptool models pull). transformers has the same weights, out of the GGUF
file. ``--llama`` names a Python that has llama-cpp-python, which is asked one prompt after the
other, or cyllama (wheels of llama.cpp for any processor), which takes all prompts at once.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from common import NLPTOOL, cost, machine
from timing import rounds, timed

import nlptool
from nlptool.models.resolver import Choice, Resolver
from nlptool.tasks import task_named

BEGINNINGS = (
    "The best thing about AI is its ability to",
    "Once upon a time there was a king who",
    "In the middle of the city stands",
    "Scientists have found that the brain",
    "The recipe begins with two cups of",
    "When the train arrived at the station,",
    "Nobody had expected the weather to",
    "A good teacher knows that children",
)
ENDS = ("", " and then", " because", " but")
LLAMA = """
import sys, time
file, tokens, threads, *prompts = sys.argv[1:]
tokens, threads = int(tokens), int(threads)
try:
    from llama_cpp import Llama
except ImportError:
    from cyllama.api import GenerationConfig
    from cyllama.batching import BatchGenerator

    def run():
        room = len(prompts) * (256 + tokens)
        with BatchGenerator(
            file, batch_size=2048, n_ctx=room, n_gpu_layers=0, n_seq_max=len(prompts)
        ) as model:
            model.ctx.set_n_threads(threads, threads)
            start = time.perf_counter()
            said = model.generate_batch(prompts, GenerationConfig(max_tokens=tokens, temperature=0))
            seconds = time.perf_counter() - start
        return sum(one.stats.generated_tokens for one in said) / seconds
else:
    model = Llama(file, n_ctx=512, n_threads=threads, n_threads_batch=threads, verbose=False)

    def run():
        start, count = time.perf_counter(), 0
        for prompt in prompts:
            model.reset()
            found = model(prompt, max_tokens=tokens, temperature=0)
            count += found["usage"]["completion_tokens"]
        return count / (time.perf_counter() - start)
run()
print(max(run() for _ in range(2)))
"""


def gguf_of(model: str) -> Path:
    """The model's GGUF file."""
    _, folder = Resolver(task_named("generate"), Choice(model)).find(model)
    return next((folder or Path()).glob("*.gguf"))


class Torch:
    """The same weights by transformers."""

    def __init__(self, file: Path) -> None:
        from nlptool_plugins.torchvision_schema import make_importable

        make_importable()
        import torch
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        self.torch = torch
        where = {"gguf_file": file.name}
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(file.parent, **where)
        self.tokenizer.padding_side = "left"
        self.tokenizer.pad_token = self.tokenizer.pad_token or self.tokenizer.eos_token
        self.model: Any = transformers.AutoModelForCausalLM.from_pretrained(
            file.parent, dtype=torch.float32, **where
        ).eval()

    def generate(self, prompts: list[str], tokens: int) -> None:
        """Greedy texts, all prompts in a batch."""
        with self.torch.inference_mode():
            given = self.tokenizer(prompts, return_tensors="pt", padding=True)
            self.model.generate(
                **given, max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False
            )

    def next(self, texts: list[str]) -> None:
        """The five likeliest tokens after each text, in batches of 32."""
        with self.torch.inference_mode():
            for start in range(0, len(texts), 32):
                given = self.tokenizer(texts[start : start + 32], return_tensors="pt", padding=True)
                logits = self.model(**given, logits_to_keep=1).logits[:, -1]
                logits.softmax(-1).topk(5)


def main() -> None:
    """Print times and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--llama", metavar="PYTHON")
    given = parser.parse_args()
    print(machine(), given.model, sep=", ")
    words = [f"{beginning}{end}" for end in ENDS for beginning in BEGINNINGS]
    prompts = (words * given.prompts)[: given.prompts]
    texts = [f"{number}: {prompts[number % len(prompts)]}" for number in range(given.texts)]
    for command in (("generate", "Hello", "--max-tokens", "1"), ("next", "Hello")):
        first = cost((*NLPTOOL, *command, "-m", given.model))
        print(f"{command[0]}, a cold start: {first.seconds:.2f} s, {first.peak:.0f} MiB")
    file = gguf_of(given.model)
    torch = Torch(file)
    with (
        nlptool.open_model("generate", given.model) as model,
        nlptool.open_model("next", given.model) as foretelling,
    ):

        def said(some: list[str]) -> list[Any]:
            return model.predict(some, max_tokens=given.tokens)

        count = sum(found.texts[0].tokens for found in said(prompts))
        for name, some in (("one prompt", prompts[:1]), (f"{len(prompts)} prompts", prompts)):
            times = rounds(
                {
                    "nlptool": lambda some=some: said(some),
                    "transformers": lambda some=some: torch.generate(some, given.tokens),
                },
                given.rounds,
            )
            made = said(some)[0].texts[0].tokens if len(some) == 1 else count
            ours, theirs = made / times["nlptool"], len(some) * given.tokens / times["transformers"]
            print(
                f"generate, {name}: nlptool {ours:.1f} tokens/s, "
                f"transformers {theirs:.1f}: {ours / theirs:.2f} times"
            )
        if texts:
            foretelling.predict(texts[:32])
            ours, theirs = (
                timed(lambda: foretelling.predict(texts)),
                timed(lambda: torch.next(texts)),
            )
            print(
                f"next of {len(texts)} texts: nlptool {len(texts) / ours:.1f} texts/s, "
                f"transformers {len(texts) / theirs:.1f}: {theirs / ours:.2f} times"
            )
    if given.llama:
        for name, some in (("one prompt", prompts[:1]), (f"{len(prompts)} prompts", prompts)):
            speed = llama(given.llama, file, given.tokens, some)
            print(f"generate, {name}: llama.cpp {speed:.1f} tokens/s")


def llama(python: str, file: Path, tokens: int, prompts: Sequence[str]) -> float:
    """Tokens a second by llama.cpp on the same file, in a process of another Python."""
    command = [python, "-c", LLAMA, str(file), str(tokens), str(os.cpu_count()), *prompts]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    start = time.perf_counter()
    main()
    print(f"all of this: {time.perf_counter() - start:.0f} s", file=sys.stderr)
