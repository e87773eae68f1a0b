"""Check of a brought teacher against the data: number of classes, their order, and the range of the pixels.

A teacher that is run in the wrong range, or whose classes have another order, still answers; students would learn its
mistakes. Labelled examples expose both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from distill.brought.brought_teacher import BroughtTeacher
from distill.brought.reading import Reading, read_answers
from distill.brought.teacher_input import InputRange, TeacherInput, range_text
from distill.errors import TeacherRefused

# Least gain in accuracy for which another range counts as the right one, as a share of the examples.
_BETTER_RANGE = 0.1


@dataclass(frozen=True, kw_only=True)
class CheckReport:
    """The result of a check that a teacher passed."""

    accuracy: float
    """On the examples."""
    input_range: InputRange
    outputs: Literal["logits", "probabilities"]
    tried: dict[str, float]
    """Accuracy in each range that was tried, by `range_text`."""


def check_teacher(
    teacher: BroughtTeacher,
    pixels: np.ndarray,
    labels: np.ndarray,
    *,
    input_range: InputRange | None = None,
    class_order: Sequence[int] | None = None,
) -> tuple[BroughtTeacher, CheckReport]:
    """Run the teacher on labelled examples, and settle its input range, its outputs and their order.

    Args:
        pixels: uint8 (examples, height, width, channels); a few for each class are enough.
        labels: class numbers (examples,).
        input_range: values of its input for pixels 0 and 255; None, also in the teacher, tries the usual ones.
        class_order: the teacher's output for each class; None takes the teacher's setting.

    Raises:
        TeacherRefused: teacher and data do not fit; the message names a remedy.
    """
    input_range = teacher.input_range if input_range is None else input_range
    class_order = teacher.class_order if class_order is None else class_order
    labels = np.asarray(labels)
    if class_order is not None:
        class_order = tuple(int(output) for output in class_order)
        teacher.check_class_order(class_order)
    ranges = _ranges_to_try(teacher.takes, input_range)
    teacher = replace(teacher, class_order=class_order)
    readings = [read_answers(teacher, pixels, labels, candidate) for candidate in ranges]
    best = max(readings, key=lambda reading: (reading.finite, reading.best_accuracy, -reading.cross_entropy))

    if class_order is None and teacher.outputs != teacher.classes:
        raise TeacherRefused(_wrong_count(teacher, best))
    chosen = best if input_range is None else readings[0]
    if best.best_accuracy - chosen.best_accuracy >= _BETTER_RANGE:
        raise TeacherRefused(
            f"in the input range {range_text(chosen.input_range)} that was given, the teacher is right on "
            f"{chosen.best_accuracy:.1%} of {len(labels)} examples, but on {best.best_accuracy:.1%} in the range "
            f"{range_text(best.input_range)}: try --teacher.input-range {range_text(best.input_range)}"
        )
    if not chosen.finite:
        raise TeacherRefused(
            f"in the input range {range_text(chosen.input_range)} not all of the teacher's answers are finite numbers; "
            "look at its weights, and whether float16 is too narrow for it"
        )
    if chosen.misordered:
        raise TeacherRefused(
            f"the teacher's classes stand in another order than the data's: it is right on {chosen.accuracy:.1%} of "
            f"{len(labels)} examples as it is, and on {chosen.order_accuracy:.1%} with {_order_text(chosen.order)}"
        )
    chance = np.bincount(labels).max() / len(labels)
    needed = chance + max(0.05, 3 * np.sqrt(chance * (1 - chance) / len(labels)))
    if chosen.accuracy < needed:
        raise TeacherRefused(
            f"the teacher is right on {chosen.accuracy:.1%} of {len(labels)} examples; guessing the commonest class "
            f"gives {chance:.1%}, and {needed:.1%} is the least that tells of knowledge. Tried the input ranges "
            f"{', '.join(range_text(reading.input_range) for reading in readings)}. Look at its weights, its classes "
            "and how its pixels were prepared"
        )
    report = CheckReport(
        accuracy=chosen.accuracy,
        input_range=chosen.input_range,
        outputs="probabilities" if chosen.teacher.probabilities else "logits",
        tried={range_text(reading.input_range): reading.accuracy for reading in readings},
    )
    return chosen.teacher, report


def _ranges_to_try(takes: TeacherInput, input_range: InputRange | None) -> tuple[InputRange, ...]:
    """The usual ranges of an input; a range that is set comes first."""
    usual = takes.usual_ranges()
    if input_range is None:
        return usual
    if not isinstance(input_range, str):
        input_range = cast(tuple[float, float], tuple(float(end) for end in input_range))
    try:
        takes.check_range(input_range)
    except ValueError as error:
        raise TeacherRefused(f"--teacher.input-range: {error}") from error
    return (input_range, *(other for other in usual if other != input_range))


def _wrong_count(teacher: BroughtTeacher, best: Reading) -> str:
    message = f"the teacher has {teacher.outputs} outputs, the data have {teacher.classes} classes"
    if teacher.outputs < teacher.classes:
        return f"{message}: it cannot tell all of them apart; train a teacher on these classes"
    message += ": say which output stands for each class, in order, by --teacher.class-order"
    if best.order_accuracy >= 0.5:
        message += f"; right on {best.order_accuracy:.1%} of the examples is {_order_text(best.order)}"
    return message


def _order_text(order: tuple[int, ...]) -> str:
    return f"--teacher.class-order {' '.join(map(str, order))}"
