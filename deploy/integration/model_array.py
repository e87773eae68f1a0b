"""A file as a C++ array, with the memory that LiteRT for Microcontrollers needs for it."""

import math

from deploy.digests import sha256_of
from deploy.integration.rendering import rendered
from deploy.tflite import micro, micro_needs

_BYTES_A_LINE = 20
_ROUNDED_TO = 1024
ESP_NOTE = "Kernels such as ESP-NN's may need more: arena_used_bytes() of your build tells what was used."


def model_data(model_bytes: bytes) -> dict[str, bytes]:
    """Header and source; the arena is estimated where the interpreter is not installed. Raises `ExportRefused`."""
    micro_needs.registrations(model_bytes)
    try:
        return array_files(model_bytes, micro.arena_of(model_bytes), measured=True)
    except micro.MicroMissing:
        return array_files(model_bytes, micro_needs.estimated_arena(model_bytes), measured=False)


def array_files(model_bytes: bytes, arena: micro.Arena, *, measured: bool) -> dict[str, bytes]:
    """Header and source, with the arena that was measured, or estimated, for the file."""
    scratch = micro_needs.scratch_bytes(model_bytes)
    if measured:
        notes = [f"The interpreter allocated {arena.total} bytes with its reference kernels and pointers of 8 bytes."]
    else:
        notes = [f"ESTIMATED from the tensors' sizes, not measured: at most {arena.total} bytes are expected."]
    notes += [f"CMSIS-NN's convolutions ask for up to {scratch} more. The sum is rounded up to whole KiB.", ESP_NOTE]
    lines = [model_bytes[start : start + _BYTES_A_LINE] for start in range(0, len(model_bytes), _BYTES_A_LINE)]
    return {
        "model_data.h": rendered(
            "micro/model_data.h",
            digest=sha256_of(model_bytes),
            size=len(model_bytes),
            notes=notes,
            arena=reserved_bytes(model_bytes, arena),
            operators=list(micro_needs.registrations(model_bytes)),
        ),
        "model_data.cc": rendered("micro/model_data.cc", bytes=[", ".join(map(str, line)) for line in lines]),
    }


def reserved_bytes(model_bytes: bytes, arena: micro.Arena) -> int:
    """Bytes for the arena with room for the scratch memory of optimized kernels."""
    wanted = arena.total + micro_needs.scratch_bytes(model_bytes)
    return math.ceil(wanted / _ROUNDED_TO) * _ROUNDED_TO
