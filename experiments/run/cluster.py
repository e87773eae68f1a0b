"""A Ray cluster: finding it, counting the workers that it has room for, and connecting to it."""

import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from deploy.tflite.native_log import silenced
from experiments.errors import UserError

LOCAL = "local"
"""Address of a cluster of this machine alone, which ends with the run."""

_ANSWER_SECONDS = 20
_HINT = (
    "`ray start --head` starts one on its first machine, `ray start --address HOST:6379` takes this machine into it; "
    "--cluster local needs none"
)
# In a process of its own: Ray waits minutes for a cluster that does not answer, logs all the while, and then exits.
_PROBE = """
import json, sys, ray
try:
    ray.init(sys.argv[1], log_to_driver=False, logging_level="ERROR")
    print(json.dumps({"resources": ray.cluster_resources()}))
except Exception as error:
    print(json.dumps({"error": str(error)}))
"""

# In a session of its own: a signal to our group would end Ray first, and Ray would end us on the spot. It sees by the
# end of its input that we are gone, however that came.
_LOCAL = """
import sys, ray
options = dict(include_dashboard=False, log_to_driver=False, logging_level="CRITICAL")
context = ray.init("local", num_cpus=int(sys.argv[1]), num_gpus=int(sys.argv[2]), **options)
print(context.address_info["gcs_address"], flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A cluster that trials are trained on, and the number of workers."""

    address: str
    """`local`, `auto` or HOST:PORT."""
    workers: int
    cpus: int
    gpus: int
    """One to a worker; where there are none, a worker has a CPU."""

    def __post_init__(self):
        kind, there = ("GPUs", self.gpus) if self.gpus else ("CPUs", self.cpus)
        if self.workers > there:
            raise UserError(
                f"--workers is {self.workers}, and the cluster has {there} {kind}, one to a worker: "
                f"give {there} or less"
            )


def find_cluster(address: str, workers: int | None) -> Cluster:
    """The cluster at an address; starts nothing and keeps no connection.

    Args:
        address: `local`, `auto` or HOST:PORT.
        workers: as many as wanted; None is one for each GPU, or else for each CPU.

    Raises:
        UserError: Ray is not installed, nothing answers, or there are fewer GPUs or CPUs than workers wanted.
    """
    if find_spec("ray") is None:
        raise UserError("--cluster needs Ray, which is not installed: pip install 'potstill[cluster]'")
    cpus, gpus = _here() if address == LOCAL else _at(address)
    return Cluster(address=address, workers=workers or gpus or cpus, cpus=cpus, gpus=gpus)


@contextlib.contextmanager
def connected(cluster: Cluster) -> Iterator[None]:
    """Connect to the cluster for a block; a local one is started for it. Ray must not be imported before."""
    with _started(cluster) if cluster.address == LOCAL else contextlib.nullcontext(cluster.address) as address:
        # Ray reads what was set as it is imported.
        import ray

        handler = signal.getsignal(signal.SIGTERM)
        try:
            with silenced():
                ray.init(address, log_to_driver=False, logging_level=logging.CRITICAL)
            # Ray has replaced it by its own.
            signal.signal(signal.SIGTERM, handler)
            # Where a node dies Ray prints pages; `ray_pool` reports each trial that is lost.
            with open(os.devnull, "w") as sink, contextlib.redirect_stdout(sink):
                yield
        finally:
            with silenced():
                ray.shutdown()


@contextlib.contextmanager
def _started(cluster: Cluster) -> Iterator[str]:
    """The address of a cluster on this machine, which nobody else may use."""
    os.environ.setdefault("RAY_AUTH_MODE", "token")
    # Otherwise Ray writes one to the user's home, and their next cluster asks for it.
    os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    command = [sys.executable, "-c", _LOCAL, str(cluster.cpus), str(cluster.gpus)]
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        ) as process,
    ):
        assert process.stdout is not None, "a pipe was asked for"
        address = process.stdout.readline().strip()
        if not address:
            log.seek(0)
            raise UserError(f"Ray does not start on this machine: {(log.read().splitlines() or ['no word why'])[-1]}")
        yield address


def _here() -> tuple[int, int]:
    import tensorflow as tf

    return len(os.sched_getaffinity(0)), len(tf.config.list_physical_devices("GPU"))


def _at(address: str) -> tuple[int, int]:
    if address != "auto":
        _require_listener(address)
    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE, address], capture_output=True, text=True, timeout=_ANSWER_SECONDS
        )
        log, answer = done.stderr, json.loads(done.stdout or "{}")
    except subprocess.TimeoutExpired as error:
        log, answer = (error.stderr or b"").decode(errors="replace"), {}
    if "resources" in answer:
        resources = answer["resources"]
        return int(resources.get("CPU", 0)), int(resources.get("GPU", 0))
    if "InvalidAuthToken" in log or "uthentication token" in answer.get("error", ""):
        raise UserError(
            f"the Ray cluster at {address} wants a token: set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN to the one that "
            "it was started with"
        )
    detail = f": {answer['error'].splitlines()[0]}" if answer.get("error") else f" within {_ANSWER_SECONDS} seconds"
    raise UserError(f"no Ray cluster answers at {address}{detail}. {_HINT}")


def _require_listener(address: str) -> None:
    host, _, port = address.rpartition(":")
    if "/" in address or not host or not port.isdecimal():
        raise UserError(
            f"--cluster is {address}: it must be HOST:PORT of a cluster that this machine is a node of, auto or local"
        )
    try:
        socket.create_connection((host, int(port)), timeout=_ANSWER_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise UserError(f"no Ray cluster answers at {address}: {error}. {_HINT}") from error
