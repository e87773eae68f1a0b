"""Comparing outputs in steps."""

import json
from dataclasses import replace

import numpy as np
import pytest

from deploy.bundle.known_answers import KnownAnswers
from deploy.exports.agreement import agreement
from deploy.exports.export import Export
from tests.deploy.integration.small_bundles import small_bundle


def compared(expected, found, *, same_integers=True, output_scale=0.1):
    expected = np.array(expected)
    small = small_bundle(12, 16, 3)
    answers = KnownAnswers(
        pixels=np.zeros((len(expected), 12, 16, 3), np.uint8),
        labels=np.zeros(len(expected), np.int64),
        outputs=expected,
    )
    bundle = replace(
        small,
        labels=tuple("abc"),
        answers=answers,
        preprocessing=replace(small.preprocessing, output_scale=output_scale),
    )
    export = Export(files={}, ran_in="here", outputs=np.array(found), same_integers=same_integers)
    return agreement(export, bundle)


def test_the_same_outputs_agree():
    outputs = np.random.default_rng(0).integers(-128, 128, (120, 3)).astype(np.int8)
    found = compared(outputs, outputs)
    assert (found.examples, found.agreeing, found.step_counts, found.differences) == (120, 120, {0: 360}, ())
    assert found.holds
    assert found.largest_steps == 0
    assert found.explanation == (
        "All 360 outputs are the same as the .tflite's. The first class is the same on every example."
    )


def test_steps_are_counted_without_overflow():
    found = compared([[127, -128, 0]] * 100, np.array([[-128, 127, 1]] * 100, np.int8))
    assert found.step_counts == {1: 100, 255: 200}
    assert not found.holds


@pytest.mark.parametrize(("margin", "tie"), [(0, True), (2, True), (3, False)])
def test_ties_are_told_from_errors(margin, tie):
    expected = np.full((100, 3), -50)
    expected[:, 1] = 40
    expected[7, 2] = 40 - margin
    found = expected.copy()
    found[7, 2] = 41
    result = compared(expected, found)
    (difference,) = result.differences
    assert (difference.example, difference.expected, difference.other) == (7, "b", "c")
    assert difference.margin_steps == margin
    assert difference.tie == result.holds == tie
    assert ("ties, not errors" in result.explanation) == tie
    assert ("1 example that no tie explains" in result.explanation) == (not tie)


@pytest.mark.parametrize(
    ("same_integers", "output_scale", "why"),
    [
        (True, 0.1, "this is rounding"),
        (False, 0.1, "floating point what the .tflite rounds"),
        (False, 0.0, "both compute in floating"),
    ],
)
def test_what_differs_is_explained(same_integers, output_scale, why):
    expected = np.tile([10.0, 50.0, -30.0], (100, 1))
    found = expected + np.array([0, 0, 1])
    result = compared(expected, found, same_integers=same_integers, output_scale=output_scale)
    assert why in result.explanation
    assert "100 of 300 outputs differ" in result.explanation
    steps = 1 if output_scale else round(255 / 80)
    assert f"at most {steps} step{'s' * (steps > 1)}:" in result.explanation
    assert ("a step is a 255th" in result.explanation) == (output_scale == 0)


def test_floats_that_are_close_are_the_same():
    expected = np.random.default_rng(0).normal(size=(100, 3))
    result = compared(expected, expected + 1e-6, same_integers=False, output_scale=0.0)
    assert result.step_counts == {0: 300}
    assert "within half a step" in result.explanation


def test_few_examples_are_said_to_be_few():
    outputs = np.arange(99 * 3).reshape(99, 3)
    assert "These are 99 examples; 100 or more" in compared(outputs, outputs).explanation
    outputs = np.arange(100 * 3).reshape(100, 3)
    assert "100 or more" not in compared(outputs, outputs).explanation


def test_without_a_runtime_nothing_is_compared():
    export = Export(files={}, ran_in="nothing: it needs macOS", outputs=None, same_integers=False)
    assert agreement(export, small_bundle(12, 16, 3)) is None


def test_the_record_is_json():
    expected = np.tile([10, 12, -30], (100, 1))
    record = compared(expected, expected[:, [1, 0, 2]]).to_record()
    assert json.loads(json.dumps(record))["differences"][0] == {
        "example": 0, "expected": "b", "found": "a", "margin_steps": 2.0,
    }  # fmt: skip
    assert record["holds"]
    assert record["largest_steps"] == 2
