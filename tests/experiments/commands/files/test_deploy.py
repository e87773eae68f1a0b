"""The settings that `potstill deploy` takes from its arguments."""

from dataclasses import replace

import numpy as np

from experiments.commands.catalogue import find
from experiments.commands.files.deploy import Deploy
from experiments.data.load import load


def test_the_splits_are_those_of_a_run_of_the_same_data(home, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (300, 16, 16, 3), np.uint8)
    data = tmp_path / "pictures.npz"
    np.savez(data, images=pixels, labels=np.arange(300) % 3)
    deploy = Deploy(model=tmp_path / "teacher.keras", data=str(data), max_drop=1)
    deployment = deploy._deployment(deploy._goal()).taking((16, 16, 3))
    run, deployed = (load(settings) for settings in (find(str(data)).data, deployment.experiment.data))
    assert run.digest == deployed.digest
    np.testing.assert_array_equal(run.load_test().pixels, deployed.load_test().pixels)
    assert load(replace(deployment.experiment.data, validation_fraction=0.1)).digest != run.digest
