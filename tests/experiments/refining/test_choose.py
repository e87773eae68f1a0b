"""Choice of the students that are refined."""

from dataclasses import replace

from experiments.refining.choose import students_to_refine
from search.estimate import estimate
from search.trial import TrialResult


def _result(genotypes, number: int, accuracy: float, size_bytes: int, latency_ms: float) -> TrialResult:
    genotype = genotypes(number)
    cost = replace(estimate(genotype, None), size_bytes=size_bytes, latency_ms=latency_ms)
    return TrialResult(
        trial=str(number), rung=1, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=1.0
    )


def test_the_most_accurate_comes_first_then_the_corners_of_the_front(genotypes):
    results = [
        _result(genotypes, 0, 0.90, 50, 5.0),
        _result(genotypes, 1, 0.80, 10, 4.0),
        _result(genotypes, 2, 0.95, 90, 9.0),
        _result(genotypes, 3, 0.70, 20, 1.0),
        _result(genotypes, 4, 0.60, 95, 9.5),
    ]
    for count, trials in ((0, ""), (1, "2"), (2, "23"), (3, "231"), (4, "2310"), (9, "23104")):
        assert "".join(result.trial for result in students_to_refine(results, count, "front")) == trials
        by_accuracy = "".join(result.trial for result in students_to_refine(results, count, "best"))
        assert by_accuracy == "20134"[:count]


def test_nothing_is_chosen_of_nothing():
    assert students_to_refine([], 3, None) == []
