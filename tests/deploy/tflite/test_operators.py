import pytest

from deploy.errors import FileRefused
from deploy.latency.energy import estimated_energy_uj
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from deploy.tflite.operators import Graph
from search.estimate import estimate
from search.walk import walk


@pytest.mark.parametrize("seed", range(5))
def test_macs_are_those_of_the_genotype(genotypes, seed):
    genotype = genotypes(seed)
    operators = Graph(skeleton(walk(genotype))).operators()
    assert sum(operator.macs for operator in operators) == estimate(genotype, None).macs
    assert len(operators) == len(walk(genotype)) - 1
    assert all(operator.moved_bytes > 0 for operator in operators)


def test_every_cut_runs_and_the_last_is_the_whole(genotypes):
    genotype = genotypes(7)
    graph = Graph(skeleton(walk(genotype)))
    count = len(graph.operators())
    for kept in range(1, count + 1):
        interpreter = runtime.load(graph.first(kept))
        interpreter.invoke()
    assert model_io.signature(interpreter).output_shape == (1, 10)
    for number in range(count):
        interpreter = runtime.load(graph.only(number))
        interpreter.invoke()


def test_float_costs_more_energy_than_int8(genotypes):
    layers = walk(genotypes(0))
    int8, float32 = (estimated_energy_uj(Graph(skeleton(layers, quantized=q)).operators()) for q in (True, False))
    assert 0 < 3 * int8 < float32


@pytest.mark.parametrize("content", [b"", b"no model", b"\0\0\0\0TFL3" + b"\xff" * 100])
def test_bytes_that_are_no_model_are_refused(content):
    with pytest.raises(FileRefused):
        Graph(content)
