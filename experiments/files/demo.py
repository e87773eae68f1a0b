"""A bundle's demo page, served from this machine."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from deploy.demo.server import DemoServer
from deploy.errors import ExportRefused
from experiments.devices import litertjs
from experiments.devices.network import qr_code
from experiments.errors import UserError
from experiments.files.reading import read_bundle


@contextlib.contextmanager
def demo(bundle: Path, key: Path | None, *, address: str, port: int) -> Iterator[str]:
    """Serve the page that runs a bundle in the browser until the end of the block; gives its address.

    Args:
        key: the file of the key that the bundle's weights are encrypted with.
        address: where to listen; another than the loopback lets the network in.
        port: 0 takes a free one.

    Raises `UserError` for a bundle that browsers cannot run, and for an address or port that cannot be listened at.
    """
    source = read_bundle(bundle, key)
    try:
        server = DemoServer(source, litertjs=litertjs.folder(), address=address, port=port)
    except ExportRefused as error:
        raise UserError(f"{bundle} does not run in browsers: {error}") from error
    except (OSError, OverflowError) as error:
        raise UserError(f"cannot listen at {address} port {port} ({error}); choose another with --port") from error
    with contextlib.closing(server):
        yield server.url


def invitation(url: str) -> str:
    """The page's address for a phone in this network, in words and as a QR code."""
    return (
        f"{qr_code(url)}\nopen {url} on a phone in this network (Ctrl-C ends it)\n"
        "At this address browsers allow no live camera and no microphone; photographs and files work."
    )
