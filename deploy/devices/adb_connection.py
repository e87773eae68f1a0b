"""Connection to a phone through adb, with the reasons when it does not answer."""

import shutil
import subprocess

from deploy.devices.device import DeviceFailed

_TIMEOUT_SECONDS = 180
_LOST = ("device offline", "no devices", "not found", "device unauthorized", "closed")


class AdbConnection:
    """One phone: the one with this serial number, or the only one there is. Its methods raise `DeviceFailed`."""

    def __init__(self, name: str, serial: str | None):
        self.name, self._serial = name, serial

    def require_phone(self) -> None:
        """Raise `DeviceFailed` unless the one phone that is meant is there and lets itself be used."""
        lines = self._run("devices", "-l").splitlines()
        phones = dict(
            line.split()[:2] for line in lines if len(line.split()) >= 2 and not line.startswith(("List", "*"))
        )
        if self._serial is None and len(phones) == 1:
            self._serial = next(iter(phones))
        if self._serial is None and phones:
            raise DeviceFailed(
                f"{self.name}: adb sees {len(phones)} devices; name one with --serial: {', '.join(phones)}"
            )
        state = phones.get(self._serial or "")
        if state is None:
            raise DeviceFailed(
                f"{self.name}: adb sees {'no device' if self._serial is None else f'no {self._serial}'}; plug it in, "
                "and turn on USB debugging in its developer options"
            )
        if state == "unauthorized":
            raise DeviceFailed(
                f"{self.name}: the phone has not allowed this computer; accept on its screen and try again"
            )
        if state != "device":
            raise DeviceFailed(f"{self.name}: adb says the phone is {state}; unplug it and plug it in again")

    def shell(self, command: str) -> str:
        """Run a command on the phone; returns its output, whatever its exit status."""
        return self._run(*self._whose(), "shell", command)

    def push(self, local: str, remote: str) -> None:
        """Copy a file to the phone."""
        self._run(*self._whose(), "push", local, remote)

    def _whose(self) -> list[str]:
        return ["-s", self._serial] if self._serial else []

    def _run(self, *arguments: str) -> str:
        command = shutil.which("adb")
        if command is None:
            raise DeviceFailed(f"{self.name}: there is no adb on the PATH; install Android's platform tools")
        try:
            done = subprocess.run(
                [command, *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=_TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceFailed(
                f"{self.name}: adb {' '.join(arguments)} did not answer in {_TIMEOUT_SECONDS} s"
            ) from error
        if (
            done.returncode
            and done.stdout.startswith(("adb:", "error:"))
            and any(word in done.stdout for word in _LOST)
        ):
            raise DeviceFailed(f"{self.name}: {done.stdout.strip().splitlines()[-1]}")
        if done.returncode and "shell" not in arguments:
            raise DeviceFailed(f"{self.name}: adb {' '.join(arguments)} failed: {done.stdout.strip()[-300:]}")
        return done.stdout
