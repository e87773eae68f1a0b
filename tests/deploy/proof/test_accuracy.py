from dataclasses import replace

import numpy as np
import pytest

from deploy.proof.accuracy import class_accuracy, file_accuracy


def test_accuracy_by_class():
    logits = np.eye(4)[[0, 0, 1, 1, 2]]
    assert class_accuracy(logits, np.array([0, 1, 1, 1, 2])) == (1.0, 2 / 3, 1.0, None)


def test_accuracy_of_shuffled_labels_is_not_the_files(student_bytes, stripes):
    right = file_accuracy(student_bytes, stripes)
    other = replace(stripes, labels=1 - stripes.labels)
    assert file_accuracy(student_bytes, other) == pytest.approx(1 - right)
