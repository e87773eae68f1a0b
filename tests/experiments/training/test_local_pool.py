"""Real worker processes: their results, their death, and what they leave behind."""

import multiprocessing
import os
import signal
import subprocess
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


@pytest.mark.slow
def test_a_worker_without_memory_takes_only_its_trial_along(home, tmp_path, genotypes):
    with local_pool.open_pool(1, EXPERIMENT, EXPERIMENT.student, folder=tmp_path, bank=None) as pool:
        small = job(genotypes, 0)
        with pytest.raises(WorkerDied, match="it got no memory"):
            pool.run(replace(small, genotype=replace(small.genotype, stem_width=10**11)), lambda epoch, metrics: None)
        assert pool.run(small, lambda epoch, metrics: None) > 0.05


def gpu_by_worker(pool, count):
    """CUDA_VISIBLE_DEVICES of the programs that each worker starts, by the worker's process."""
    command, seen = ["sh", "-c", "sleep 1; echo $PPID $CUDA_VISIBLE_DEVICES $TF_FORCE_GPU_ALLOW_GROWTH"], {}
    while len(seen) < count:
        tasks = [pool.pool.schedule(subprocess.check_output, args=[command]) for _ in range(count)]
        for task in tasks:
            process, gpu, growth = task.result().decode().split()
            assert growth == "true"
            seen[int(process)] = gpu
    return seen


@pytest.mark.slow
def test_workers_have_one_gpu_each_in_turn_and_a_new_one_that_of_the_dead(home, tmp_path, genotypes):
    # Workers do not prepare data: the run did so before.
    load(EXPERIMENT.data)
    gpus = ("GPU-7f3b", "3")
    with local_pool.open_pool(3, EXPERIMENT, EXPERIMENT.student, folder=tmp_path, bank=None, gpus=gpus) as pool:
        first = gpu_by_worker(pool, 3)
        assert sorted(first.values()) == ["3", "3", "GPU-7f3b"]
        # In the middle of a task, as for want of memory.
        deadly = ["sh", "-c", "sleep 1; if [ $CUDA_VISIBLE_DEVICES = GPU-7f3b ]; then kill -9 $PPID; fi"]
        tasks = [pool.pool.schedule(subprocess.check_output, args=[deadly]) for _ in range(3)]
        assert sorted(type(task.exception()).__name__ for task in tasks) == ["NoneType", "NoneType", "ProcessExpired"]
        second = gpu_by_worker(pool, 3)
        assert sorted(second.values()) == ["3", "3", "GPU-7f3b"]
        assert len(first.keys() & second.keys()) == 2
        # It trains there, too: on the CPU, for want of a GPU.
        assert pool.run(job(genotypes, 0), lambda epoch, metrics: None) > 0.05
