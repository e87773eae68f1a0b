"""The graph of a file in a viewer, with the measured time of each operator."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from deploy.latency import viewers
from experiments.errors import UserError
from experiments.files.bench import operator_times_on
from experiments.files.reading import is_bundle, read_bundle, read_model


@contextlib.contextmanager
def view(
    file: Path, key: Path | None, *, device_name: str, viewer: str | None, port: int, browse: bool
) -> Iterator[str | None]:
    """Measure the model of a file or bundle by operator, and serve its graph until the end of the block.

    Gives Netron's address. Model Explorer prints its own and serves until Ctrl-C: then the address is None.

    Args:
        key: the file of the key that a bundle's weights are encrypted with.
        viewer: its name; None takes the first that is installed.
        port: 0 takes a free one.
        browse: open the address in the user's browser.

    Raises `UserError` for a viewer that is not installed and a port that cannot be listened at.
    """
    model_bytes = read_bundle(file, key).model_bytes if is_bundle(file) else read_model(file)
    viewer = _installed(viewer)
    times = operator_times_on(model_bytes, device_name)
    if viewer == "model-explorer":
        viewers.model_explorer(model_bytes, times, port=port, browse=browse)
        yield None
        return
    try:
        with viewers.netron(viewers.overlaid(model_bytes, times), port=port, browse=browse) as address:
            yield address
    except OSError as error:
        raise UserError(f"cannot listen at port {port} ({error.strerror}); choose another with --port") from error


def _installed(viewer: str | None) -> str:
    """The viewer of that name, or the first that is installed. Raises `UserError`."""
    installed = viewers.installed()
    if viewer is None and installed:
        return installed[0]
    if viewer is None or viewer not in installed:
        raise UserError(
            f"{viewer or 'a viewer'} is not installed: pip install 'potstill[view]' brings Netron, and "
            "pip install ai-edge-model-explorer brings model-explorer"
        )
    return viewer
