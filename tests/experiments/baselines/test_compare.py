"""The arms with real searches and files, and trainings that cost nothing: a clock says what each took."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from deploy.budget import Budget
from deploy.devices.table import Table
from distill.divergence import TrainingDiverged
from distill.examples import UNLABELLED, Examples
from distill.weights import save_weights
from experiments.baselines import arms
from experiments.baselines.arms import Arms
from experiments.baselines.compare import compare, fixed_students
from experiments.baselines.records import ARMS, Records
from experiments.run.context import Context
from experiments.run.display import Display
from experiments.training.student import Job, student_weights
from search.build import build
from search.estimate import estimate
from search.journal import Journal, read_journal
from search.problem import Problem
from search.rungs import SearchFailed
from search.search import search
from search.settings import Search
from search.trial import Trial, TrialResult
from tests.data_sets import data_of
from tests.deploy.profiles import priced
from tests.tiny import EXPERIMENT as TINY

PROFILE = priced(inference=0.001, operators=0.001, gemm_outputs=1e-7, igemm_outputs=1e-7, weight_bytes=1e-8)
EXPERIMENT = replace(
    TINY,
    budget=Budget(size_bytes=12_000, latency_ms=0.02),
    search=Search(oracle="random", trials=6, epochs=(1, 2), survivors=(2,)),
)


def accuracy_of(job):
    return (int(job.genotype.key, 16) + 7 * job.seed + job.rung) % 1000 / 1000


def seconds_of(job):
    return job.epochs * (1 + int(job.genotype.key, 16) % 5)


class Bench:
    """A run whose own search is over, and trainings by a clock of their own."""

    def __init__(self, folder, monkeypatch, examples, *, experiment=EXPERIMENT, workers=1, stop_at=None, pace=1.0):
        """
        Args:
            stop_at: the training in which Ctrl-C is pressed.
            pace: of the seconds that a training takes, how many it takes here.
        """
        self.now, self.jobs, self.stop_at, self.pace = 0.0, [], stop_at, pace
        self.split_read_after, self.lock = None, threading.Lock()
        monkeypatch.setattr(arms, "time", SimpleNamespace(monotonic=lambda: self.now))
        display = Display()
        display.stage("baselines")
        self.context = Context(
            experiment=experiment,
            data=data_of(examples, load_test=self.load_test),
            folder=folder,
            journal=Journal(folder / "journal.jsonl"),
            display=display,
            # A table has no latency of a new file: what was predicted stays, which no measurement changes.
            device=Table("phone", f"sha256,median_ms,processor,runtime,delegate,threads\n{64 * '0'},1.0,p,r,d,1\n"),
            workers=workers,
        )
        self._own_search()
        self.arms = Arms(records=Records(context=self.context), profile=PROFILE, trained=self.trained)

    def load_test(self):
        self.split_read_after = len(self.context.journal.path.read_text().splitlines())
        return self.context.data.validation

    def trained(self, job, on_epoch):
        with self.lock:
            if len(self.jobs) == self.stop_at:
                raise KeyboardInterrupt
            self.jobs.append(job)
            self.now += self.pace * seconds_of(job)
        on_epoch(1, {})
        return accuracy_of(job)

    def _own_search(self):
        experiment, task, journal = self.context.experiment, self.context.data.task, self.context.journal

        def evaluate(trial, rung, genotype, cost):
            job = Job(trial=trial, rung=rung, genotype=genotype, seed=0, epochs=experiment.search.epochs[rung])
            figures = dict(validation_accuracy=accuracy_of(job), seconds=seconds_of(job))
            return TrialResult(trial=trial, rung=rung, genotype=genotype, cost=cost, **figures)

        where = dict(seed=0, journal=journal, folder=self.context.folder)
        problem = Problem(space=experiment.space, task=task, budget=experiment.budget, profile=PROFILE)
        search(problem, experiment.search, evaluate, **where)

    def all_arms(self):
        """What every arm found, with two seeds."""
        found = [self.arms.search(seed) for seed in (0, 1)] + [self.arms.random(seed) for seed in (0, 1)]
        winner = {each.trial: (each.genotype, each.cost) for each in found[0].results[:1]}
        for arm in ("winner", "winner_alone"):
            found += self.arms.fixed(arm, winner, (0, 1))
        return found


def test_random_search_has_the_seconds_of_the_search_and_all_epochs_at_once(tmp_path, monkeypatch, stripes):
    bench = Bench(tmp_path, monkeypatch, stripes)
    for seed in (0, 1):
        goal, found = bench.arms.search(seed), bench.arms.random(seed)
        jobs = [job for job in bench.jobs if job.trial.startswith(f"random-{seed}-")]
        took = [seconds_of(job) for job in jobs]
        assert {(job.epochs, job.seed, job.taught) for job in jobs} == {(3, seed, True)}
        assert sum(took[:-1]) < goal.seconds <= sum(took)
        assert found.seconds == pytest.approx(sum(took))
        assert found.tried == len(found.results) == len(jobs)


def test_random_search_ends_where_the_space_does(tmp_path, monkeypatch, stripes):
    space = replace(EXPERIMENT.space, widths=(8,), expansions=(1,), kernels=(3,), stem_widths=(8,), residuals=(False,))
    bench = Bench(tmp_path, monkeypatch, stripes, experiment=replace(EXPERIMENT, space=space), pace=1e-3)
    found = bench.arms.random(0)
    # Dense or depthwise, with a stride or without.
    assert found.tried == 4
    assert found.seconds < bench.arms.search(0).seconds


def test_every_arm_keeps_the_budget_and_has_names_of_its_own(tmp_path, monkeypatch, stripes):
    bench = Bench(tmp_path, monkeypatch, stripes)
    before = bench.context.journal.records(Trial)
    found = bench.all_arms()
    for each in found:
        for result in each.results:
            assert not EXPERIMENT.budget.broken_by(estimate(result.genotype, PROFILE))
    named = [(job.trial, job.rung) for job in bench.jobs]
    assert len(set(named)) == len(named)
    assert not {name for name, _ in named} & {trial.trial for trial in before}
    assert bench.context.journal.records(Trial) == before
    assert {job.trial.split("-")[0] for job in bench.jobs if job.inherits} == {"search"}
    alone = [job for job in bench.jobs if not job.taught]
    assert {(job.trial.split("-")[0], job.seed) for job in alone} == {("winner_alone", 0), ("winner_alone", 1)}


def test_several_workers_train_the_same_searches(tmp_path, monkeypatch, stripes):
    alone = Bench(tmp_path / "alone", monkeypatch, stripes)
    several = Bench(tmp_path / "several", monkeypatch, stripes, workers=3)
    names = [{result.trial for result in bench.arms.search(1).results} for bench in (alone, several)]
    assert names[0] == names[1]
    found = several.arms.random(1)
    assert found.tried % 3 == 0
    assert found.seconds >= several.arms.search(1).seconds


@pytest.mark.parametrize("stop_at", [0, 9, 13, 17])
def test_arms_killed_anywhere_end_as_if_they_never_stopped(tmp_path, monkeypatch, stripes, stop_at):
    whole = Bench(tmp_path / "whole", monkeypatch, stripes)
    expected = whole.all_arms()
    assert len(whole.jobs) > stop_at
    killed = Bench(tmp_path / "killed", monkeypatch, stripes, stop_at=stop_at)
    with pytest.raises(KeyboardInterrupt):
        killed.all_arms()
    again = Bench(tmp_path / "killed", monkeypatch, stripes)
    found = again.all_arms()
    assert [replace(each, seconds=0) for each in found] == [replace(each, seconds=0) for each in expected]
    assert len(killed.jobs) + len(again.jobs) == len(whole.jobs)


def test_one_that_cannot_be_trained_is_left_out_and_three_end_the_comparison(tmp_path, monkeypatch, stripes):
    bench = Bench(tmp_path, monkeypatch, stripes)
    trained = bench.trained

    def diverges(job, on_epoch):
        if job.trial in ("winner-1-0", "random-0-0"):
            raise TrainingDiverged("step 3")
        return trained(job, on_epoch)

    bench.arms = Arms(records=bench.arms.records, profile=PROFILE, trained=diverges)
    genotype = bench.arms.search(0).results[0].genotype
    winner = bench.arms.fixed("winner", {"0": (genotype, estimate(genotype, PROFILE))}, (0, 1))
    assert [len(each.results) for each in winner] == [1, 0]
    found = bench.arms.random(0)
    assert found.tried == len(found.results) + 1
    assert found.seconds >= bench.arms.search(0).seconds

    def never(job, on_epoch):
        raise TrainingDiverged("step 3")

    bench.arms = Arms(records=bench.arms.records, profile=PROFILE, trained=never)
    with pytest.raises(SearchFailed, match="three trials in a row"):
        bench.arms.random(1)


@pytest.mark.slow
def test_the_test_split_is_read_once_all_are_chosen_and_a_second_call_reads_nothing(tmp_path, monkeypatch, stripes):
    settings = Search(oracle="random", trials=2, epochs=(1, 1), survivors=(1,))
    experiment = replace(EXPERIMENT, search=settings, budget=Budget(size_bytes=13_000, latency_ms=0.02))
    bench = Bench(tmp_path, monkeypatch, stripes, experiment=experiment)

    def kept(job, on_epoch):
        save_weights(build(job.genotype, seed=job.seed), student_weights(tmp_path, job.trial, job.rung))
        return bench.trained(job, on_epoch)

    (own,) = bench.arms.search(0).results
    save_weights(build(own.genotype, seed=0), student_weights(tmp_path, own.trial, own.rung))
    arms = Arms(records=bench.arms.records, profile=PROFILE, trained=kept)
    comparison = compare(arms, own.trial, 2)
    assert set(comparison.arms) == set(ARMS)
    kinds = [record["kind"] for record in read_journal(tmp_path / "journal.jsonl")]
    assert set(kinds[bench.split_read_after :]) == {"baseline judged"}
    assert kinds.index("baseline judged") == bench.split_read_after
    for arm in comparison.arms.values():
        assert [row.seed for row in arm.rows] == [0, 1]
        # Validation and test are the same examples here.
        assert all(row.test_accuracy == row.validation_accuracy and row.keeps_budget for row in arm.rows)
    trained, bench.split_read_after = len(bench.jobs), None
    assert compare(arms, own.trial, 2) == comparison
    assert (len(bench.jobs), bench.split_read_after) == (trained, None)


def test_what_no_template_keeps_and_a_search_without_a_teacher_are_said(tmp_path, monkeypatch, stripes):
    bench = Bench(tmp_path, monkeypatch, stripes)
    small = replace(
        EXPERIMENT, budget=Budget(size_bytes=2_000), distillation=replace(EXPERIMENT.distillation, stages=())
    )
    students, left_out = fixed_students(replace(bench.context, experiment=small), PROFILE, "0")
    assert list(students) == ["winner"]
    assert [why.split(",")[0] for why in left_out] == [
        "mobilenet_v1",
        "mobilenet_v2",
        "the winner without a teacher",
    ]


def test_without_a_teacher_and_unlabelled_examples_the_winner_has_as_many_steps(tmp_path, monkeypatch, stripes):
    bench = Bench(tmp_path, monkeypatch, stripes)
    labels = np.concatenate([stripes.labels, np.full(2 * len(stripes), UNLABELLED)])
    taught = Examples(pixels=np.concatenate([stripes.pixels] * 3), labels=labels, classes=2)
    records = Records(context=replace(bench.context, data=data_of(stripes, taught=taught)))
    batch = EXPERIMENT.student.batch_size
    assert records.rungs("winner") == bench.arms.records.rungs("winner_alone") == (3,)
    assert records.rungs("winner_alone") == (round(3 * (3 * len(stripes) // batch) / (len(stripes) // batch)),)
