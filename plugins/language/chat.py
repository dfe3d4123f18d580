"""A person's turn in the template that an instruct model was taught.

A model's file has the template as a program in Jinja, which is not run: the special tokens of a
family of models tell which template is theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nlptool.errors import UsageError


@dataclass(frozen=True)
class Template:
    """What stands before all, about the system's words and about the turn; ``end`` ends an
    answer."""

    before: str
    system: str
    turn: str
    end: str


CHATML = Template(
    "",
    "<|im_start|>system\n{system}<|im_end|>\n",
    "<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n",
    "<|im_end|>",
)
GEMMA = Template(
    "<bos><start_of_turn>user\n",
    "{system}\n\n",
    "{text}<end_of_turn>\n<start_of_turn>model\n",
    "<end_of_turn>",
)
LLAMA = Template(
    "<|begin_of_text|>",
    "<|start_header_id|>system<|end_header_id|>\n\n{system}<|eot_id|>",
    "<|start_header_id|>user<|end_header_id|>\n\n{text}<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<|eot_id|>",
)
FAMILIES = {"<|im_start|>": CHATML, "<start_of_turn>": GEMMA, "<|start_header_id|>": LLAMA}
"""Templates by a special token that only their models have."""


def template_of(model: str, special: Sequence[str], own: str) -> Template:
    """The model's ``own`` template, or that of its family; UsageError where it has none."""
    if own:
        return Template("", "", own, "")
    for token, template in FAMILIES.items():
        if token in special:
            return template
    raise UsageError(
        f"model {model} has no template for --chat that is known; "
        "name one with -O chat='...{system}...{text}...'"
    )
