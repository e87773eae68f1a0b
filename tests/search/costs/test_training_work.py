from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from search.costs.training_work import training_work
from search.walk import macs, walk


@given(seed=st.integers(0, 10_000))
def test_more_of_anything_is_more_work(genotypes, seed):
    genotype = genotypes(seed)
    work = training_work(walk(genotype))
    assert work > macs(walk(genotype)) > 0
    wider = replace(genotype, stem_width=2 * genotype.stem_width)
    longer = replace(genotype, stages=(*genotype.stages, genotype.stages[-1]))
    larger = replace(genotype, input_shape=(16, 16, 1))
    assert all(training_work(walk(other)) > work for other in (wider, longer, larger))


def test_wide_maps_take_longer_than_their_multiply_accumulates_tell(genotypes):
    """Seen on one thread: 77 s for the first, 12 s for the second, whose MACs are alike."""
    slow, fast = (walk(genotype) for genotype in _trained())
    assert macs(slow) < 3 * macs(fast)
    assert training_work(slow) > 4 * training_work(fast)


def _trained():
    from search.genotype import Genotype, Stage

    def stage(block, depth, width, kernel, expansion, stride, residual):
        return Stage(
            block=block, depth=depth, width=width, kernel=kernel, expansion=expansion, stride=stride, residual=residual
        )

    shape = dict(input_shape=(32, 32, 3), classes=10, stem_kernel=3)
    separable = (
        stage("depthwise", 2, 32, 3, 2, 1, False),
        stage("depthwise", 2, 16, 5, 2, 1, True),
        stage("depthwise", 3, 48, 3, 2, 1, False),
    )
    dense = (stage("dense", 3, 32, 5, 2, 2, False), stage("dense", 2, 64, 5, 4, 2, True))
    yield Genotype(**shape, stem_width=24, stem_stride=1, stages=separable)
    yield Genotype(**shape, stem_width=24, stem_stride=2, stages=dense)
