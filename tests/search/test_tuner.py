"""The search with a real Keras Tuner oracle and an `evaluate` that costs nothing."""

import pytest

from deploy.budget import Budget
from search.estimate import estimate
from search.journal import Journal
from search.oracle import SpaceExhausted
from search.rungs import Rungs
from search.space import Space
from search.trial import TrialResult, last_rungs
from search.tuner import SearchFailed, TrialFailed, results_of, search
from tests.deploy.profiles import priced

SPACE = Space()
BUDGET = Budget(size_bytes=20_000, latency_ms=0.02)
PROFILE = priced(inference=0.001, operators=0.001, gemm_outputs=1e-7, igemm_outputs=1e-7, weight_bytes=1e-8)


def evaluate(trial, rung, genotype, cost):
    accuracy = (int(genotype.key, 16) % 1000) / 1000
    return TrialResult(trial=trial, rung=rung, genotype=genotype, validation_accuracy=accuracy, cost=cost, seconds=0.0)


def run(folder, evaluate=evaluate, rungs=None, seed=0, budget=BUDGET, space=SPACE, profile=PROFILE, **options):
    rungs = rungs or Rungs(trials=12, epochs=(1, 2, 4), survivors=(4, 2))
    journal = Journal(folder / "journal.jsonl")
    arguments = dict(input_shape=(8, 8, 1), classes=10, seed=seed, journal=journal, folder=folder, **options)
    return search(space, rungs, budget, profile, evaluate, **arguments), journal


def test_no_trained_trial_broke_its_budget_and_refusals_are_counted(tmp_path):
    trained, causes = [], {}

    def noting(trial, rung, genotype, cost):
        trained.append(genotype)
        return evaluate(trial, rung, genotype, cost)

    run(tmp_path, noting, on_refusals=causes.update)
    assert len(set(trained)) == 12
    for genotype in trained:
        assert not BUDGET.broken_by(estimate(genotype, PROFILE))
    assert causes["size_bytes"] > 0


def test_survivors_go_on_by_rung(tmp_path):
    last, journal = run(tmp_path)
    sizes = [len(results_of(journal, rung)) for rung in range(3)]
    assert sizes == [12, 4, 2]
    assert {r.trial for r in last} == {r.trial for r in results_of(journal, 2)}
    assert {r.trial for r in results_of(journal, 2)} <= {r.trial for r in results_of(journal, 1)}
    assert [r.rung for r in last_rungs(journal.records("trial"))].count(0) == 8


def test_same_seed_same_trials_near_seed_others(tmp_path):
    def genotypes(name, seed):
        _, journal = run(tmp_path / name, seed=seed)
        return [result.genotype for result in results_of(journal, 0)]

    first, again, near = genotypes("a", 0), genotypes("b", 0), genotypes("c", 1)
    assert first == again
    assert len(set(first) & set(near)) < 6


@pytest.mark.parametrize("stop_at", [0, 5, 12, 14, 17])
def test_a_search_killed_anywhere_ends_as_if_it_never_stopped(tmp_path, stop_at):
    calls = []

    def killed(trial, rung, genotype, cost):
        if len(calls) == stop_at:
            raise KeyboardInterrupt
        calls.append((trial, rung))
        return evaluate(trial, rung, genotype, cost)

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "killed", killed)

    def resumed(trial, rung, genotype, cost):
        calls.append((trial, rung))
        return evaluate(trial, rung, genotype, cost)

    last, _ = run(tmp_path / "killed", resumed)
    straight, _ = run(tmp_path / "straight")
    assert last == straight
    assert len(calls) == len(set(calls)) == 18


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


def test_a_small_space_ends_early_without_repeats(tmp_path):
    tiny = Space(
        stem_widths=(8,), stages=(1,), blocks=("dense",), widths=(8, 16), depths=(1,), kernels=(3,), expansions=(1,),
        strides=(1,), residuals=(False,),
    )  # fmt: skip
    _, journal = run(tmp_path, space=tiny, rungs=Rungs(trials=9, epochs=(1,), survivors=()))
    assert len(results_of(journal, 0)) == 2


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
