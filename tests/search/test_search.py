"""The search with a real Keras Tuner oracle and an `evaluate` that costs nothing."""

import functools
import threading
import time
from typing import get_args

import pytest

from deploy.budget import Budget
from search.estimate import estimate
from search.journal import Journal
from search.oracles.budgeted import SpaceExhausted
from search.problem import Problem
from search.rungs import SearchFailed
from search.search import search
from search.settings import OracleName, Search
from search.space import Space
from search.task import Task
from search.trial import Trial, TrialFailed, TrialResult, last_rungs, results_of
from tests.deploy.profiles import priced

SPACE = Space()
TASK = Task(input_shape=(8, 8, 1), classes=10)
BUDGET = Budget(size_bytes=20_000, latency_ms=0.02)
PROFILE = priced(inference=0.001, operators=0.001, gemm_outputs=1e-7, igemm_outputs=1e-7, weight_bytes=1e-8)


def evaluate(trial, rung, genotype, cost):
    accuracy = (int(genotype.key, 16) % 1000) / 1000
    return TrialResult(trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0)


ORACLE_NAMES = get_args(OracleName)


def run(folder, evaluate=evaluate, settings=None, seed=0, budget=BUDGET, space=SPACE, profile=PROFILE, **options):
    settings = settings or Search(trials=12, epochs=(1, 2, 4), survivors=(4, 2))
    journal = Journal(folder / "journal.jsonl")
    arguments = dict(seed=seed, journal=journal, folder=folder, **options)
    problem = Problem(space=space, task=TASK, budget=budget, profile=profile)
    return search(problem, settings, evaluate, **arguments), journal


@pytest.mark.parametrize("oracle", ORACLE_NAMES)
def test_no_trained_trial_broke_its_budget_and_refusals_are_counted(tmp_path, oracle):
    trained, causes = [], {}

    def noting(trial, rung, genotype, cost):
        trained.append(genotype)
        return evaluate(trial, rung, genotype, cost)

    run(tmp_path, noting, settings(oracle, trials=24), on_refusals=causes.update)
    assert len(set(trained)) >= 15
    for genotype in trained:
        assert not BUDGET.broken_by(estimate(genotype, PROFILE))
    assert causes["size_bytes"] > 0


def settings(oracle, **changes):
    return Search(**{"oracle": oracle, "trials": 12, "epochs": (1, 2, 4), "survivors": (4, 2), **changes})


def test_survivors_go_on_by_rung(tmp_path):
    last, journal = run(tmp_path)
    sizes = [len(results_of(journal, rung)) for rung in range(3)]
    assert sizes == [12, 4, 2]
    assert {r.trial for r in last} == {r.trial for r in results_of(journal, 2)}
    assert {r.trial for r in results_of(journal, 2)} <= {r.trial for r in results_of(journal, 1)}
    assert [r.rung for r in last_rungs(journal.records(Trial))].count(0) == 8


def test_same_seed_same_trials_near_seed_others(tmp_path):
    def genotypes(name, seed):
        _, journal = run(tmp_path / name, seed=seed)
        return [result.genotype for result in results_of(journal, 0)]

    first, again, near = genotypes("a", 0), genotypes("b", 0), genotypes("c", 1)
    assert first == again
    assert len(set(first) & set(near)) < 6


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    """A function from an oracle to what its search of 14 trials ends in, and the journal, when nothing stops it."""
    return functools.cache(lambda oracle: run(tmp_path_factory.mktemp(oracle), settings=settings(oracle, trials=14)))


@pytest.mark.parametrize("oracle", ORACLE_NAMES)
@pytest.mark.parametrize("stop_at", [0, 5, 12, 14, 17])
def test_a_search_killed_anywhere_ends_as_if_it_never_stopped(tmp_path, straight, stop_at, oracle):
    calls, how = [], settings(oracle, trials=14)

    def killed(trial, rung, genotype, cost):
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        calls.append((trial, rung))
        return evaluate(trial, rung, genotype, cost)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", killed, how)

    def resumed(trial, rung, genotype, cost):
        calls.append((trial, rung))
        return evaluate(trial, rung, genotype, cost)

    last, _ = run(tmp_path / "killed", resumed, how)
    expected, journal = straight(oracle)
    assert last == expected
    assert len(calls) == len(set(calls)) == len(journal.records(Trial))


def test_a_failed_trial_is_no_result_and_is_not_trained_again(tmp_path):
    def failing(trial, rung, genotype, cost):
        if trial == "03":
            raise TrialFailed("the loss is nan")
        return evaluate(trial, rung, genotype, cost)

    _, journal = run(tmp_path, failing)
    assert "03" not in {result.trial for result in results_of(journal, 0)}
    asked = []
    run(tmp_path, lambda *a: asked.append(a) or evaluate(*a))
    assert asked == []


def test_three_failures_in_a_row_end_the_search_with_the_cause(tmp_path):
    def failing(*_):
        raise TrialFailed("the loss is nan")

    with pytest.raises(SearchFailed, match="three trials in a row failed, the last because the loss is nan"):
        run(tmp_path, failing)


def test_a_bug_in_evaluate_stops_the_search_as_itself(tmp_path):
    def buggy(*_):
        raise KeyError("oops")

    with pytest.raises(KeyError, match="oops"):
        run(tmp_path, buggy)


def test_a_budget_that_nothing_keeps_ends_in_counts(tmp_path):
    with pytest.raises(SpaceExhausted, match="size_bytes"):
        run(tmp_path, budget=Budget(size_bytes=100))


@pytest.mark.parametrize("oracle", ["random", "evolution", "nsga2", "hypervolume"])
def test_a_small_space_ends_early_without_repeats(tmp_path, oracle):
    tiny = Space(
        stem_widths=(8,), stages=(1,), blocks=("dense",), widths=(8, 16), depths=(1,), kernels=(3,), expansions=(1,),
        strides=(1,), residuals=(False,),
    )  # fmt: skip
    _, journal = run(tmp_path, space=tiny, settings=Search(oracle=oracle, trials=9, epochs=(1,), survivors=()))
    assert len(results_of(journal, 0)) == 2


@pytest.mark.parametrize("oracle", ["random", "evolution", "nsga2", "hypervolume"])
def test_a_space_of_one_student_is_searched(tmp_path, oracle):
    one = Space(
        stem_widths=(8,), stages=(1,), blocks=("dense",), widths=(8,), depths=(1,), kernels=(3,), expansions=(1,),
        strides=(1,), residuals=(False,),
    )  # fmt: skip
    _, journal = run(tmp_path, space=one, settings=Search(oracle=oracle, trials=5, epochs=(1,), survivors=()))
    assert len(results_of(journal, 0)) == 1


def test_result_survives_its_record(genotypes):
    import json

    result = evaluate("00", 0, genotypes(4), estimate(genotypes(4), PROFILE))
    assert TrialResult.from_record(json.loads(json.dumps(result.to_record()))) == result


def test_what_the_profile_cannot_predict_is_never_trained(tmp_path):
    causes = {}
    blind = priced(inference=0.001, seen={"depthwise_3x3": False, "depthwise_5x5": False})
    results, _ = run(tmp_path, profile=blind, budget=Budget(), on_refusals=causes.update)
    assert causes["outside the latency profile"] > 0
    assert not any("depthwise" in str(result.genotype) for result in results)


@pytest.mark.parametrize("oracle", ["random", "nsga2", "hypervolume"])
def test_the_same_trials_at_any_number_of_workers(tmp_path, oracle):
    def uneven(trial, rung, genotype, cost):
        time.sleep(0.002 * (int(genotype.key, 16) % 7))
        return evaluate(trial, rung, genotype, cost)

    how = settings(oracle, trials=24)
    alone, _ = run(tmp_path / "alone", settings=how)
    together, journal = run(tmp_path / "together", uneven, how, workers=3)
    assert together == alone
    assert len(results_of(journal, 0)) == 24


def test_a_killed_search_goes_on_with_another_number_of_workers(tmp_path, straight):
    how, calls = settings("nsga2", trials=14), []

    def killed(trial, rung, genotype, cost):
        if len(calls) == 7:
            raise KeyboardInterrupt
        calls.append(trial)
        return evaluate(trial, rung, genotype, cost)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", killed, how)
    assert run(tmp_path / "killed", settings=how, workers=3)[0] == straight("nsga2")[0]


def test_workers_train_at_once(tmp_path):
    meeting = threading.Barrier(2, timeout=30)

    def meet(trial, rung, genotype, cost):
        meeting.wait()
        return evaluate(trial, rung, genotype, cost)

    run(tmp_path, meet, workers=2)


def test_an_error_of_one_worker_stops_all(tmp_path):
    asked = []

    def buggy(trial, rung, genotype, cost):
        asked.append(trial)
        if trial == "02":
            raise KeyError("oops")
        time.sleep(0.2)
        return evaluate(trial, rung, genotype, cost)

    with pytest.raises(KeyError, match="oops"):
        run(tmp_path, buggy, workers=3)
    time.sleep(0.5)
    assert len(asked) <= 5
    # One that waited for ever would keep the process from ending.
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ThreadPoolExecutor")]


def test_early_promotion_keeps_the_sizes_of_the_rungs(tmp_path):
    order = []

    def noting(trial, rung, genotype, cost):
        order.append(rung)
        return evaluate(trial, rung, genotype, cost)

    _, journal = run(tmp_path, noting, settings("random", promotion="asynchronous"))
    sizes = [len(results_of(journal, rung)) for rung in range(3)]
    assert sizes == [12, 4, 2]
    assert order.index(1) < 11, "someone went on before the first rung was full"


def test_hyperband_trains_on_where_it_stopped(tmp_path):
    _, journal = run(tmp_path, settings=settings("hyperband"))
    rungs = {}
    for trial in journal.records(Trial):
        rungs.setdefault(trial.trial, []).append(trial.rung)
    assert all(trained == list(range(len(trained))) for trained in rungs.values())
    assert {len(trained) for trained in rungs.values()} == {1, 2, 3}


def test_given_genotypes_are_tried_first_if_they_keep_the_budget(tmp_path, genotypes):
    fitting = [
        each for each in map(genotypes, range(200)) if each.stem_stride == 1 and max(s.depth for s in each.stages) < 3
    ]
    small = [each for each in fitting if not BUDGET.broken_by(estimate(each, PROFILE))][:2]
    large = max(fitting, key=lambda each: estimate(each, PROFILE).size_bytes)
    _, journal = run(tmp_path, start=[small[0], large, small[1]])
    first = [result.genotype for result in results_of(journal, 0)]
    assert first[:2] == small
    assert large not in first
    with pytest.raises(ValueError, match="stem_stride is 2"):
        run(tmp_path / "other", start=[next(each for each in map(genotypes, range(99)) if each.stem_stride == 2)])


@pytest.mark.parametrize("oracle", ["random", "hypervolume"])
@pytest.mark.parametrize("trainings", [0, 5, 13])
def test_out_of_time_begins_no_training_but_the_first_of_a_rung(tmp_path, oracle, trainings):
    trained = []

    def counting(trial, rung, genotype, cost):
        trained.append(rung)
        return evaluate(trial, rung, genotype, cost)

    ranking, _ = run(tmp_path, counting, settings(oracle, trials=12), in_time=lambda rung: len(trained) < trainings)
    rungs = settings(oracle, trials=12).survivors
    assert len(ranking) >= 1
    assert trained.count(0) == min(12, max(1, trainings))
    assert len(trained) <= max(trainings, 1) + len(rungs)
    assert set(trained) == set(range(len(rungs) + 1))
