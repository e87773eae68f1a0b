import math
from dataclasses import replace

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


SIDES = st.integers(1, 40)


@given(seed=st.integers(0, 100), height=SIDES, breadth=SIDES, downscale=st.integers(2, 9))
def test_a_lower_resolution_is_whole_windows_of_the_image_and_the_rest_is_the_smaller_students(
    genotypes, seed, height, breadth, downscale
):
    genotype = replace(genotypes(seed, input_shape=(height, breadth, 3)), downscale=downscale)
    image, pool, *rest = walk(genotype)
    assert (image.shape, pool.kind, pool.inputs) == ((height, breadth, 3), "pool", (0,))
    for axis, side in enumerate((height, breadth)):
        assert pool.shape[axis] == max(side // downscale, 1)
        assert pool.kernel[axis] == min(downscale, side)
        assert (pool.shape[axis] - 1) * pool.stride + pool.kernel[axis] <= side
    small = walk(replace(genotype, input_shape=pool.shape, downscale=1))[1:]
    assert [(each.name, each.shape, each.kernel) for each in rest] == [
        (each.name, each.shape, each.kernel) for each in small
    ]


@given(seed=st.integers(0, 10_000))
def test_names_of_a_kind_are_equally_long(genotypes, seed):
    layers = walk(genotypes(seed))
    for kind in {layer.kind for layer in layers}:
        assert len({len(layer.name) for layer in layers if layer.kind == kind}) == 1
