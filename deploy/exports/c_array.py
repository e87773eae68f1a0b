"""The C++ array of a file, run in LiteRT for Microcontrollers on the bundle's known answers."""

import importlib.metadata

from deploy.bundle.bundle import Bundle
from deploy.exports.export import Export
from deploy.integration.model_array import ESP_NOTE, array_files, reserved_bytes
from deploy.tflite import micro, micro_needs


def exported(bundle: Bundle) -> Export:
    """Header and source, run on the known answers. Raises `ExportRefused`."""
    micro_needs.registrations(bundle.model_bytes)
    arena, outputs = micro.run(bundle.model_bytes, bundle.preprocessing.inputs(bundle.answers.pixels))
    reserved = reserved_bytes(bundle.model_bytes, arena)
    return Export(
        files=array_files(bundle.model_bytes, arena, measured=True),
        ran_in=f"LiteRT for Microcontrollers {importlib.metadata.version('tflite-micro')}, reference kernels",
        outputs=outputs,
        same_integers=True,
        notes=(f"{arena.total} bytes of arena were allocated, {reserved} are reserved. {ESP_NOTE}",),
        figures={"arena_bytes": arena.total, "reserved_arena_bytes": reserved},
    )
