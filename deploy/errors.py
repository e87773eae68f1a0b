"""Refusals of deploy/ that several of its rooms raise."""


class ExportRefused(ValueError):
    """A format that cannot express the model, or whose package is missing; the message says what, and what to try."""
