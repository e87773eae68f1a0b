"""The errors of experiments/: the one that the user can fix, and the base of all."""


class ExperimentsError(Exception):
    """Base of every error that experiments/ raises on purpose."""


class UserError(ExperimentsError):
    """Its message names the value, what is allowed and what to try. The command line shows no traceback."""
