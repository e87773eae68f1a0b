import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.gpus import default_workers, gpu_names, gpu_of_each


@pytest.mark.parametrize(
    ("visible", "count", "names"),
    [
        (None, 0, ()),
        (None, 3, ("0", "1", "2")),
        ("0,1,2,3", 4, ("0", "1", "2", "3")),
        ("3, 1", 2, ("3", "1")),
        ("", 0, ()),
        ("-1", 0, ()),
        # CUDA ends the list at the first name without a device.
        ("0,1,-1,2", 2, ("0", "1")),
        ("0,7", 1, ("0",)),
        ("GPU-8932f937-d72c,GPU-7f3b", 2, ("GPU-8932f937-d72c", "GPU-7f3b")),
        # A process sees one MIG instance, whatever is named.
        ("MIG-1a2b,MIG-3c4d", 1, ("MIG-1a2b", "MIG-3c4d")),
        ("MIG-1a2b,MIG-3c4d", 0, ()),
        # Without a driver.
        ("0,1", 0, ()),
    ],
)
def test_names_are_those_that_the_user_made_visible(visible, count, names):
    assert gpu_names(visible, count) == names


@given(st.integers(1, 8), st.integers(1, 20))
def test_workers_have_gpus_in_turn_and_the_first_gpu_the_fewest(gpus, workers):
    names = gpu_names(None, gpus)
    each = gpu_of_each(names, workers)
    counts = [each.count(name) for name in names]
    assert len(each) == workers
    assert max(counts) - min(counts) <= 1
    assert counts[0] == min(counts)


def test_one_worker_for_each_gpu_and_none_without():
    assert [default_workers(gpu_names(None, count)) for count in (0, 1, 4)] == [1, 1, 4]
    assert gpu_of_each((), 3) == ()


def growth(set_to: str | None) -> str:
    """The setting of memory growth where Potstill is imported and TensorFlow is not yet."""
    environment = {name: value for name, value in os.environ.items() if name != "TF_FORCE_GPU_ALLOW_GROWTH"}
    if set_to is not None:
        environment["TF_FORCE_GPU_ALLOW_GROWTH"] = set_to
    script = (
        "import os, sys, experiments; assert 'tensorflow' not in sys.modules; "
        "print(os.environ['TF_FORCE_GPU_ALLOW_GROWTH'])"
    )
    return subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_memory_grows_unless_the_user_says_otherwise():
    assert growth(None) == "true"
    assert growth("false") == "false"


@pytest.mark.slow
def test_a_run_has_not_begun_to_compute_when_it_keeps_to_its_gpu(tmp_path):
    """TensorFlow then still lets a process choose its devices: with logical CPUs, as there are no GPUs."""
    script = """
from dataclasses import replace
from experiments import pipeline
from experiments.run.display import Display
from tests.tiny import EXPERIMENT

class Reached(Exception):
    pass

def choose(say):
    import tensorflow as tf
    tf.config.set_logical_device_configuration(
        tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
    )
    assert len(tf.config.list_logical_devices("CPU")) == 2
    raise Reached

pipeline.keep_to_first_gpu = choose
try:
    pipeline.run(EXPERIMENT, Display(), workers=2)
except Reached:
    print("reached")
"""
    environment = {**os.environ, "POTSTILL_HOME": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert ended.stdout == "reached\n", ended.stderr[-2000:]
