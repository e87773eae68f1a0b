import math

from hypothesis import given
from hypothesis import strategies as st

from search.walk import walk


@given(seed=st.integers(0, 10_000))
def test_layers_are_in_order_unique_and_shrink_by_their_stride(genotypes, seed):
    layers = walk(genotypes(seed))
    assert layers[0].kind == "input"
    assert layers[-1].kind == "dense"
    assert len({layer.name for layer in layers}) == len(layers)
    for position, layer in enumerate(layers):
        assert all(source < position for source in layer.inputs)
        if layer.kind in ("conv", "depthwise"):
            assert layer.shape[0] == math.ceil(layers[layer.inputs[0]].shape[0] / layer.stride)
        if layer.kind == "add":
            assert len({layers[source].shape for source in layer.inputs} | {layer.shape}) == 1


@given(seed=st.integers(0, 10_000))
def test_names_of_a_kind_are_equally_long(genotypes, seed):
    layers = walk(genotypes(seed))
    for kind in {layer.kind for layer in layers}:
        assert len({len(layer.name) for layer in layers if layer.kind == kind}) == 1
