"""A teacher bank with the settings by which a student learns from it."""

from dataclasses import dataclass

from distill.bank.teacher_bank import TeacherBank
from distill.distillation import Distillation


@dataclass(frozen=True, kw_only=True, eq=False)
class Teaching:
    """The teacher's part in a training."""

    bank: TeacherBank
    """The teacher's outputs for the examples and views of the training."""
    distillation: Distillation
