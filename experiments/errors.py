"""The error that the user can fix."""


class UserError(Exception):
    """Its message names the value, what is allowed and what to try. The command line shows no traceback."""
