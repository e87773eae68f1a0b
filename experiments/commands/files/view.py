"""The command that shows a file's graph."""

import contextlib
import threading
from pathlib import Path
from typing import Literal

from experiments.commands.arguments import File, Flag, is_bundle, read_bundle, read_model
from experiments.errors import UserError


def view(
    file: File,
    key: Path | None = None,
    device: str = "host",
    viewer: Literal["netron", "model-explorer"] | None = None,
    port: int = 0,
    no_browser: Flag = False,
) -> None:
    """Show the graph of a .tflite or a bundle in the browser, with the measured time of each operator. Ctrl-C ends it.

    Args:
        file: A .tflite file, or a bundle: a folder or a .zip.
        key: File of the key that a bundle's weights are encrypted with.
        device: Where to measure: host, chromium-headless, or a device that was added.
        viewer: What shows it; None takes what is installed, Netron first.
        port: Where the viewer listens; 0 takes a free port.
        no_browser: Only say where it is, instead of opening it.
    """
    from deploy.latency import viewers as viewers
    from deploy.latency.operator_times import profile
    from experiments.devices import inventory
    from experiments.run.display import Display

    if not 0 <= port < 65536:
        raise UserError(f"--port is {port}: it must be from 1 to 65535, or 0 for a free one")
    content = read_bundle(file, key).model_bytes if is_bundle(file) else read_model(file)
    viewer = _installed(viewer)
    with Display() as display:
        display.stage("profile")
        with inventory.opened(device, display.say) as opened:
            found = profile(content, opened, display.reach)
    if viewer == "model-explorer":
        return viewers.model_explorer(content, found, port=port, browse=not no_browser)
    try:
        with viewers.netron(viewers.overlaid(content, found), port=port, browse=not no_browser) as address:
            print(
                f"{file} in Netron: {address} (Ctrl-C ends it)\n"
                "The model stays on this machine; Netron's page itself reports to its authors that it was used.",
                flush=True,
            )
            with contextlib.suppress(KeyboardInterrupt):
                threading.Event().wait()
    except OSError as error:
        raise UserError(f"cannot listen at port {port} ({error.strerror}); choose another with --port") from error


def _installed(viewer: str | None) -> str:
    from deploy.latency.viewers import installed

    there = installed()
    if viewer is None and there:
        return there[0]
    if viewer not in there:
        what = viewer or "a viewer"
        raise UserError(
            f"{what} is not installed: pip install 'potstill[view]' brings Netron, and "
            "pip install ai-edge-model-explorer brings model-explorer"
        )
    return viewer
