"""The bytes of the int8 file of a student, before there is a model."""

from collections import Counter

from search.walk import Layer, params

# Bytes of a layer beside its vectors: tables of its operator, tensors and buffers. Fitted to 72 files of random
# genotypes that `deploy.compress.convert` wrote. The first is rounded up, so that the estimate errs on the large side.
_FILE_BYTES = 1_134
_LAYER_BYTES = {"input": 0, "pool": 236, "conv": 223, "depthwise": 233, "add": 83, "mean": 0, "dense": 0}
# Once in a file that has such a layer: what describes the operator, and the layout of its options.
_FIRST_BYTES = {"depthwise operator": 70, "depthwise": 16, "add": 42, "add with relu": 24}
_RELU_BYTES = 8
"""Of a sum with ReLU, more than one without."""
_ALIGNMENT_BYTES = 8


def size_bytes(layers: tuple[Layer, ...]) -> int:
    """Bytes of the int8 file that `deploy.compress.convert` writes for a quantization-aware student.

    Vectors that several layers have alike, such as zero points and shapes, are in a file once.
    """
    total, channel_counts, shapes = _FILE_BYTES, {1}, set()
    for layer, (weights, biases) in zip(layers, params(layers)):
        shapes |= _shapes(layer, layers, biases)
        total += _LAYER_BYTES[layer.kind]
        if biases:
            # The dense layer has one scale for all of its weights, and one for its biases.
            channels = 1 if layer.kind == "dense" else biases
            channel_counts.add(channels)
            total += -(-weights // 4) * 4 + 4 * biases + 2 * 4 * channels
    total += sum(8 * count + _ALIGNMENT_BYTES for count in channel_counts)
    total += sum(4 + 4 * len(shape) for shape in shapes)
    kinds = Counter(layer.kind for layer in layers)
    kinds["depthwise operator"] = kinds["pool"] + kinds["depthwise"]
    kinds["add with relu"] = sum(layer.kind == "add" and layer.relu for layer in layers)
    total += _RELU_BYTES * kinds["add with relu"]
    return total + sum(count for kind, count in _FIRST_BYTES.items() if kinds[kind])


def _shapes(layer: Layer, layers: tuple[Layer, ...], biases: int) -> set[tuple[int, ...]]:
    """Of its output, its weights and its biases."""
    output = (1, layer.shape[2]) if layer.kind in ("mean", "dense") else (1, *layer.shape)
    if not biases:
        return {output}
    channels = layers[layer.inputs[0]].shape[2]
    weights = {"conv": (biases, *layer.kernel, channels), "dense": (biases, channels)}
    return {output, weights.get(layer.kind, (1, *layer.kernel, biases)), (biases,)}
