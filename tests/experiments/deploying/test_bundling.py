import json
from dataclasses import replace

import numpy as np

from deploy.tflite import runtime
from distill.distillation import Distillation
from distill.examples import SCALED_RANGE
from experiments.deploying.bundling import described_for, known_answers, origin_record
from tests.data_sets import data_of
from tests.tiny import EXPERIMENT


def squared(teacher, student, labels, temperature):
    """A loss of a user's own."""
    return ((teacher - student) ** 2).sum(axis=1)


def test_what_it_was_made_of_is_json_losses_of_ones_own_too(stripes):
    experiment = replace(EXPERIMENT, distillation=Distillation(own_losses=(squared,)), license="cc-by-4.0")
    found = json.loads(json.dumps(origin_record(experiment, data_of(stripes), "a teacher", "a student", "int8")))
    (own_loss,) = found["recipe"]["distillation"]["own_losses"]
    assert own_loss.startswith("tests.experiments.deploying.test_bundling:squared")
    assert (found["license"], found["budget"]["size_bytes"]) == ("cc-by-4.0", 9_000)


def test_a_described_file_costs_no_more_than_what_is_kept_from_the_budget(stripes, student_bytes):
    from deploy.bundle.metadata import metadata_bytes

    data = data_of(stripes)
    described = described_for(data, student_bytes, SCALED_RANGE)
    assert 0 < len(described) - len(student_bytes) <= metadata_bytes(data.labels)


def test_known_answers_are_the_same_examples_each_time_with_what_file_and_teacher_say(stripes, student_bytes):
    found, again = (
        known_answers(student_bytes, stripes, SCALED_RANGE, lambda pixels: pixels.mean(axis=(1, 2))) for _ in range(2)
    )
    np.testing.assert_array_equal(found.pixels, again.pixels)
    np.testing.assert_array_equal(found.outputs, runtime.run(student_bytes, found.pixels))
    np.testing.assert_array_equal(found.teacher_logits, found.pixels.mean(axis=(1, 2)))
    assert known_answers(student_bytes, stripes, SCALED_RANGE).teacher_logits is None
