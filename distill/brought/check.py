"""Whether a brought teacher and the data fit: number of classes, their order, and the range of the pixels.

A teacher that is asked in the wrong range, or whose classes stand in another order, still answers; students would
learn its mistakes. Labelled examples tell.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from distill.brought.open_teacher import BroughtTeacher
from distill.brought.teacher_input import InputRange, range_text
from distill.errors import TeacherRefused

# How much more accurate another range or order must be before ours is called wrong, in shares of the examples.
_BETTER_RANGE, _BETTER_ORDER = 0.1, 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class _Reading:
    """What the answers in one range are worth."""

    input_range: InputRange
    teacher: BroughtTeacher
    """The teacher, settled so."""
    accuracy: float
    order: tuple[int, ...]
    """The teacher's outputs that fit the classes best, one each."""
    order_accuracy: float
    misordered: bool
    """Whether that order is plainly the right one, and ours is not."""
    doubt: float
    """Mean cross-entropy against the labels, in nats."""
    finite: bool
    """Whether all answers are numbers."""

    @property
    def worth(self) -> float:
        """Accuracy, as it would be in the right order if ours is plainly wrong."""
        return self.order_accuracy if self.misordered else self.accuracy


def check_teacher(
    teacher: BroughtTeacher,
    pixels: np.ndarray,
    labels: np.ndarray,
    *,
    input_range: InputRange | None = None,
    class_order: tuple[int, ...] | None = None,
) -> tuple[BroughtTeacher, dict]:
    """Ask the teacher of labelled examples, and settle how it is to be asked from now on.

    Args:
        pixels: uint8 (examples, height, width, channels); a few for each class are enough.
        labels: class numbers (examples,).
        input_range: what the teacher takes for pixels of 0 and 255; None, also in the teacher, tries the usual ones.
        class_order: the teacher's output for each class; None takes the teacher's own setting.

    Returns:
        The teacher with range, order and kind of outputs settled; and a report: "accuracy" on the examples,
        "input_range", "outputs" ("logits" or "probabilities"), and "tried", the accuracy in each range that was tried.

    Raises:
        TeacherRefused: a mismatch, with what would mend it.
    """
    input_range = teacher.input_range if input_range is None else input_range
    class_order = teacher.class_order if class_order is None else class_order
    labels = np.asarray(labels)
    ranges = teacher.takes.usual_ranges()
    if class_order is not None:
        class_order = tuple(int(output) for output in class_order)
        teacher.check_class_order(class_order)
    if input_range is not None:
        input_range = input_range if isinstance(input_range, str) else tuple(float(end) for end in input_range)
        try:
            teacher.takes.check_range(input_range)
        except ValueError as error:
            raise TeacherRefused(f"--teacher.input-range: {error}") from error
        ranges = (input_range, *(usual for usual in ranges if usual != input_range))
    teacher = replace(teacher, class_order=class_order)
    readings = [_reading(teacher, pixels, labels, tried) for tried in ranges]
    best = max(readings, key=lambda reading: (reading.finite, reading.worth, -reading.doubt))

    if class_order is None and teacher.outputs != teacher.classes:
        raise TeacherRefused(_wrong_count(teacher, best))
    own = best
    if input_range is not None:
        own = readings[0]
        if best.worth - own.worth >= _BETTER_RANGE:
            raise TeacherRefused(
                f"in the input range {range_text(own.input_range)} that was given, the teacher is right on "
                f"{own.worth:.1%} of {len(labels)} examples, but on {best.worth:.1%} in the range "
                f"{range_text(best.input_range)}: try --teacher.input-range {range_text(best.input_range)}"
            )
    if not own.finite:
        raise TeacherRefused(
            f"in the input range {range_text(own.input_range)} not all of the teacher's answers are finite numbers; "
            "look at its weights, and whether float16 is too narrow for it"
        )
    if own.misordered:
        raise TeacherRefused(
            f"the teacher's classes stand in another order than the data's: it is right on {own.accuracy:.1%} of "
            f"{len(labels)} examples as it is, and on {own.order_accuracy:.1%} with {_order_text(own.order)}"
        )
    chance = np.bincount(labels).max() / len(labels)
    needed = chance + max(0.05, 3 * np.sqrt(chance * (1 - chance) / len(labels)))
    if own.accuracy < needed:
        raise TeacherRefused(
            f"the teacher is right on {own.accuracy:.1%} of {len(labels)} examples; guessing the commonest class gives "
            f"{chance:.1%}, and {needed:.1%} is the least that tells of knowledge. Tried the input ranges "
            f"{', '.join(range_text(reading.input_range) for reading in readings)}. Look at its weights, its classes "
            "and how its pixels were prepared"
        )
    report = {
        "accuracy": own.accuracy,
        "input_range": own.input_range,
        "outputs": "probabilities" if own.teacher.probabilities else "logits",
        "tried": {range_text(reading.input_range): reading.accuracy for reading in readings},
    }
    return own.teacher, report


def _reading(teacher: BroughtTeacher, pixels: np.ndarray, labels: np.ndarray, input_range: InputRange) -> _Reading:
    answers = teacher.raw(pixels, input_range)["logits"]
    finite = bool(np.isfinite(answers).all())
    if not finite:
        # One range may overflow where another is the right one.
        answers = np.zeros_like(answers)
    # Over all outputs, before any are picked: ten of a thousand probabilities sum to anything.
    whole = answers.min() >= 0 and answers.max() <= 1 and np.abs(answers.sum(axis=1) - 1).max() <= 1e-3
    settled = replace(teacher, input_range=input_range, probabilities=bool(whole))
    columns = np.arange(teacher.outputs) if teacher.class_order is None else np.array(teacher.class_order)
    logits = settled.as_logits(answers)
    right = logits.argmax(axis=1) == labels
    order, right_in_order, moved = tuple(range(teacher.classes)), right, np.zeros_like(right)
    if teacher.classes <= len(columns):
        confusion = np.zeros((teacher.classes, len(columns)))
        np.add.at(confusion, (labels, logits.argmax(axis=1)), 1)
        # Classes without an example stay where they are: half an example, shared out, breaks ties and no more.
        np.fill_diagonal(confusion, confusion.diagonal() + 0.5 / teacher.classes)
        fitting = linear_sum_assignment(confusion, maximize=True)[1]
        order = tuple(int(output) for output in columns[fitting])
        right_in_order = logits[:, fitting].argmax(axis=1) == labels
        moved = (fitting != np.arange(teacher.classes))[labels]
    gain = right_in_order.mean() - right.mean()
    # Two of ten classes, swapped, cost less than _BETTER_ORDER, but then are almost never right as they are.
    swapped = moved.sum() >= 20 and right[moved].mean() <= 0.1 and right_in_order[moved].mean() >= 0.5
    scores = logits - logits.max(axis=1, keepdims=True)
    own_score = scores[np.arange(len(labels)), np.minimum(labels, len(columns) - 1)]
    return _Reading(
        input_range=input_range,
        teacher=settled,
        accuracy=float(right.mean()),
        order=order,
        order_accuracy=float(right_in_order.mean()),
        misordered=bool(right_in_order.mean() >= 0.5 and (gain >= _BETTER_ORDER or swapped)),
        doubt=float(np.mean(np.log(np.exp(scores).sum(axis=1)) - own_score)),
        finite=finite,
    )


def _wrong_count(teacher: BroughtTeacher, best: _Reading) -> str:
    message = f"the teacher has {teacher.outputs} outputs, the data have {teacher.classes} classes"
    if teacher.outputs < teacher.classes:
        return f"{message}: it cannot tell all of them apart; train a teacher on these classes"
    message += ": say which output stands for each class, in order, by --teacher.class-order"
    if best.order_accuracy >= 0.5:
        message += f"; right on {best.order_accuracy:.1%} of the examples is {_order_text(best.order)}"
    return message


def _order_text(order: tuple[int, ...]) -> str:
    return f"--teacher.class-order {' '.join(map(str, order))}"
