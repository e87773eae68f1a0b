"""Agreement of an export with the .tflite: outputs compared in steps of the .tflite's own."""

from dataclasses import asdict, dataclass

import numpy as np

from deploy.bundle.bundle import Bundle
from deploy.exports.export import Export
from deploy.proof.parity import TIE_STEPS

_ENOUGH = 100
_STEPS_OF_FLOATS = 255


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An example for which another class came first."""

    example: int
    """Its place among the known answers."""
    expected: str
    """The label that the .tflite gives."""
    other: str
    """The label that the export gives."""
    margin_steps: float
    """By how much the .tflite has the expected class before the other."""

    @property
    def tie(self) -> bool:
        """True if the two classes are within the rounding of both."""
        return self.margin_steps <= TIE_STEPS

    def to_record(self) -> dict:
        """As JSON values."""
        return {
            "example": self.example,
            "expected": self.expected,
            "found": self.other,
            "margin_steps": self.margin_steps,
        }


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """An export beside the .tflite on the known answers."""

    examples: int
    agreeing: int
    """Examples with the same first class."""
    step_counts: dict[int, int]
    """Number of outputs by their difference in steps, rounded to whole ones."""
    differences: tuple[Difference, ...]
    """The other examples."""
    explanation: str
    """The numbers explained in a sentence or two."""

    @property
    def largest_steps(self) -> int:
        """Of all outputs."""
        return max(self.step_counts)

    @property
    def holds(self) -> bool:
        """True if first classes differ at ties alone."""
        return all(difference.tie for difference in self.differences)

    def to_record(self) -> dict:
        """As JSON values."""
        differences = tuple(difference.to_record() for difference in self.differences)
        return {**asdict(self), "differences": differences, "largest_steps": self.largest_steps, "holds": self.holds}


def agreement(export: Export, bundle: Bundle) -> Agreement | None:
    """An export's outputs beside the known answers, all of them; None where no runtime is at hand."""
    if export.outputs is None:
        return None
    expected, outputs = bundle.answers.outputs.astype(np.float64), export.outputs.astype(np.float64)
    floats = not bundle.preprocessing.output_scale
    # A file that gives floats has no steps.
    step = max(float(np.ptp(expected)), 1e-12) / _STEPS_OF_FLOATS if floats else 1.0
    steps, counts = np.unique(np.rint(np.abs(outputs - expected) / step).astype(int), return_counts=True)
    first, other = expected.argmax(axis=1), outputs.argmax(axis=1)
    differences = tuple(
        Difference(
            example=int(place),
            expected=bundle.labels[first[place]],
            other=bundle.labels[other[place]],
            margin_steps=round(float(expected[place, first[place]] - expected[place, other[place]]) / step, 3),
        )
        for place in np.flatnonzero(first != other)
    )
    step_counts = dict(zip(steps.tolist(), counts.tolist()))
    return Agreement(
        examples=len(expected),
        agreeing=len(expected) - len(differences),
        step_counts=step_counts,
        differences=differences,
        explanation=" ".join(_explained(step_counts, differences, len(expected), export.same_integers, floats)),
    )


def _explained(
    step_counts: dict[int, int], differences: tuple[Difference, ...], examples: int, same_integers: bool, floats: bool
) -> list[str]:
    outputs, same = sum(step_counts.values()), step_counts.get(0, 0)
    if same == outputs:
        sentences = [
            f"All {outputs:,} outputs are {'within half a step of' if floats else 'the same as'} the .tflite's."
        ]
    else:
        if same_integers:
            why = "both compute the same integers, so that this is rounding: a step in one layer, widened by later ones"
        elif floats:
            why = "both compute in floating point, which rounds differently in another order or precision"
        else:
            why = "it computes in floating point what the .tflite rounds to whole steps after each layer"
        most = f"by at most {_times(max(step_counts), 'step')}"
        sentences = [f"{outputs - same:,} of {outputs:,} outputs differ from the .tflite's, {most}: {why}."]
    if floats:
        sentences.append(f"The .tflite gives floats: a step is a {_STEPS_OF_FLOATS}th of what they span here.")
    errors = sum(not difference.tie for difference in differences)
    if errors:
        sentences.append(
            f"The first class differs on {_times(errors, 'example')} that no tie explains: use the .tflite itself, "
            "or find out why."
        )
    elif differences:
        sentences.append(
            f"The first class differs on {_times(len(differences), 'example')}, where the .tflite has both within "
            f"{TIE_STEPS} steps: ties, not errors."
        )
    else:
        sentences.append("The first class is the same on every example.")
    if examples < _ENOUGH:
        sentences.append(f"These are {_times(examples, 'example')}; {_ENOUGH} or more are needed to rely on it.")
    return sentences


def _times(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
