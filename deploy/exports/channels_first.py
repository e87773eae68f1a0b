"""The same graph with channels before height and width, as ONNX and Core ML have them."""

from dataclasses import replace

from deploy.exports.graph import Graph, Operator, Tensor

TO_FIRST, TO_LAST = (0, 3, 1, 2), (0, 2, 3, 1)
"""Orders of axes: from the file's layout to this one, and back."""
_DEPTHWISE_WEIGHTS = (3, 0, 1, 2)


def channels_first(graph: Graph) -> Graph:
    """Every tensor of four axes with its channels second, the input too; weights are output, input, height, width.

    Operators that depend on the order of axes (reshapes, means of other than height and width) keep that of the file,
    between two TRANSPOSE. Dense layers read two axes, which RESHAPE makes.
    """
    turning = _Turning(graph)
    for operator in graph.operators:
        turning.turn(operator)
    return Graph(input=_turned(graph.input), output=_turned(graph.output), operators=tuple(turning.operators))


class _Turning:
    def __init__(self, graph: Graph):
        self.operators: list[Operator] = []
        # Of tensors that the file does not have.
        self._number = max(
            tensor.number for operator in graph.operators for tensor in (operator.output, *operator.inputs)
        )

    def turn(self, operator: Operator) -> None:
        kind, (data, *others), output = operator.kind, operator.inputs, _turned(operator.output)
        if kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            weights = others[0].transposed(TO_FIRST if kind == "CONV_2D" else _DEPTHWISE_WEIGHTS)
            self._add(operator, output, _turned(data), weights, *others[1:])
        elif kind == "FULLY_CONNECTED":
            rows = self._new(data, (-1, others[0].shape[1]))
            self._add_in_order(Operator(kind="RESHAPE", inputs=(data,), output=rows))
            self._add(operator, output, rows, *others)
        elif kind == "RESHAPE" or (kind == "MEAN" and operator.axes != (1, 2)):
            self._add_in_order(operator)
        elif len(data.shape) == 4:
            axes = tuple(TO_FIRST.index(axis) for axis in operator.axes)
            paddings = tuple(operator.paddings[axis] for axis in TO_FIRST) if operator.paddings else ()
            turned = replace(operator, axes=axes, paddings=paddings)
            self._add(turned, output, *map(_turned, operator.inputs))
        else:
            self.operators.append(operator)

    def _add_in_order(self, operator: Operator) -> None:
        """The operator on its data in the file's order."""
        (data,), output = operator.inputs, operator.output
        if len(data.shape) == 4:
            ordered = self._new(data, data.shape)
            self._add(Operator(kind="TRANSPOSE", inputs=(), output=ordered, order=TO_LAST), ordered, _turned(data))
            data = ordered
        if len(output.shape) != 4:
            return self._add(operator, output, data)
        ordered = self._new(output, output.shape)
        self._add(operator, ordered, data)
        self._add(Operator(kind="TRANSPOSE", inputs=(), output=output, order=TO_FIRST), _turned(output), ordered)

    def _add(self, operator: Operator, output: Tensor, *inputs: Tensor) -> None:
        self.operators.append(replace(operator, inputs=inputs, output=output))

    def _new(self, like: Tensor, shape: tuple[int, ...]) -> Tensor:
        self._number += 1
        return replace(like, number=self._number, shape=shape)


def _turned(tensor: Tensor) -> Tensor:
    return tensor.transposed(TO_FIRST) if len(tensor.shape) == 4 else tensor
