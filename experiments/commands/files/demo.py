"""The command that shows a bundle at work in a browser."""

import contextlib
import threading
from pathlib import Path

from experiments.commands.arguments import File, Flag, read_bundle
from experiments.errors import UserError


def demo(
    bundle: File,
    key: Path | None = None,
    port: int = 8378,
    lan: Flag = False,
    address: str | None = None,
) -> None:
    """Serve a page that runs a bundle in the browser, on what you draw, drop, photograph or say. Ctrl-C ends it.

    Args:
        bundle: A bundle: a folder or a .zip.
        key: File of the key that the bundle's weights are encrypted with.
        port: Where to listen; 0 takes any free port.
        lan: Let the network in, for a phone. Without it only this machine can open the page.
        address: Of this machine, for --lan; None finds it.
    """
    from deploy.demo.server import DemoServer
    from deploy.errors import ExportRefused
    from experiments.devices import litertjs
    from experiments.devices.network import own_address

    opened = read_bundle(bundle, key)
    where = own_address(address) if lan else "127.0.0.1"
    try:
        server = DemoServer(opened, litertjs=litertjs.folder(), address=where, port=port)
    except ExportRefused as error:
        raise UserError(f"{bundle} does not run in browsers: {error}") from error
    except (OSError, OverflowError) as error:
        raise UserError(f"cannot listen at {where} port {port} ({error}); choose another with --port") from error
    with contextlib.closing(server):
        print(_invitation(server.url) if lan else f"open {server.url} (Ctrl-C ends it)", flush=True)
        # Until Ctrl-C, which is how it is meant to end.
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


def _invitation(url: str) -> str:
    from experiments.devices.network import qr_code

    return (
        f"{qr_code(url)}\nopen {url} on a phone in this network (Ctrl-C ends it)\n"
        "At this address browsers allow no live camera and no microphone; photographs and files work."
    )
