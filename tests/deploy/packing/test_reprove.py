from dataclasses import replace

import pytest

from deploy.bundle.bundle import Bundle
from deploy.bundle.metadata import described
from deploy.packing.reprove import reprove


def failed(bundle: Bundle) -> set[str]:
    """Names of the checks that a bundle fails."""
    return {check.name for check in reprove(bundle).checks if check.passed is False}


def changed(bundle: Bundle, record: str, **values) -> Bundle:
    return replace(bundle, records={**bundle.records, record: {**bundle.records[record], **values}})


def test_a_bundle_passes_as_it_is(bundle):
    found = reprove(bundle)
    assert found.passed, found.checks
    assert found.differences == {0: found.known_examples * 2}
    assert found.known_accuracy == found.test_accuracy > 0.9
    assert found.to_record()["passed"] is True


def test_each_part_is_held_against_the_file(bundle):
    assert failed(changed(bundle, "proof", sha256="0" * 64)) == {"proof"}
    assert failed(changed(bundle, "proof", passed=False)) == {"proof"}
    assert failed(changed(bundle, "proof", operators={"CONV_2D": 1})) == {"operators"}
    assert failed(changed(bundle, "about", budget={"size_bytes": 100})) == {"budget"}
    assert failed(replace(bundle, labels=("one", "two"))) == {"labels"}
    wrong = replace(bundle.preprocessing, levels=tuple(reversed(bundle.preprocessing.levels)))
    assert failed(replace(bundle, preprocessing=wrong)) == {"preprocessing"}


def test_labels_in_another_order_inside_the_file_are_seen(bundle, student_bytes):
    other = described(student_bytes, tuple(reversed(bundle.labels)), bundle.preprocessing)
    assert failed(replace(bundle, model_bytes=other)) == {"proof", "labels"}


@pytest.mark.parametrize(("steps", "verdict"), [(1, set()), (40, {"answers"})])
def test_outputs_may_differ_by_ties_alone(bundle, steps, verdict):
    outputs = bundle.answers.outputs.astype(int)
    # The class that was proven for the first example loses by so many steps.
    outputs[0, outputs[0].argmax()] = outputs[0].min() - steps
    found = reprove(replace(bundle, answers=replace(bundle.answers, outputs=outputs)))
    assert {check.name for check in found.checks if check.passed is False} == verdict
    assert found.differences[0] == outputs.size - 1
