"""Translation between English or Chinese and other languages by a language model that nobody
taught it, from a prompt: BLEU and chrF on the paragraphs of the Debian Administrator's Handbook.

    apt-get download debian-handbook && dpkg -x debian-handbook_*.deb DIR
    python scripts/eval/pairs.py DIR/usr/share/doc/debian-handbook/html [LANGUAGE ...]
        [--hub en|zh] [--count 40] [--base qwen2.5-coder-1.5b]

Takes so many paragraphs, evenly through those that both languages have, and prints a row for each
direction. The book is in public repositories, so that the model may have read it: what the figures
say of other texts is at most this. The base must be here (nlptool models pull); extra
`nlptool[bleu]` is needed.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import subprocess
import tempfile
from pathlib import Path

from templates import NLPTOOL, evenly, machine

FOLDERS = {
    "de": "de-DE", "en": "en-US", "es": "es-ES", "fr": "fr-FR", "it": "it-IT", "ja": "ja-JP",
    "ko": "ko-KR", "pt": "pt-BR", "ru": "ru-RU", "zh": "zh-CN",
}  # fmt: skip
NAMES = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "pt": "Portuguese", "ru": "Russian", "zh": "Chinese",
}  # fmt: skip
PROMPT = (
    "<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant."
    "<|im_end|>\n<|im_start|>user\nTranslate this text from {} to {}. Write nothing but the "
    "translation.\n\n{{text}}<|im_end|>\n<|im_start|>assistant\n"
)
LENGTHS = range(60, 300)
"""Characters of the English paragraphs that are taken."""
PARAGRAPH = re.compile(r'<div class="para">(.*?)</div>', re.DOTALL)


def main() -> None:
    """Print a row a direction."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("languages", nargs="*", default=[*FOLDERS])
    parser.add_argument("--hub", choices=["en", "zh"], default="en")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--base", default="qwen2.5-coder-1.5b")
    given = parser.parse_args()
    print(machine())
    print(f"{'pair':8} {'BLEU':>6} {'chrF':>6} {'flagged':>8}")
    for language in given.languages:
        if language != given.hub:
            for source, target in ((language, given.hub), (given.hub, language)):
                found = evenly(pairs(given.folder, source, target), given.count)
                row = evaluated(found, source, target, given.base)
                bleu, chrf = row["bleu"] * 100, row["chrf"] * 100
                print(
                    f"{source}-{target:5} {bleu:6.1f} {chrf:6.1f} {row['flagged']:8.2f}", flush=True
                )


def pairs(folder: Path, source: str, target: str) -> list[tuple[str, str]]:
    """The paragraphs of pages that have as many in each language; what was left in English in one
    of them is no translation."""
    found = {}
    for page in sorted((folder / FOLDERS["en"]).glob("*.html")):
        there = [paragraphs(folder / FOLDERS[name] / page.name) for name in ("en", source, target)]
        if len({*map(len, there)}) == 1:
            for english, one, other in zip(*there, strict=True):
                untranslated = [one, other].count(english) > ("en" in (source, target))
                if len(english) in LENGTHS and not untranslated:
                    found[one] = other
    return [*found.items()]


def paragraphs(file: Path) -> list[str]:
    """The texts of a page's paragraphs, none where there is no such page."""
    page = file.read_text("utf-8") if file.exists() else ""
    texts = (html.unescape(re.sub(r"<[^>]*>", "", found)) for found in PARAGRAPH.findall(page))
    return [" ".join(text.split()) for text in texts]


def evaluated(
    found: list[tuple[str, str]], source: str, target: str, base: str
) -> dict[str, float]:
    """The figures of ``nlptool eval`` for a model of a prompt."""
    prompt = PROMPT.format(NAMES[source], NAMES[target])
    model = {
        "task": "translate", "adapter": "decoder", "base": base, "languages": [source, target],
        "options": {"prompt": prompt, "stop": ["<|im_end|>"]},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        registry, data = Path(name, "models.yaml"), Path(name, "data.jsonl")
        registry.write_text(json.dumps({"models": {"pair": model}}), "utf-8")
        rows = (json.dumps({"text": text, "reference": truth}) for text, truth in found)
        data.write_text("\n".join(rows), "utf-8")
        line = [*NLPTOOL, "eval", "translate", str(data), "--registry", str(registry), "-m", "pair"]
        languages = ["--param", f"source={source}", "--param", f"target={target}"]
        done = subprocess.run(
            [*line, "-f", "jsonl", *languages], check=True, stdout=subprocess.PIPE
        )
    row: dict[str, float] = json.loads(done.stdout)
    return row


if __name__ == "__main__":
    main()
