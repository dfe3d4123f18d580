"""No library reports to anyone: each is told so before it is imported, here and in every child."""

from __future__ import annotations

import os

SILENCE = {
    "DO_NOT_TRACK": "1",  # https://consoledonottrack.com
    "DISABLE_TELEMETRY": "1",  # Hugging Face's older name
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_UPDATE_CHECK": "1",
    "ORT_DISABLE_TELEMETRY": "1",  # ONNX Runtime from 1.27 on asks at its import, in C++
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "WANDB_MODE": "disabled",  # what transformers' trainers report to where it is installed
}
"""Environment variables, over whatever the user's own say."""


def silence() -> None:
    """Set them for this process and those that it starts."""
    os.environ.update(SILENCE)
