"""What a proof tells beside its checks."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Parity:
    """How a file's outputs compare with those of the Keras model it was converted from."""

    agreement: float
    """Share of examples with the same top class."""
    agreement_or_tie: float
    """Share of examples with the same top class, or with one that the Keras model has within TIE_STEPS of its top."""
    mean_error_steps: float
    max_error_steps: float
    """In steps of the file's int8 output."""


@dataclass(frozen=True, kw_only=True)
class LayerNoise:
    """One operator's output in the file, against what the Keras model has there."""

    operator: str
    layer: str
    """The layer of the Keras model whose output comes nearest."""
    signal_to_noise_db: float
    """Ten times the logarithm of the signal's power over the power of the difference; 20 is an error of a tenth."""


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """Accuracy on one kind of changed test pictures."""

    change: str
    file_accuracy: float
    float_accuracy: float
    """Of the float model, on the same pictures."""
