"""Nodes and constants of an ONNX graph, named as they are added, and the file of them."""

from collections.abc import Sequence

import numpy as np

from deploy.exports.graph import Graph, Operator, Tensor

INPUT, OUTPUT = "pixels", "logits"
_BATCH = "batch"
# Versions of the operators and of the file. From operators 21 on int16 can be quantized, and onnxruntime 1.31 does not
# load some pools on int8.
_VERSIONS, _INT16_VERSIONS = (20, 9), (21, 10)


class Nodes:
    """Collects nodes and constants; methods return the name of the value that they add."""

    def __init__(self):
        import onnx

        self._onnx, self._nodes, self._constants = onnx, [], []

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        """An operator of ONNX."""
        name = f"value{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, values: np.ndarray | np.generic) -> str:
        """Numbers as they are."""
        name = f"constant{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.array(values, order="C"), name))
        return name

    def steps(self, tensor: Tensor) -> tuple[str, str]:
        """Scale and zero point of a tensor, each one number unless there are several."""
        shape = (-1,) if len(tensor.scales) > 1 else ()
        zero_points = tensor.zero_points.astype(tensor.dtype).reshape(shape)
        return self.constant(tensor.scales.reshape(shape)), self.constant(zero_points)

    def in_real_numbers(self, name: str, tensor: Tensor) -> str:
        """Dequantized values of a tensor."""
        if tensor.quantized:
            axis = {"axis": tensor.axis} if len(tensor.scales) > 1 else {}
            return self.node("DequantizeLinear", name, *self.steps(tensor), **axis)
        return self.node("Cast", name, to=self._onnx.TensorProto.FLOAT) if tensor.dtype == "float16" else name

    def real_constant(self, tensor: Tensor) -> str:
        """Dequantized values of a constant, which is stored as the file has it."""
        # Biases of int16 layers are int64, which DequantizeLinear does not take.
        in_file = tensor.dtype != "int64"
        return self.in_real_numbers(self.constant(tensor.constant), tensor) if in_file else self.constant(tensor.real)

    def reduced(self, kind: str, name: str, operator: Operator) -> str:
        """A sum or a mean over the axes of an operator."""
        keeps = len(operator.output.shape) == len(operator.inputs[0].shape)
        return self.node(kind, name, self.constant(np.array(operator.axes)), keepdims=int(keeps))

    def file(self, last: str, graph: Graph, properties: dict[str, str]) -> bytes:
        """The file, checked by ONNX's own checker.

        Args:
            last: the value that is given out.
            graph: whose input and output it has, but for a free batch.
            properties: metadata of the file, by name.
        """
        helper = self._onnx.helper
        nodes = [*self._nodes, helper.make_node("Identity", [last], [OUTPUT])]
        ends = [
            helper.make_tensor_value_info(
                name, helper.np_dtype_to_tensor_dtype(np.dtype(tensor.dtype)), (_BATCH, *tensor.shape[1:])
            )
            for name, tensor in ((INPUT, graph.input), (OUTPUT, graph.output))
        ]
        opset, ir_version = _INT16_VERSIONS if graph.dtype == "int16" else _VERSIONS
        model = helper.make_model(
            helper.make_graph(nodes, "student", ends[:1], ends[1:], self._constants),
            opset_imports=[helper.make_opsetid("", opset)],
            ir_version=ir_version,
            producer_name="potstill",
        )
        helper.set_model_props(model, properties)
        self._onnx.checker.check_model(model, full_check=True)
        return model.SerializeToString(deterministic=True)


def window_attributes(operator: Operator) -> dict[str, Sequence[int]]:
    """Attributes of ONNX's convolutions and pools for the window of an operator."""
    window = operator.sliding_window
    (top, bottom), (left, right) = window.pads
    attributes = {"kernel_shape": window.kernel, "strides": window.strides, "pads": (top, left, bottom, right)}
    return {**attributes, "dilations": window.dilations} if operator.weighted else attributes
