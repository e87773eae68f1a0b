"""A program of Core ML computed in NumPy, operator by operator in float16, as far as Potstill writes them."""

from pathlib import Path

import numpy as np

from deploy.bundle.bundle import Bundle
from deploy.exports.coreml import PACKAGE
from deploy.exports.mil_writer import CONFIDENCES, INPUT, LOGITS
from deploy.tflite.native_log import silenced

_PRECISIONS = {"fp16": np.float16, "fp32": np.float32}


def computed(program, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every value of a program by its name, for one input. Each operator's output is rounded to its own precision.

    Args:
        program: of coremltools, as read from a package.
        inputs: float32, by name.
    """
    values = dict(inputs)

    def value(given):
        if isinstance(given, list | tuple):
            return [value(each) for each in given]
        return given.val if given.val is not None else values[given.name]

    for operator in program.functions["main"].operations:
        if operator.op_type in ("const", "classify"):
            continue
        arguments = {name: value(given) for name, given in operator.inputs.items()}
        precision = _precision(operator.op_type, arguments)
        values[operator.outputs[0].name] = _COMPUTED[operator.op_type](**_widened(arguments)).astype(precision)
    return values


def reopened(folder: Path):
    """The package in a folder, read again: the saved model and its program, weights and all."""
    with silenced():
        import coremltools
        from coremltools.converters.mil.frontend.milproto.load import load

        model = coremltools.models.MLModel(str(folder / PACKAGE), skip_model_load=True)
        return model, load(model.get_spec(), model.get_spec().specificationVersion, model.weights_dir)


def package_outputs(folder: Path, bundle: Bundle) -> np.ndarray:
    """Outputs of the package in a folder for a bundle's known answers, in the steps of the .tflite."""
    _, program = reopened(folder)
    scores = []
    for example in bundle.answers.pixels.transpose(0, 3, 1, 2).astype(np.float32):
        values = computed(program, {INPUT: example[None]})
        scores.append(values.get(LOGITS, values[CONFIDENCES])[0])
    sign = bundle.preprocessing
    return np.stack(scores) / sign.output_scale + sign.output_zero_point if sign.output_scale else np.stack(scores)


def _precision(kind: str, arguments: dict) -> type:
    if kind == "cast":
        return _PRECISIONS[arguments["dtype"]]
    source = arguments.get("scale", arguments.get("x"))
    return (arguments["values"][0] if source is None else source).dtype


def _widened(arguments: dict) -> dict:
    """Sums are made in float32."""

    def wide(value):
        if isinstance(value, list):
            return [wide(each) for each in value]
        return value.astype(np.float32) if getattr(value, "dtype", None) == np.float16 else value

    return {name: wide(value) for name, value in arguments.items()}


def _dequantized(quantized_data, zero_point, scale, axis):
    along = [-1 if place == axis else 1 for place in range(quantized_data.ndim)]
    along = along if scale.ndim else [1] * quantized_data.ndim
    return (quantized_data - zero_point.astype(np.int32).reshape(along)) * scale.reshape(along)


def _windows(x, kernel, strides, dilations, pad, fill) -> np.ndarray:
    """Shape (1, channels, height, width, *kernel) of the output's height and width."""
    (top, bottom, left, right), spread = pad, [(size - 1) * step + 1 for size, step in zip(kernel, dilations)]
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(padded, spread, axis=(2, 3))
    return windows[:, :, :: strides[0], :: strides[1], :: dilations[0], :: dilations[1]]


def _conv(x, weight, strides, pad, dilations, groups, bias=0.0, **_):
    windows = _windows(x, weight.shape[2:], strides, dilations, pad, 0)
    _, _, height, width, *_ = windows.shape
    # Group by group: places by what each sees, times that by outputs.
    seen = windows.reshape(groups, -1, height * width, weight[0, 0].size).transpose(0, 2, 1, 3)
    made = seen.reshape(groups, height * width, -1) @ weight.reshape(groups, len(weight) // groups, -1).transpose(
        0, 2, 1
    )
    return made.transpose(0, 2, 1).reshape(1, len(weight), height, width) + np.reshape(bias, (-1, 1, 1))


def _max_pool(x, kernel_sizes, strides, pad, **_):
    return _windows(x, kernel_sizes, strides, (1, 1), pad, -np.inf).max(axis=(4, 5))


def _avg_pool(x, kernel_sizes, strides, pad, **_):
    total, count = (
        _windows(each, kernel_sizes, strides, (1, 1), pad, 0).sum(axis=(4, 5)) for each in (x, np.ones_like(x))
    )
    return total / count


def _softmax(x, axis):
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _pad(x, pad, **_):
    return np.pad(x, np.reshape(pad, (-1, 2)))


_COMPUTED = {
    "cast": lambda x, dtype: x,
    "constexpr_affine_dequantize": _dequantized,
    "add": lambda x, y: x + y,
    "mul": lambda x, y: x * y,
    "identity": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "clip": lambda x, alpha, beta: np.clip(x, alpha, beta),
    "transpose": lambda x, perm: x.transpose(perm),
    "reshape": lambda x, shape: x.reshape(shape),
    "concat": lambda values, axis, **_: np.concatenate(values, axis),
    "reduce_mean": lambda x, axes, keep_dims: x.mean(tuple(axes), keepdims=bool(keep_dims)),
    "linear": lambda x, weight, bias=0.0: x @ weight.T + bias,
    "conv": _conv,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "pad": _pad,
    "softmax": _softmax,
}
