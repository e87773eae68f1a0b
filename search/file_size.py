"""The bytes of the int8 file of a student, before there is a model."""

from search.walk import Layer, params

# What the flatbuffer adds to weights and biases, fitted to 100 files of random genotypes that `deploy.convert` wrote,
# to within 12 bytes, which alignment decides. The first is rounded up, so that the estimate errs on the large side.
_FILE_BYTES = 1_490
_LAYER_BYTES = {"input": 0, "pool": 388, "conv": 366, "depthwise": 373, "add": 162, "mean": 0, "dense": 0}
# Once in a file that has such a layer: what describes the operator, and the layout of its options.
_FIRST_BYTES = {"depthwise operator": 60, "depthwise": 21, "add": 30, "linear conv": 17}
# A float32 scale and an int64 zero point for each channel, of the weights and of the bias.
_CHANNEL_BYTES = 24


def size_bytes(layers: tuple[Layer, ...]) -> int:
    """Bytes of the int8 file that `deploy.convert` writes for a quantization-aware student."""
    total = _FILE_BYTES
    for layer, (weights, biases) in zip(layers, params(layers)):
        total += -(-weights // 4) * 4 + 4 * biases + _LAYER_BYTES[layer.kind]
        if layer.kind in ("pool", "conv", "depthwise"):
            total += _CHANNEL_BYTES * biases
    kinds = {"linear conv" if layer.kind == "conv" and not layer.relu else layer.kind for layer in layers}
    if kinds & {"pool", "depthwise"}:
        kinds.add("depthwise operator")
    return total + sum(count for kind, count in _FIRST_BYTES.items() if kind in kinds)
