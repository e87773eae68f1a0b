"""Finding the features of a functional Keras model: the pooled vector, the last map, or a layer by name."""

import tf_keras


def taps(model, names: tuple[str, ...]):
    """A model of the same input that gives "logits" and the features named. Raises `ValueError` for unknown names."""
    return tf_keras.Model(model.inputs, {"logits": model.outputs[0], **{name: tap(model, name) for name in names}})


def tap(model, name: str):
    """The symbolic tensor of a feature: `pooled`, `map`, or what a layer of that name gives."""
    if name not in ("pooled", "map"):
        return model.get_layer(name).output
    tensor = model.outputs[0]
    while True:
        layer, node, _ = tensor._keras_history
        inputs = layer._inbound_nodes[node].keras_inputs
        if not inputs:
            raise ValueError("no map")
        if len(tensor.shape) == 2 and len(inputs[0].shape) == 4:
            return tensor if name == "pooled" else inputs[0]
        tensor = inputs[0]
