"""The command `potstill view`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from experiments.commands.arguments import File, Flag
from experiments.commands.exit import wait_for_ctrl_c
from experiments.errors import UserError


@dataclass(frozen=True, kw_only=True)
class View:
    """Show the graph of a .tflite or bundle in the browser, with the measured time of each operator. Ctrl-C ends it."""

    file: File
    """A .tflite file, or a bundle: a folder or a .zip."""
    key: Path | None = None
    """File of the key that a bundle's weights are encrypted with."""
    device: str = "host"
    """Device to measure on: host, chromium-headless, or one that was added."""
    viewer: Literal["netron", "model-explorer"] | None = None
    """Viewer to show it in; None takes one that is installed, Netron first."""
    port: int = 0
    """Port of the viewer; 0 takes a free one."""
    no_browser: Flag = False
    """Only print the address, instead of opening it."""

    def run(self) -> None:
        """Serve the graph and print its address."""
        from experiments.files.view import view

        if not 0 <= self.port < 65536:
            raise UserError(f"--port is {self.port}: it must be from 1 to 65535, or 0 for a free one")
        with view(
            self.file,
            self.key,
            device_name=self.device,
            viewer=self.viewer,
            port=self.port,
            browse=not self.no_browser,
        ) as address:
            if address is None:
                return
            print(
                f"{self.file} in Netron: {address} (Ctrl-C ends it)\n"
                "The model stays on this machine; Netron's page itself reports to its authors that it was used.",
                flush=True,
            )
            wait_for_ctrl_c()
