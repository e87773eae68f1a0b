"""The length of a training in seconds."""

from types import SimpleNamespace

import pytest
import tensorflow as tf

from distill.optimizer import build_optimizer
from distill.pace import Pacing, Progress
from distill.recipe import Recipe

_STEPS = 10
"""Of an epoch."""


def _trained(*, seconds: float, epoch_seconds, first_epochs: int) -> tuple[list[float], float]:
    """Progress after each epoch of a training on a simulated clock, and the time at its end."""
    now = 0.0
    progress = Progress(first_step=0, steps=first_epochs * _STEPS)
    pacing = Pacing(progress, seconds=seconds, steps_per_epoch=_STEPS, clock=lambda: now)
    optimizer = SimpleNamespace(iterations=tf.Variable(0, dtype=tf.int64))
    pacing.model = SimpleNamespace(optimizer=optimizer, stop_training=False)
    reached = []
    while not pacing.model.stop_training:
        now += epoch_seconds(len(reached))
        optimizer.iterations.assign_add(_STEPS)
        reached.append(float(progress(optimizer.iterations)))
        pacing.on_epoch_end(len(reached) - 1)
    return reached, now


def _slow_first(number: int) -> float:
    return 9.0 if number == 0 else 2.0


@pytest.mark.parametrize("first_epochs", [12, 49, 200])
def test_a_training_ends_in_its_seconds_whatever_was_expected(first_epochs):
    reached, end = _trained(seconds=100, epoch_seconds=_slow_first, first_epochs=first_epochs)
    assert abs(end - 100) <= 2
    assert reached == sorted(reached)
    assert reached[-1] == pytest.approx(1)


@pytest.mark.parametrize("later", [6.0, 0.5])
def test_a_machine_that_changes_its_speed_half_way_changes_the_number_of_epochs(later):
    reached, end = _trained(
        seconds=100, epoch_seconds=lambda number: _slow_first(number) if number < 20 else later, first_epochs=45
    )
    assert abs(end - 100) <= later * 2
    assert reached[-1] == pytest.approx(1)


def test_a_late_training_still_ends_its_schedule_in_one_more_epoch():
    reached, end = _trained(seconds=10, epoch_seconds=lambda number: 2.0 if number < 4 else 30.0, first_epochs=20)
    assert reached[-1] == pytest.approx(1)
    assert end <= 8 + 2 * 30


def test_the_learning_rate_follows_the_progress():
    progress = Progress(first_step=5, steps=100)
    recipe = Recipe(learning_rate=1e-2, warmup_fraction=0.0)
    rate = build_optimizer(recipe, 100, progress=progress)._learning_rate
    assert float(rate(5)) == pytest.approx(1e-2)
    assert float(rate(55)) == pytest.approx(5e-3)
    progress.end_in(10, tf.constant(55))
    assert float(rate(55)) == pytest.approx(5e-3)
    assert float(rate(65)) == pytest.approx(0, abs=1e-6)
