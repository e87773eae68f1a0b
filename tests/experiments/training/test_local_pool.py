"""Real worker processes: their results, their death, and what they leave behind."""

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from experiments.data.load import load
from experiments.training import local_pool
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, StudentTraining, student_weights
from tests.tiny import EXPERIMENT as TINY

EXPERIMENT = replace(TINY, search=replace(TINY.search, epochs=(3, 2)))


def job(genotypes, number, rung=0):
    return Job(trial=f"{number:02d}", rung=rung, genotype=genotypes(number))


@pytest.mark.slow
def test_workers_train_as_this_process_does_and_tell_each_epoch(home, tmp_path, genotypes):
    data = load(EXPERIMENT.data)
    recipe = EXPERIMENT.student
    here = StudentTraining(
        experiment=EXPERIMENT, recipe=recipe, folder=tmp_path / "here", splits=data.splits, bank=None
    )
    told = []
    with (
        local_pool.open_pool(2, EXPERIMENT, recipe, folder=tmp_path, bank=None) as pool,
        ThreadPoolExecutor(2) as threads,
    ):
        jobs = [job(genotypes, number) for number in range(3)]
        found = list(threads.map(lambda each: pool.run(each, lambda epoch, _: told.append((each.trial, epoch))), jobs))
        second = pool.run(job(genotypes, 0, rung=1), lambda epoch, metrics: None)
    assert sorted(told) == [(each.trial, epoch) for each in jobs for epoch in (1, 2, 3)]
    assert all(student_weights(tmp_path, each.trial, 0).exists() for each in jobs)
    assert found[0] == pytest.approx(here.run(jobs[0], lambda epoch, metrics: None), abs=0.02)
    assert student_weights(tmp_path, "00", 1).exists()
    assert second > 0.1
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_worker_that_dies_takes_only_its_trial_along(home, tmp_path, genotypes):
    with local_pool.open_pool(1, EXPERIMENT, EXPERIMENT.student, folder=tmp_path, bank=None) as pool:

        def die(epoch, metrics):
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)

        with pytest.raises(WorkerDied, match="its process ended with status -9"):
            pool.run(job(genotypes, 0), die)
        assert pool.run(job(genotypes, 1), lambda epoch, metrics: None) > 0.05


def test_more_workers_than_gpus_are_refused(monkeypatch):
    import tensorflow as tf

    from experiments.errors import UserError

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["one", "two"])
    assert local_pool._gpus(2) == ["0", "1"]
    with pytest.raises(UserError, match="--workers is 3, and there are 2 GPUs"):
        local_pool._gpus(3)
