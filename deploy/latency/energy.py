"""Estimated energy of an inference, from MACs and moved bytes; a model, never a measurement."""

from collections.abc import Sequence

from deploy.tflite.operators import Operator

# Picojoules at 45 nm and 0.9 V (Horowitz 2014, "Computing's energy problem", figure 1.1.9): a multiplication and an
# addition, and a byte from an 8-byte access to a cache of 1 MB.
_MAC_PJ = {"int8": 0.2 + 0.1, "float16": 1.1 + 0.4, "float32": 3.7 + 0.9}
_BYTE_PJ = 100 / 8
MODEL = "MACs x 0.3 pJ (int8; float32 4.6 pJ) + bytes moved x 12.5 pJ (Horowitz 2014, 45 nm); no idle power, no DRAM"


def estimated_energy_uj(operators: Sequence[Operator]) -> float:
    """Microjoules of one inference by MODEL: good to compare files, not to promise a battery's life."""
    picojoules = sum(
        operator.macs * _MAC_PJ.get(operator.dtype, _MAC_PJ["float32"]) + operator.moved_bytes * _BYTE_PJ
        for operator in operators
    )
    return picojoules / 1e6
