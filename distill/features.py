"""Tensors inside a functional model, tf_keras or Keras 3: the last feature map, its pooling, a layer's output."""

import itertools
import sys
from collections import deque
from collections.abc import Iterator
from types import ModuleType

# Layers that are added to a graph need names that no layer of a loaded model has.
_NUMBER = itertools.count()


def feature_tensor(model, name: str):
    """A symbolic tensor of a functional model, by name.

    "map" is the last feature map, of shape (batch, height, width, channels): going back from the output, the input of
    the first layer that pools or flattens one. "pooled" is the output of that layer, of shape (batch, units). Where a
    convolution classifies a map that was pooled to one pixel, that pooling is meant. A tensor with no layer with a
    kernel before it is the picture, no feature map. Where no map is pooled, "pooled" is the input of the last layer
    with a kernel. Any other name is a layer's: its output. Models inside the model are searched too; a tensor inside
    them is computed a second time.

    Raises:
        ValueError: the model is no graph of layers, or has no such tensor.
    """
    _require_graph(model)
    if name in ("map", "pooled"):
        pooling = _pooling(model)
        if pooling is not None:
            return pooling[name == "pooled"]
        if name == "map":
            raise ValueError(
                f"the model {model.name!r} pools or flattens no feature map, so it has no 'map'; name a layer instead"
            )
        return _before_last_kernel(model)
    return _of_layer(model, name)


def with_features(model, names: tuple[str, ...]):
    """A model of the same framework with the outputs {"logits": its output, name: its `feature_tensor`, ...}."""
    _require_graph(model)
    outputs = {"logits": model.outputs[0], **{name: feature_tensor(model, name) for name in names}}
    return framework_of(model).Model(model.inputs, outputs)


def framework(model) -> ModuleType | None:
    """The module keras or tf_keras that a model is of; None for any other object."""
    roots = [cls.__module__.split(".")[0] for cls in type(model).__mro__]
    return next((sys.modules[root] for root in roots if root in ("keras", "tf_keras")), None)


def framework_of(model) -> ModuleType:
    """The module keras or tf_keras that a model is of."""
    module = framework(model)
    assert module is not None, f"{type(model).__name__} is no Keras model"
    return module


def is_graph(model) -> bool:
    """True if the layers of a model are connected by symbolic tensors, which makes its features accessible."""
    try:
        return bool(model.inputs) and bool(model.outputs) and hasattr(model, "layers")
    except (AttributeError, ValueError):  # Keras 3's Sequential before it is built.
        return False


def _require_graph(model) -> None:
    if not is_graph(model):
        raise ValueError(
            f"{getattr(model, 'name', model)!r} is a model of its own class, not a graph of layers, "
            "so nothing inside it can be read: build it by the functional API, or do without features"
        )


def _pooling(model, kernel_before: bool = False, kernel_after: bool = False):
    """The last feature map and its pooling, or None; the flags are for layers with a kernel around the model."""
    after_classifier = None
    for layer, inputs, output in _steps(model):
        source = next((tensor for tensor in inputs if len(tensor.shape) == 4), None)
        before = source is not None and (
            kernel_before or any(_kernel(earlier) for earlier, *_ in _steps(model, source))
        )
        if is_graph(layer):
            # A model that ends in a map leaves the pooling to the layers after it.
            if source is not None and (len(output.shape) == 2 or _one_pixel(output)):
                inside = _pooling(layer, before, kernel_after)
                if inside is not None:
                    return _applied(layer, list(inside), inputs)
        elif before and len(output.shape) == 2 and kernel_after:
            return source, output
        elif before and len(output.shape) == 2:
            after_classifier = after_classifier or (source, output)
        elif before and _one_pixel(output) and not _one_pixel(source) and after_classifier:
            # MobileNet's way: pooled to one pixel, classified by a convolution, and only then flattened.
            return source, framework_of(model).layers.Flatten(name=_new_name(layer))(output)
        kernel_after = kernel_after or _kernel(layer)
    return after_classifier


def _before_last_kernel(model):
    for layer, inputs, _ in _steps(model):
        if is_graph(layer) and any(_kernel(inner) for inner in layer.layers):
            return _applied(layer, [_before_last_kernel(layer)], inputs)[0]
        if _kernel(layer):
            if len(inputs[0].shape) != 2:
                raise ValueError(f"the last layer with a kernel, {layer.name!r}, takes no vector; name a layer instead")
            return inputs[0]
    raise ValueError(f"the model {model.name!r} has no layer with a kernel, so it has no 'pooled'")


def _of_layer(model, name: str):
    names = []
    for layer, inputs, output in _steps(model):
        if layer.name == name:
            return output
        names.append(layer.name)
        if is_graph(layer):
            try:
                inside = _of_layer(layer, name)
            except ValueError:
                continue
            return _applied(layer, [inside], inputs)[0]
    raise ValueError(
        f"the model {model.name!r} has no layer {name!r}; allowed: pooled, map, or a layer, of which the last are "
        + ", ".join(names[:8])
    )


def _steps(model, start=None) -> Iterator[tuple]:
    """Layer, inputs and output of every step back from the output (or from a tensor), the nearest first."""
    tensors = deque([model.outputs[0] if start is None else start])
    ends = {id(tensor) for tensor in model.inputs}
    seen = set()
    while tensors:
        tensor = tensors.popleft()
        if id(tensor) in seen or id(tensor) in ends:
            continue
        seen.add(id(tensor))
        layer, number, _ = tensor._keras_history
        node = layer._inbound_nodes[number]
        if node.is_input:
            continue
        # tf_keras calls the flat list one way, Keras 3 the other.
        inputs = list(getattr(node, "keras_inputs", None) or node.input_tensors)
        yield layer, inputs, tensor
        tensors.extend(inputs)


def _applied(layer, tensors: list, inputs: list) -> tuple:
    """Tensors inside a model, computed from the inputs that it has in the model around it."""
    inner = framework_of(layer).Model(layer.inputs, tensors, name=_new_name(layer))
    reading = inner(inputs if len(inputs) > 1 else inputs[0])
    return tuple(reading) if isinstance(reading, (list, tuple)) else (reading,)


def _new_name(layer) -> str:
    return f"tap_{next(_NUMBER)}_{layer.name}"


def _kernel(layer) -> bool:
    return any(len(weight.shape) >= 2 for weight in getattr(layer, "weights", ()))


def _one_pixel(tensor) -> bool:
    return len(tensor.shape) == 4 and tuple(tensor.shape[1:3]) == (1, 1)
