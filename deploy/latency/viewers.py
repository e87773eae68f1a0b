"""A file's graph in Netron or in Model Explorer, with the time of each operator in it."""

import contextlib
import copy
import importlib.util
import json
import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flatbuffers import flexbuffers

from deploy.latency.operator_times import OperatorTime, OperatorTimes
from deploy.tflite.flatbuffer import read_model, write_model
from deploy.tflite.schema import Model, Operator, generated

PACKAGES = {"netron": "netron", "model-explorer": "model_explorer"}
"""The package of each viewer."""
_FINDS_A_PORT = 8080
"""From this port on Model Explorer looks for a free one; at any other it gives up."""
_COPPER = "#e0905a"


def installed() -> list[str]:
    """Names of the viewers that are there."""
    return [name for name, package in PACKAGES.items() if importlib.util.find_spec(package)]


@contextlib.contextmanager
def netron(model_bytes: bytes, *, port: int, browse: bool) -> Iterator[str]:
    """Serve a file in Netron on this machine, in a thread, until the end of the block; gives the address.

    Args:
        port: 0 takes a free one.
        browse: open the address in the user's browser.

    Raises `OSError` where the port is taken.
    """
    import netron

    # The address is told once, by whoever asked for it.
    logging.getLogger("netron.server").setLevel(logging.WARNING)
    # Netron serves the whole folder of a file.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.tflite"
        path.write_bytes(model_bytes)
        address = netron.start(str(path), ("127.0.0.1", port), browse=browse)
        try:
            yield "http://{}:{}".format(*address)
        finally:
            netron.stop(address)


def model_explorer(model_bytes: bytes, times: OperatorTimes, *, port: int, browse: bool) -> None:
    """Serve a file in Model Explorer on this machine, until Ctrl-C; it says itself where.

    Operators are coloured by their time, which a table has beside the graph. Arguments are as for `netron`.
    """
    import model_explorer

    results = {str(part.operator.number): {"value": 1e3 * part.latency_ms} for part in times.operators}
    gradient = [{"stop": 0, "bgColor": "white"}, {"stop": 1, "bgColor": _COPPER}]
    with tempfile.TemporaryDirectory() as folder:
        path, data = Path(folder) / "model.tflite", Path(folder) / "µs.json"
        path.write_bytes(model_bytes)
        data.write_text(json.dumps({"results": results, "gradient": gradient}))
        config = model_explorer.config()
        config.add_model_from_path(str(path))
        config.add_node_data_from_path(str(data))
        model_explorer.visualize_from_config(config, port=port or _FINDS_A_PORT, no_open_in_browser=not browse)


def overlaid(model_bytes: bytes, times: OperatorTimes) -> bytes:
    """A copy to look at, not to run: behind each operator stands a box with its time and its share of the whole.

    The box has the rest of what was measured as its attributes. The operators stay as they are, so that a viewer shows
    their own attributes and weights.
    """
    model = read_model(model_bytes)
    model.description = (
        f"{_text(times.latency.median_ms)} on {times.latency.provenance}, {times.latency.date}. "
        "The box behind each operator tells its time; it is not in the file."
    ).encode()
    graph = model.subgraphs[0]
    operators = []
    for operator, part in zip(graph.operators, times.operators, strict=True):
        target = int(operator.outputs[0])
        between = copy.copy(graph.tensors[target])
        between.name = f"{part.operator.number} {part.operator.name}".encode()
        operator.outputs = [len(graph.tensors), *map(int, operator.outputs[1:])]
        graph.tensors.append(between)
        operators += [operator, _box(model, part, operator.outputs[0], target)]
    graph.operators = operators
    return write_model(model)


def _box(model: Model, part: OperatorTime, source: int, target: int) -> Operator:
    code, box = generated.OperatorCodeT(), generated.OperatorT()
    code.builtinCode = code.deprecatedBuiltinCode = generated.BuiltinOperator.CUSTOM
    # Netron shows what is behind the last full stop: figures have the raised point instead.
    code.customCode = f"{_text(part.latency_ms)}, {100 * part.share:.0f} %".replace(".", "·").encode()
    attributes = {
        "latency_us": 1e3 * part.latency_ms,
        "share": part.share,
        "delegate": part.delegate,
        "macs": part.operator.macs,
        "moved_bytes": part.operator.moved_bytes,
    }
    box.opcodeIndex, box.inputs, box.outputs = len(model.operatorCodes), [source], [target]
    box.customOptions = list(flexbuffers.Dumps(attributes))
    model.operatorCodes.append(code)
    return box


def _text(latency_ms: float) -> str:
    return f"{latency_ms:.3g} ms" if latency_ms >= 1 else f"{1e3 * latency_ms:.3g} µs"
