"""A headless Chromium, driven over a pipe by its DevTools protocol."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
VIEWER = "chrome-extension://"
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")
ALL_TEXT = """
new Promise((resolve, reject) => {
  let left = 600;
  const ask = async () => {
    const viewer = document.querySelector("pdf-viewer");
    if (viewer?.currentController && viewer.loadProgress_ === 100) {
      viewer.currentController.selectAll();
      const reply = await viewer.currentController.getSelectedText();
      if (reply.selectedText) return resolve(reply.selectedText);
    }
    if (!left--) return resolve(viewer?.currentController?.getSelectedText ? "" : null);
    setTimeout(() => ask().catch(reject), 50);
  };
  ask().catch(reject);
})
"""
"""By what the viewer's own shortcuts and menus call, once the document is there."""


def found() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Chromium:
    """A browser with a profile of its own; a context manager."""

    def __init__(self, program: str, profile: Path) -> None:
        here, there = os.pipe(), os.pipe()
        shell = f'exec "$@" 3<&{here[0]} 4>&{there[1]}'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "-", program, *OPTIONS, f"--user-data-dir={profile}"],
            pass_fds=(here[0], there[1]),
            stderr=subprocess.DEVNULL,
        )
        os.close(here[0])
        os.close(there[1])
        self.to = os.fdopen(here[1], "wb", 0)
        self.back = os.fdopen(there[0], "rb")
        self.numbers = itertools.count(1)

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        self.process.wait()
        self.to.close()
        self.back.close()

    def viewer_of(self, file: Path) -> tuple[str, str]:
        """Sessions with the page that shows a PDF, and with the viewer in it."""
        self.ask("Target.setDiscoverTargets", discover=True)
        page = self.ask("Target.createTarget", url=file.as_uri())["targetId"]
        while True:
            message = self.heard()
            target = message.get("params", {}).get("targetInfo", {})
            if target.get("url", "").startswith(VIEWER) and target["type"] == "iframe":
                return self._attached(page), self._attached(target["targetId"])

    def _attached(self, target: str) -> str:
        session: str = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        return session

    def text_of(self, viewer: str) -> str | None:
        """All that can be selected in a PDF; None where this browser's viewer is another one."""
        answer = self.ask(
            "Runtime.evaluate",
            viewer,
            expression=ALL_TEXT,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["text"])
        text: str | None = answer["result"].get("value")
        return text

    def seen(self, page: str) -> bytes:
        """A page as a PNG."""
        return base64.b64decode(self.ask("Page.captureScreenshot", page)["data"])

    def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """A command's result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        self.to.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self.heard()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"]["message"])
                result: dict[str, Any] = answer["result"]
                return result

    def heard(self) -> dict[str, Any]:
        """The next message."""
        data = bytearray()
        while (byte := self.back.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("Chromium has ended")
            data += byte
        message: dict[str, Any] = json.loads(data)
        return message
