"""The base of the refusals of deploy/, and those that several of its rooms raise."""


class DeployError(Exception):
    """Base of every refusal of deploy/: input that cannot be used, or a device or tool that fails."""


class FileRefused(DeployError, ValueError):
    """The bytes are not a .tflite that Potstill can run; the message says why."""


class ExportRefused(DeployError, ValueError):
    """A format that cannot express the model, or whose package is missing; the message says what, and what to try."""
