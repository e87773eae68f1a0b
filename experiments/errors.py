"""The error that a user can mend."""


class UserError(Exception):
    """Says what was given, what is allowed and what to try. The command line shows it without a traceback."""
