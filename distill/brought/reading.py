"""A brought teacher's answers on labelled examples, in one input range: accuracy, order of the classes, loss."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from distill.brought.brought_teacher import BroughtTeacher
from distill.brought.teacher_input import InputRange

# Least gain in accuracy for which another order counts as the right one, as a share of the examples.
_BETTER_ORDER = 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """The answers in one input range, compared with the labels."""

    input_range: InputRange
    teacher: BroughtTeacher
    """The teacher with this range, its outputs settled."""
    accuracy: float
    order: tuple[int, ...]
    """The best matching of outputs to classes: an output for each class."""
    order_accuracy: float
    misordered: bool
    """True where that order is clearly right, and the present one is not."""
    cross_entropy: float
    """Mean against the labels, in nats."""
    finite: bool
    """True where all answers are finite numbers."""

    @property
    def best_accuracy(self) -> float:
        """The accuracy in the better order, where the present one is clearly wrong."""
        return self.order_accuracy if self.misordered else self.accuracy


def read_answers(teacher: BroughtTeacher, pixels: np.ndarray, labels: np.ndarray, input_range: InputRange) -> Reading:
    """Run the teacher on labelled examples, as `check_teacher` takes them, with its pixels in a range."""
    answers = teacher.raw(pixels, input_range)["logits"]
    finite = bool(np.isfinite(answers).all())
    if not finite:
        # One range may overflow where another is the right one.
        answers = np.zeros_like(answers)
    # Over all outputs, before any are picked: ten of a thousand probabilities sum to anything.
    probabilities = answers.min() >= 0 and answers.max() <= 1 and np.abs(answers.sum(axis=1) - 1).max() <= 1e-3
    settled = replace(teacher, input_range=input_range, probabilities=bool(probabilities))
    columns = np.arange(teacher.outputs) if teacher.class_order is None else np.array(teacher.class_order)
    logits = settled.as_logits(answers)
    right = logits.argmax(axis=1) == labels
    order, right_in_order, moved = tuple(range(teacher.classes)), right, np.zeros_like(right)
    if teacher.classes <= len(columns):
        matching = _best_matching(logits, labels, teacher.classes)
        order = tuple(int(output) for output in columns[matching])
        right_in_order = logits[:, matching].argmax(axis=1) == labels
        moved = (matching != np.arange(teacher.classes))[labels]
    gain = right_in_order.mean() - right.mean()
    # Two of ten classes, swapped, cost less than _BETTER_ORDER, but then are almost never right as they are.
    swapped = moved.sum() >= 20 and right[moved].mean() <= 0.1 and right_in_order[moved].mean() >= 0.5
    scores = logits - logits.max(axis=1, keepdims=True)
    label_scores = scores[np.arange(len(labels)), np.minimum(labels, len(columns) - 1)]
    return Reading(
        input_range=input_range,
        teacher=settled,
        accuracy=float(right.mean()),
        order=order,
        order_accuracy=float(right_in_order.mean()),
        misordered=bool(right_in_order.mean() >= 0.5 and (gain >= _BETTER_ORDER or swapped)),
        cross_entropy=float(np.mean(np.log(np.exp(scores).sum(axis=1)) - label_scores)),
        finite=finite,
    )


def _best_matching(logits: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """The output for each class (classes,) that makes the most examples right."""
    confusion = np.zeros((classes, logits.shape[1]))
    np.add.at(confusion, (labels, logits.argmax(axis=1)), 1)
    # Classes without an example keep their output: half an example, shared out, breaks ties and no more.
    np.fill_diagonal(confusion, confusion.diagonal() + 0.5 / classes)
    return linear_sum_assignment(confusion, maximize=True)[1]
