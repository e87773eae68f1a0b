"""Judgement of two searches at equal seconds."""

import pytest

from experiments.benchmarks.cases.supernet_pair import Pair, TimedTrial
from experiments.benchmarks.weight_sharing import CASES, _judged
from search.genotype import Genotype


def trial(accuracy, seconds, size_bytes=12_000):
    genotype = Genotype(input_shape=(8, 8, 1), classes=10, stem_width=8, stem_kernel=3, stem_stride=1, stages=())
    return TimedTrial(genotype=genotype, accuracy=accuracy, seconds=seconds, size_bytes=size_bytes)


def test_what_was_done_after_the_shorter_search_ended_does_not_count():
    scratch = (trial(0.5, 10), trial(0.7, 20), trial(0.6, 30))
    shared = (trial(0.8, 25), trial(0.6, 30), trial(0.99, 40))
    pair = Pair(
        key="", case="digits", seed=0, scratch=scratch, shared=shared, supernet_seconds=15, untrained=(0.1, 0.3, 0.2)
    )
    assert Pair.from_record(pair.to_record()) == pair
    judged = _judged(CASES["digits"], pair)
    assert judged["seconds"] == 30
    assert (judged["students scratch"], judged["students shared"]) == (3, 2)
    assert judged["accuracy gained"] == pytest.approx(0.1)
    # Half of the budget's bytes at most, and the error of the best.
    assert judged["hypervolume shared"] == pytest.approx(0.5 * (0.9 - 0.2) / 0.9)
    assert judged["rank correlation untrained"] == pytest.approx(1)
