"""An adapter for tests that does what the text says; a plugin file of the user as it stands."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from nlptool.errors import ModelError, RecordError
from nlptool.plugins.adapter import Adapter, Batching, Setup
from nlptool.tasks.base import Text
from nlptool.tasks.stem import Params, Stem


class Odd(Adapter[Text, Stem]):
    """Capitals, or trouble."""

    tasks = ("stem",)
    needs = {"a_library_that_only_the_environment_has": "luck"}
    batching = Batching(count=4, window=8)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        print("a banner")
        if "pid" in setup.options:
            Path(setup.options["pid"]).write_text(str(os.getpid()))
        if setup.options.get("start") == "device":
            raise ModelError(f"model {setup.model}: no such luck")
        self.answer(str(setup.options.get("start", "")))

    def predict(self, batch: Sequence[Text], params: Params) -> list[Stem | RecordError]:
        return [self.answer(record.text) for record in batch]

    def answer(self, text: str) -> Stem | RecordError:
        match text:
            case "raise":
                raise ValueError("two\nlines")
            case "reject":
                return RecordError("no such word")
            case "print":
                print("chatter")
                subprocess.run(["echo", "chatter of a child"], check=True)
            case "log":
                logging.getLogger("nlptool_plugins.odd").info("a word for the log")
            case "abort":
                os.abort()
            case "exit":
                os._exit(3)
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "garbage":
                for descriptor in range(3, 32):
                    write_if_open(descriptor, b"this is chatter, not a frame\n")
            case "loop":
                while True:
                    pass
        return Stem(text.upper())


def write_if_open(descriptor: int, data: bytes) -> None:
    """For the pipe, whose number nobody knows."""
    try:
        os.write(descriptor, data)
    except OSError:
        return
