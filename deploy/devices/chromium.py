"""Chromium on this machine, without a window, as a browser device."""

import os
import shutil
import subprocess
import tempfile

from deploy.devices.device import DeviceFailed

NAME = "chromium-headless"
_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class Chromium:
    """A headless Chromium that opens an address; it ends with `close`."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self._process: subprocess.Popen | None = None

    def open(self, address: str) -> None:
        """Open an address, in place of what was open. Raises `DeviceFailed` where there is no Chromium."""
        command = next(filter(None, map(shutil.which, _COMMANDS)), None)
        if command is None:
            raise DeviceFailed(
                f"{NAME}: none of {', '.join(_COMMANDS)} is on the PATH; install Chromium, or choose another device"
            )
        self._end()
        flags = ["--headless=new", "--no-first-run", "--disable-gpu", f"--user-data-dir={self._folder.name}"]
        # Chromium's sandbox refuses to start for root, as in containers.
        flags += ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [command, *flags, address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def close(self) -> None:
        """End it."""
        self._end()
        self._folder.cleanup()

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
