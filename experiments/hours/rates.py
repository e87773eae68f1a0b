"""The speeds of this machine that a plan is made from."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Measured speeds; None is something that the run does not do."""

    student_images_per_s: float
    """Training of a typical student."""
    quantized_images_per_s: float
    """Quantization-aware training of it."""
    teacher_images_per_s: float | None = None
    """Training of a teacher."""
    bank_rows_per_s: float | None = None
    """Inference of the teacher, as it fills its bank."""
    start_s: float
    """Building and tracing of one training."""
    file_s: float
    """Conversion and proof of one file."""
