"""LiteRT's `benchmark_model` on an Android phone: pushed where it is missing, and the command line for one file."""

import tempfile
from pathlib import Path
from typing import Literal

from deploy.devices.adb_connection import AdbConnection
from deploy.devices.device import DeviceFailed
from deploy.tflite.flatbuffer import require_flatbuffer

Delegate = Literal["xnnpack", "gpu", "nnapi"]
DELEGATE_NAMES = {"xnnpack": "XNNPACK", "gpu": "GPU", "nnapi": "NNAPI"}
_FOLDER = "/data/local/tmp/potstill"
_FLAGS = {
    "xnnpack": ["--use_xnnpack=true"],
    "gpu": ["--use_gpu=true", "--use_xnnpack=false"],
    "nnapi": ["--use_nnapi=true", "--use_xnnpack=false"],
}


class BenchmarkTool:
    """The tool on one phone. Its methods raise `DeviceFailed`."""

    def __init__(self, phone: AdbConnection, *, local: Path | None, delegate: Delegate, threads: int):
        """
        Args:
            local: the tool's file on this machine; None where the phone has it.
        """
        self._phone, self._local, self._delegate, self._threads = phone, local, delegate, threads

    def install(self) -> None:
        """Push the tool, unless the phone has a file of the same size."""
        if self._local is None:
            return
        size = self._local.stat().st_size if self._local.is_file() else None
        if size is None:
            raise DeviceFailed(f"{self._phone.name}: there is no {self._local}; give Android's benchmark_model")
        installed = self._phone.shell(f"stat -c %s {_FOLDER}/benchmark_model 2>/dev/null || true").strip()
        if installed != str(size):
            self._phone.shell(f"mkdir -p {_FOLDER}")
            self._phone.push(str(self._local), f"{_FOLDER}/benchmark_model")
            self._phone.shell(f"chmod 755 {_FOLDER}/benchmark_model")

    def version(self) -> str:
        """The digest of the tool's bytes, since the tool says no version."""
        printed = self._phone.shell(f"sha256sum {_FOLDER}/benchmark_model 2>/dev/null || true").split()
        if not printed:
            raise DeviceFailed(
                f"{self._phone.name}: {_FOLDER} on the phone has no benchmark_model; add the device with "
                "--benchmark-model and Android's file"
            )
        return f"sha256 {printed[0][:12]}"

    def push_model(self, model_bytes: bytes) -> None:
        """Push the file that `command` measures. Raises `FileRefused` for bytes that are no model."""
        require_flatbuffer(model_bytes)
        with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
            file.write(model_bytes)
            file.flush()
            self._phone.push(file.name, f"{_FOLDER}/model.tflite")

    def command(self, seconds: float) -> str:
        """The shell command that measures the pushed file for at least so many seconds."""
        options = [
            f"--graph={_FOLDER}/model.tflite",
            f"--num_threads={self._threads}",
            "--num_runs=50",
            f"--min_secs={seconds}",
            "--warmup_min_secs=0.1",
        ]
        return " ".join([f"{_FOLDER}/benchmark_model", *options, *_FLAGS[self._delegate]])
