"""The base of the refusals of distill/, and the one that several of its rooms raise."""


class DistillError(Exception):
    """Base of every refusal of distill/: a teacher or a training that cannot be used."""


class TeacherRefused(DistillError, ValueError):
    """A teacher that cannot or should not be used: the message says what was given, what is allowed, what to try."""
