"""A real Ray on this machine: what its actors train, their death, and what a cluster is refused for."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from distill.bank.address import BankPlace, bank_address
from distill.bank.fill import fill_bank
from experiments.data.load import load
from experiments.errors import UserError
from experiments.run.cluster import Cluster, connected, find_cluster
from experiments.training.local_pool import WorkerDied
from experiments.training.student import Job, StudentTraining, student_weights
from tests.tiny import EXPERIMENT as TINY

# Not by importing it, which is `connected`'s to do.
pytestmark = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is missing: pip install 'potstill[cluster]'")

EXPERIMENT = replace(
    TINY, data=replace(TINY.data, train_examples=300), search=replace(TINY.search, trials=2, epochs=(2, 1))
)


def job(genotypes, number, rung=0):
    genotype = genotypes(number, space=EXPERIMENT.space)
    return Job(trial=f"{number:02d}", rung=rung, genotype=genotype)


@pytest.fixture(scope="module")
def ray_home(tmp_path_factory):
    """The Potstill home of the actors, which is not the tests'."""
    return tmp_path_factory.mktemp("node")


@pytest.fixture(scope="module")
def actors(ray_home):
    """The module `experiments.training.ray_pool`, connected to a Ray of two CPUs, whatever the machine has."""
    before = os.environ.get("POTSTILL_HOME")
    os.environ["POTSTILL_HOME"] = str(ray_home)
    with connected(Cluster(address="local", workers=2, cpus=2, gpus=0)):
        if before is None:
            del os.environ["POTSTILL_HOME"]
        else:
            os.environ["POTSTILL_HOME"] = before
        from experiments.training import ray_pool

        yield ray_pool


@pytest.fixture(scope="module")
def data():
    return load(EXPERIMENT.data)


def opened(actors, folder, data, bank=None, workers=2):
    cluster = Cluster(address="local", workers=workers, cpus=2, gpus=0)
    return actors.open_pool(
        cluster, EXPERIMENT, EXPERIMENT.student, folder=folder, splits=data.splits, bank=bank, say=print
    )


def test_actors_train_as_this_process_does_from_a_bank_that_is_written_once(
    home, actors, ray_home, tmp_path, data, genotypes
):
    views = EXPERIMENT.seeded_views
    place = BankPlace(
        banks=tmp_path / "banks",
        address=bank_address(data_digest=data.digest, teacher_digest="by hand", views=views, top_k=64),
    )

    def teacher(pixels, numbers):
        return {"logits": 5 * np.eye(10, dtype=np.float32)[data.train.labels[numbers]]}

    bank = fill_bank(place, teacher, data.train, views, top_k=64)
    shared = dict(experiment=EXPERIMENT, recipe=EXPERIMENT.student, splits=data.splits, bank=bank)
    here = StudentTraining(**shared, folder=tmp_path / "here")
    there, told = tmp_path / "there", []
    there.mkdir()
    jobs = [job(genotypes, 0), job(genotypes, 1)]
    with opened(actors, there, data, bank=place) as pool, ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda each: pool.run(each, lambda epoch, _: told.append((each.trial, epoch))), jobs))
        second = pool.run(job(genotypes, 0, rung=1), lambda epoch, metrics: None)
    assert sorted(told) == [(each.trial, epoch) for each in jobs for epoch in (1, 2)]
    assert found[0] == pytest.approx(here.run(jobs[0], lambda epoch, metrics: None), abs=0.02)
    assert second == pytest.approx(here.run(job(genotypes, 0, rung=1), lambda epoch, metrics: None), abs=0.02)
    names = {student_weights(there, trial, rung).name for trial, rung in (("00", 0), ("01", 0), ("00", 1))}
    assert {path.name for path in (there / "students").iterdir()} == names
    # Whoever comes next finds it on the node's disk.
    written = (ray_home / "banks" / place.address / "logits.npy").stat()
    with opened(actors, there, data, bank=place, workers=1):
        again = (ray_home / "banks" / place.address / "logits.npy").stat()
    assert (again.st_ino, again.st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


@pytest.mark.slow
def test_an_actor_that_dies_takes_only_its_trial_along(home, actors, tmp_path, data, genotypes):
    import ray

    with opened(actors, tmp_path, data, workers=1) as pool:
        process = ray.get(pool.asked[0].__ray_call__.remote(lambda actor: os.getpid()))

        def die(epoch, metrics):
            os.kill(process, signal.SIGKILL)

        with pytest.raises(WorkerDied, match="its Ray actor ended"):
            # Long enough not to end before the signal is there.
            pool.run(replace(job(genotypes, 0), epochs=500), die)
        assert pool.run(job(genotypes, 1), lambda epoch, metrics: None) > 0.05


def test_a_machine_with_other_code_is_refused(home, actors, tmp_path, data, genotypes, monkeypatch):
    other = {**actors.installed_versions(), "tensorflow": "2.99.0"}
    monkeypatch.setattr(actors, "installed_versions", lambda: other)
    refused = rf"{socket.gethostname()} has tensorflow 2\.\d+\.\d+ and this machine tensorflow 2.99.0.*install the same"
    with opened(actors, tmp_path, data, workers=1) as pool, pytest.raises(UserError, match=refused):
        pool.run(job(genotypes, 0), lambda epoch, metrics: None)


def test_a_local_ray_ends_with_its_parent_however_that_ends(tmp_path):
    program = (
        "import os, signal\nfrom experiments.run.cluster import Cluster, connected\n"
        "with connected(Cluster(address='local', workers=1, cpus=1, gpus=0)):\n"
        "    import ray, sys\n    print(ray.get_runtime_context().gcs_address, file=sys.stderr, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL
    host, port = done.stderr.strip().split(":")
    end = time.monotonic() + 20
    while answers(host, int(port)):
        assert time.monotonic() < end
        time.sleep(0.2)


def answers(host, port):
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


def test_without_a_cluster_there_is_one_line():
    with pytest.raises(UserError, match="no Ray cluster answers at 127.0.0.1:1: .*refused.*ray start --head"):
        find_cluster("127.0.0.1:1", None)
    for address in ("ray://127.0.0.1:10001", "somewhere", "host:six"):
        with pytest.raises(UserError, match="it must be HOST:PORT"):
            find_cluster(address, None)


@pytest.mark.slow
def test_what_answers_but_is_no_cluster_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(UserError, match=f"no Ray cluster answers at {address} within 20 seconds"):
            find_cluster(address, None)


def test_workers_are_no_more_than_gpus_or_else_cpus():
    assert find_cluster("local", None).workers == len(os.sched_getaffinity(0))
    with pytest.raises(UserError, match="--workers is 3, and the cluster has 2 CPUs, one to a worker: give 2 or less"):
        Cluster(address="auto", workers=3, cpus=2, gpus=0)
    with pytest.raises(UserError, match="--workers is 3, and the cluster has 1 GPUs"):
        Cluster(address="auto", workers=3, cpus=8, gpus=1)


def test_ray_that_is_not_installed_is_told(monkeypatch):
    monkeypatch.setattr("experiments.run.cluster.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"pip install 'potstill\[cluster\]'"):
        find_cluster("local", None)
