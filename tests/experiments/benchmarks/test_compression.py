import pytest

from deploy.compress.ladder import Attempt
from experiments.benchmarks.compression import goals_of
from experiments.benchmarks.compression_cases.figures import (
    ARMS,
    LONGER_ARMS,
    ArmFigures,
    SearchedFigures,
    StudentFigures,
)
from experiments.benchmarks.compression_cases.students import CASES
from search.estimate import estimate
from search.walk import params, walk


def arm(accuracy, gzip_bytes=50_000, latency_ms=0.01):
    attempt = Attempt(compression="int8", size_bytes=60_000, gzip_bytes=gzip_bytes)
    return ArmFigures(attempt=attempt, accuracy=accuracy, agreement=1.0, latency_ms=latency_ms)


def student(dataset, as_accurate=True):
    arms = {name: arm(0.9) for name in (*ARMS, *LONGER_ARMS)}
    arms["channels"] = arm(0.896, latency_ms=0.006)
    arms["zeros"] = arm(0.899, gzip_bytes=35_000)
    arms["zeros, clusters"] = arm(0.898, gzip_bytes=29_000)
    searched = SearchedFigures(figures=arm(0.9), attempts=3, smaller_or_faster=True, as_accurate=as_accurate)
    return StudentFigures(
        dataset=dataset,
        seed=0,
        float_accuracy=0.9005,
        arms=arms,
        deployed=arm(0.9),
        overhead=1.1,
        searched=searched,
    )


def test_goals_are_those_of_the_issue_and_differ():
    students = [student("cifar10"), student("spoken_digit")]
    goals = {goal.goal: goal for goal in goals_of(students, seeds=5)}
    assert [goal.met for goal in goals.values()] == [True, True, True, True, True, True, False, True, True, True, True]
    lost = goals["points lost at half of the MACs, mean"]
    assert lost.figure == pytest.approx(0.4)
    assert goals["gzip bytes with 50 % zeros over the dense file's, mean"].figure == pytest.approx(0.7)
    worse = student("cifar10", as_accurate=False)
    assert goals_of([worse, *students[1:]], seeds=5)[-1].figure == 0.5


def test_fewer_seeds_measure_no_goal():
    assert all(goal.met is None for goal in goals_of([student("cifar10"), student("spoken_digit")], seeds=4))
    assert all(goal.met is None for goal in goals_of([student("cifar10")], seeds=5))


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_students_are_of_the_size_that_the_goals_ask_for(case):
    assert estimate(case.student, None).size_bytes > 50_000
    assert sum(weights for weights, _ in params(walk(case.student))) > 50_000
