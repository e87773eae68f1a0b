"""GPUs of this machine: their names, the one that each worker has, and the one that the run's own process keeps to.

Memory growth is switched on in `experiments/__init__.py`, by the environment, for every process that imports it.
"""

import itertools
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Gpu:
    """A GPU that a run may use."""

    name: str
    """As CUDA_VISIBLE_DEVICES takes it."""
    model: str | None = None
    """None where nothing is said of it, as of all MIG instances but the first."""
    compute_capability: tuple[int, int] | None = None

    def __str__(self):
        capability = self.compute_capability
        return (
            f"{self.name}: {self.model or 'GPU'}"
            f"{'' if capability is None else f', compute capability {capability[0]}.{capability[1]}'}"
        )


def described_gpus() -> tuple[Gpu, ...]:
    """The visible GPUs with what TensorFlow says of them; nothing is started on them."""
    import tensorflow as tf

    devices = tf.config.list_physical_devices("GPU")
    details: list[dict[str, Any]] = [tf.config.experimental.get_device_details(device) for device in devices]
    return tuple(
        Gpu(name=name, model=detail.get("device_name"), compute_capability=detail.get("compute_capability"))
        for name, detail in zip(visible_gpus(), itertools.chain(details, itertools.repeat({})))
    )


def visible_gpus() -> tuple[str, ...]:
    """Names, as CUDA_VISIBLE_DEVICES takes them, of the GPUs that this process may use; nothing is started on them."""
    import tensorflow as tf

    return gpu_names(os.environ.get("CUDA_VISIBLE_DEVICES"), len(tf.config.list_physical_devices("GPU")))


def gpu_names(visible: str | None, count: int) -> tuple[str, ...]:
    """Names of the GPUs that a process sees.

    Args:
        visible: CUDA_VISIBLE_DEVICES: indices, UUIDs or MIG instances; None where it is not set.
        count: of the GPUs that TensorFlow lists. CUDA ends the list at the first name that it has no device for.
    """
    if visible is None:
        return tuple(str(number) for number in range(count))
    names = tuple(name.strip() for name in visible.split(","))
    # CUDA shows a process one MIG instance, the first, however many are named: each worker is shown another.
    if count and all(name.startswith("MIG-") for name in names):
        return names
    return names[:count]


def gpu_of_each(gpus: Sequence[str], workers: int) -> tuple[str, ...]:
    """The GPU of each worker, in turn; none where there are none. The first GPU, the run's own, has its turn last."""
    return tuple(gpus[number % len(gpus)] for number in range(1, workers + 1)) if gpus else ()


def default_workers(gpus: Sequence) -> int:
    """Students that are trained at once where nothing else is asked for: one for each GPU."""
    return max(1, len(gpus))


def keep_to_first_gpu(say: Callable[[str], None]) -> None:
    """Let this process use the first of the visible GPUs alone, which has the fewest workers.

    TensorFlow never gives memory back, and what one process holds its workers do not have. Too late where TensorFlow
    has begun to compute, as in a user's file that did so at its top: this is said, and nothing changed.
    """
    import tensorflow as tf

    physical = tf.config.list_physical_devices("GPU")
    if len(physical) < 2:
        return
    try:
        tf.config.set_visible_devices(physical[:1], "GPU")
    except RuntimeError:
        if tf.config.get_visible_devices("GPU") != physical[:1]:
            say(
                "TensorFlow computed before the run began, so that this process holds memory of all GPUs; a file of "
                "yours should create tensors in its functions, not at its top"
            )
