"""This machine's address in its network, and an address as a QR code."""

import io
import socket

from experiments.errors import UserError


def local_address(address: str | None) -> str:
    """`address`, or where it is None this machine's in the network. Raises `UserError` where there is none."""
    if address is not None:
        return address
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent; the system only says which of its addresses it would send from.
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError as error:
            raise UserError("this machine's address in the network cannot be found; give it with --address") from error


def qr_code(address: str) -> str:
    """An address as a QR code for a terminal."""
    import segno

    code = io.StringIO()
    segno.make(address, error="l").terminal(out=code, compact=True, border=2)
    return code.getvalue()
