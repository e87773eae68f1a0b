"""Proving a file again, long after the run that made it."""

from dataclasses import replace

from deploy import runtime
from deploy.cost import CostReport
from deploy.prove import Proof, prove
from experiments import devices
from experiments.data.load import load_test
from experiments.experiment import Experiment
from experiments.launch import quiet_libraries, require_legacy_keras


def prove_file(model_bytes: bytes, experiment: Experiment) -> Proof:
    """Hold a file against an experiment's test split and budget.

    Parity is left unchecked, since the Keras model is not at hand; so are limits on MACs and RAM, which a file does not
    tell, and on latency where the device is a table. Raises `FileRefused` for bytes that are no student.
    """
    runtime.signature(runtime.load(model_bytes))
    require_legacy_keras()
    quiet_libraries()
    with devices.opened(experiment.device, devices.tell) as device:
        latency = devices.measured(device, model_bytes)
    test = load_test(experiment.data)
    cost = CostReport(
        macs=0,
        params=0,
        size_bytes=len(model_bytes),
        size_source="measured",
        peak_ram_bytes=0,
        peak_ram_source="estimated",
        latency_ms=latency and latency.median_ms,
        latency_source="measured",
        device=experiment.device,
    )
    return prove(
        model_bytes,
        test_pixels=test.pixels,
        test_labels=test.labels,
        budget=replace(experiment.budget, macs=None, peak_ram_bytes=None, **({} if latency else {"latency_ms": None})),
        cost=cost,
        latency=latency,
        parity=None,
    )
