"""The refusals and failures of the search."""


class SearchError(Exception):
    """Base class of all exceptions that this package raises on purpose."""
