import json
from dataclasses import replace

import pytest

from experiments.gpus import Gpu
from experiments.reports.machine import examine, machine_text


@pytest.fixture
def machine(home):
    return replace(examine(), gpus=(), gpus_of_driver=0, cuda_visible_devices=None)


def gpus_line(machine) -> str:
    return next(line for line in machine_text(machine).splitlines() if line.startswith("gpus "))


def test_gpus_are_shown_with_their_capability_and_their_use(machine):
    t4 = Gpu(name="GPU-7f3b", model="Tesla T4", compute_capability=(7, 5))
    both = replace(machine, gpus=(t4, Gpu(name="MIG-1a2b")))
    assert "GPU-7f3b: Tesla T4, compute capability 7.5; MIG-1a2b: GPU (2 workers train" in gpus_line(both)
    assert "(students train in this process)" in gpus_line(replace(machine, gpus=(t4,)))
    assert json.loads(json.dumps(both.to_record()))["gpus"][0]["compute_capability"] == [7, 5]


def test_a_gpu_that_tensorflow_does_not_use_is_no_silent_default(machine):
    assert gpus_line(machine).endswith("none seen; training runs on the CPU")
    assert "potstill[gpu]" in gpus_line(replace(machine, gpus_of_driver=2))
    hidden = gpus_line(replace(machine, gpus_of_driver=2, cuda_visible_devices=""))
    assert hidden.endswith("The NVIDIA driver has 2, CUDA_VISIBLE_DEVICES is ''")


def test_this_machine_is_examined(home):
    record = examine().to_record()
    assert record["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"
    assert record["reduced_precision"] in ("mixed_bfloat16", "mixed_float16")
