"""Audit of a .tflite: operators, dtypes, and the zeros among its weights."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from deploy.tflite import runtime


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Operators, dtypes and weights of a file."""

    operators: dict[str, int]
    """Number of each operator, by name."""
    weight_dtypes: tuple[str, ...]
    activation_dtypes: tuple[str, ...]
    weights: int
    """Values in int8 constants."""
    zeros: int
    """Weights that stand for 0."""
    whole_graph_delegated: bool
    """True if XNNPACK runs everything from input to output."""

    @property
    def sparsity(self) -> float:
        """Share of zeros among the weights."""
        return self.zeros / self.weights if self.weights else 0.0


def audit(model_bytes: bytes) -> Audit:
    """Audit a file. Raises `FileRefused` for bytes that are no model."""
    interpreter = runtime.load(model_bytes)
    operators, produced = Counter(), {int(detail["index"]) for detail in interpreter.get_input_details()}
    for operator in interpreter._get_ops_details():
        # The delegate's node stands for operators that stay listed before it.
        if operator["op_name"] != "DELEGATE":
            operators[operator["op_name"]] += 1
            produced.update(int(index) for index in operator["outputs"])

    weights = zeros = 0
    weight_dtypes, activation_dtypes = set(), set()
    for tensor in interpreter.get_tensor_details():
        dtype = np.dtype(tensor["dtype"]).name
        if tensor["index"] in produced:
            activation_dtypes.add(dtype)
        elif dtype in ("int8", "float32", "float16", "int16"):
            weight_dtypes.add(dtype)
            if dtype == "int8":
                values = interpreter.get_tensor(tensor["index"])
                weights += values.size
                zeros += int(np.count_nonzero(values == 0))
    return Audit(
        operators=dict(sorted(operators.items())),
        weight_dtypes=tuple(sorted(weight_dtypes)),
        activation_dtypes=tuple(sorted(activation_dtypes)),
        weights=weights,
        zeros=zeros,
        whole_graph_delegated=whole_graph_delegated(interpreter),
    )


def whole_graph_delegated(interpreter) -> bool:
    """True if one XNNPACK node of a loaded file takes every input and gives every output."""
    delegates = [operator for operator in interpreter._get_ops_details() if operator["op_name"] == "DELEGATE"]
    graph_inputs, graph_outputs = (
        {int(detail["index"]) for detail in details}
        for details in (interpreter.get_input_details(), interpreter.get_output_details())
    )
    return (
        len(delegates) == 1
        and graph_inputs <= set(map(int, delegates[0]["inputs"]))
        and graph_outputs == set(map(int, delegates[0]["outputs"]))
    )
