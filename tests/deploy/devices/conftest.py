import pytest

from experiments.devices.calibrate import smallest_file


@pytest.fixture(scope="session")
def tiny_file() -> bytes:
    """A .tflite in milliseconds."""
    return smallest_file()
