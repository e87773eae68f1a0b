"""Known good starts."""

import pytest

from experiments.cifar10 import EXPERIMENT as CIFAR10
from search.choices import values_of
from search.starts.known import known_starts
from search.starts.references import RESNET8
from search.task import Task
from search.walk import walk


@pytest.mark.parametrize("shape", [(8, 8, 1), (32, 32, 3), (32, 32, 1), (96, 96, 3), (49, 10, 1)])
def test_they_are_of_the_tasks_size_channels_and_classes_and_no_two_are_alike(shape):
    task = Task(input_shape=shape, classes=7)
    starts = known_starts(task)
    assert starts
    assert len(set(starts)) == len(starts)
    for genotype in starts:
        assert genotype.task == task
        assert walk(genotype)[-1].shape[2] == 7


def test_the_reference_of_cifars_size_is_among_them():
    assert RESNET8 in known_starts(RESNET8.task)
    # Its experiment can begin with it.
    assert values_of(CIFAR10.space, RESNET8)


def test_a_size_that_nothing_is_known_of_has_none():
    assert known_starts(Task(input_shape=(17, 5, 1), classes=3)) == []
