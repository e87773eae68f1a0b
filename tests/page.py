"""A page in headless Chromium for tests, driven over DevTools' pipe: no other package, no port."""

import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

_COMMAND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(_COMMAND is None, reason="there is no Chromium")
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm to fetch LiteRT.js with")
_PATIENCE_SECONDS = 120


def hear_ctrl_c() -> None:
    """For a new process, before it begins: those of a shell's background are told to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Page:
    """One tab."""

    def __init__(self, process: subprocess.Popen, to: int, answers):
        self._process, self._to, self._answers, self._session, self._number = process, to, answers, None, 0
        self._told: set[str] = set()
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Page.enable")

    def ask(self, method: str, **params) -> dict:
        """What DevTools answers to a method of its protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _read(self) -> dict:
        message = json.loads(self._next())
        self._told.add(message.get("method", ""))
        return message

    def _next(self) -> bytes:
        # A Chromium that hangs is ended, and then there is nothing more to read.
        timer = threading.Timer(_PATIENCE_SECONDS, self._process.kill)
        timer.start()
        try:
            message = bytearray()
            while (byte := self._answers.read(1)) != b"\0":
                assert byte, "Chromium ended, or did not answer"
                message += byte
            return bytes(message)
        finally:
            timer.cancel()

    def open(self, address: str, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Go to an address, in a window of some size; one that is narrow is a phone's."""
        phone = width < 500
        metrics = dict(width=width, height=height, deviceScaleFactor=2 if phone else 1, mobile=phone)
        self.ask("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self._told.clear()
        self.ask("Page.navigate", url=address)
        while "Page.loadEventFired" not in self._told:
            self._read()

    def run(self, script: str):
        """What the body of an async function returns in the page, as JSON values; what it throws is an error here."""
        found = self.ask(
            "Runtime.evaluate", expression=f"(async () => {{{script}}})()", awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait_for(self, expression: str):
        """The value of an expression, once it is true."""
        never = json.dumps(f"never true: {expression}")
        return self.run(
            f"for (let n = 0; n < {10 * _PATIENCE_SECONDS}; n++) {{ const found = {expression};"
            f"if (found) return found; await new Promise(done => setTimeout(done, 100)); }} throw new Error({never});"
        )

    def screenshot(self, path: Path, whole: bool = False) -> None:
        """Write what is seen, or the whole page, as a PNG."""
        picture = self.ask("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(picture))


@contextlib.contextmanager
def opened(*flags: str):
    """A page that is there until the end of the block."""
    from_us, to_chromium = os.pipe()
    from_chromium, to_us = os.pipe()

    def give() -> None:
        # Duplicated upwards first: the ends might already be 3 or 4.
        ends = os.dup(from_us), os.dup(to_us)
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [_COMMAND, "--headless=new", "--remote-debugging-pipe", "--no-first-run", "--disable-gpu", *flags]
        command += ["--no-sandbox"] if os.geteuid() == 0 else []
        process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}"],
            preexec_fn=give,
            close_fds=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(from_us)
        os.close(to_us)
        try:
            with open(from_chromium, "rb") as answers:
                yield Page(process, to_chromium, answers)
        finally:
            os.close(to_chromium)
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
