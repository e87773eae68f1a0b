"""Writing to MLflow runs, in a real store."""

import pytest

from experiments.run import tracking


@pytest.fixture
def run(home, monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tracking.Run.start(tracking.connect(), "some", "trial", "trial 00")


def history(run, name):
    return [(metric.step, metric.value) for metric in run.client.get_metric_history(run.id, name)]


def test_every_epoch_is_in_the_store_once_the_run_has_ended(run):
    for epoch in range(1, 1201):
        run.log_epoch(epoch, {"loss": 1 / epoch, "accuracy": 0.5})
    run.end()
    assert history(run, "loss") == [(epoch, 1 / epoch) for epoch in range(1, 1201)]


def test_epochs_are_there_before_what_is_logged_after_them(run):
    run.log_epoch(1, {"loss": 2.0})
    run.log_epoch(2, {"loss": 1.0})
    run.log(metrics={"final": 0.9})
    assert history(run, "loss") == [(1, 2.0), (2, 1.0)]
    assert history(run, "final") == [(0, 0.9)]
