"""Evidence: measurements that a proof reports beside its checks."""

from dataclasses import dataclass

from deploy.devices.latency import Latency
from deploy.proof.parity import Parity


@dataclass(frozen=True, kw_only=True)
class LayerNoise:
    """One operator's output in the file, against that of its layer in the Keras model."""

    operator: str
    layer: str
    """The layer of the Keras model that the operator was made of."""
    signal_to_noise_db: float
    """Ten times the logarithm of the signal's power over the power of the difference; 20 is an error of a tenth."""


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """Accuracy on one kind of changed test pictures."""

    change: str
    file_accuracy: float
    float_accuracy: float
    """Of the float model, on the same pictures."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Measurements of one file, made where its Keras model and the device are at hand."""

    latency: Latency | None
    """None where the device could not measure it; the budget then holds against the prediction."""
    parity: Parity | None
    """None where the Keras model is not at hand."""
    layers: tuple[LayerNoise, ...] = ()
    """Noise against the Keras model, operator by operator; empty where that model is not at hand."""
    robustness: tuple[Robustness, ...] = ()
    """On changed test pictures, beside the float model; empty where that model is not at hand."""
    float_calibration_error: float | None = None
    """Expected calibration error of the float model on the test split, with the temperature of validation where that is
    larger; None where that model is not at hand."""
