"""The command `potstill demo`."""

from dataclasses import dataclass
from pathlib import Path

from experiments.commands.arguments import File, Flag
from experiments.commands.exit import wait_for_ctrl_c


@dataclass(frozen=True, kw_only=True)
class Demo:
    """Serve a page that runs a bundle in the browser, on what you draw, drop, photograph or say. Ctrl-C ends it."""

    bundle: File
    """A bundle: a folder or a .zip."""
    key: Path | None = None
    """File of the key that the bundle's weights are encrypted with."""
    port: int = 8378
    """Port to listen at; 0 takes any free one."""
    lan: Flag = False
    """Let the network in, for a phone. Without it only this machine can open the page."""
    address: str | None = None
    """Of this machine, for --lan; None finds it."""

    def run(self) -> None:
        """Serve the page and print its address."""
        from experiments.devices.network import local_address
        from experiments.files.demo import demo, invitation

        address = local_address(self.address) if self.lan else "127.0.0.1"
        with demo(self.bundle, self.key, address=address, port=self.port) as url:
            print(invitation(url) if self.lan else f"open {url} (Ctrl-C ends it)", flush=True)
            wait_for_ctrl_c()
