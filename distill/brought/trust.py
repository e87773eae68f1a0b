"""Looking into a Keras file without loading it: what would run code if it were loaded.

A Keras file names Python classes and functions, and may carry Python bytecode; loading it imports, calls and runs them.
Only names that are known to be harmless pass here. A list of the harmful ones would fail open, as Keras's own safe mode
did (CVE-2025-1550, CVE-2025-8747): Keras and TensorFlow have public functions that fetch, overwrite and delete files,
and tf_keras imports whatever module a file names.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from distill.errors import TeacherRefused

_LAYERS = """
    Activation ActivityRegularization AdaptiveAveragePooling2D AdaptiveMaxPooling2D Add AdditiveAttention AlphaDropout
    Attention Average AveragePooling1D AveragePooling2D BatchNormalization CenterCrop Concatenate Conv1D Conv2D
    Conv2DTranspose Cropping2D Dense DepthwiseConv1D DepthwiseConv2D Dot Dropout ELU EinsumDense Embedding Flatten
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D
    GroupNormalization Identity InputLayer LayerNormalization LayerScale LeakyReLU Masking MaxPooling1D MaxPooling2D
    Maximum Minimum MultiHeadAttention Multiply Normalization PReLU Permute RMSNormalization RandomBrightness
    RandomContrast RandomCrop RandomFlip RandomHeight RandomRotation RandomTranslation RandomWidth RandomZoom ReLU
    RepeatVector Rescaling Reshape Resizing SeparableConv1D SeparableConv2D Softmax SpatialDropout1D SpatialDropout2D
    SpectralNormalization StochasticDepth Subtract SyncBatchNormalization ThresholdedReLU UnitNormalization UpSampling2D
    ZeroPadding2D Functional Model Sequential
"""
_PARTS_OF_LAYERS = """
    Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity IdentityInitializer LecunNormal LecunUniform Ones
    Orthogonal OrthogonalInitializer RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros
    L1 L2 L1L2 OrthogonalRegularizer MaxNorm MinMaxNorm NonNeg RadialConstraint UnitNorm
    DTypePolicy FloatDTypePolicy Policy SeedGenerator
"""
# A model inside the model keeps how it was compiled.
_TRAINING = """
    Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion Nadam RMSprop SGD
    CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay PiecewiseConstantDecay PolynomialDecay
    BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy KLDivergence MeanSquaredError
    Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy
    SparseTopKCategoricalAccuracy Mean
"""
_VALUES = "__tensor__ __numpy__ __bytes__ __slice__ __keras_tensor__ __ellipsis__ __tuple__ TensorShape"
_FUNCTIONS = """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus squareplus swish
    tanh tanh_shrink threshold
"""
# tf_keras keeps TensorFlow functions by public name, and finds io.gfile.rmtree as readily as math.add.
_OP_GROUPS = ("math", "nn", "linalg", "image", "signal", "__operators__")
_OPS = """
    abs add broadcast_to cast clip_by_value concat einsum exp expand_dims gather identity matmul maximum minimum
    multiply ones_like pad pow repeat reshape reverse roll shape sigmoid slice split sqrt square squeeze stack
    stop_gradient strided_slice subtract tanh tensordot tile transpose unstack where zeros_like
"""
# Keras 3 keeps its operations by class.
_OP_MODULES = frozenset(f"keras.src.ops.{module}" for module in ("core", "image", "linalg", "math", "nn", "numpy"))


@dataclass(frozen=True, kw_only=True)
class KerasFile:
    """What a Keras file says of itself."""

    keras_version: str
    """Of the Keras that wrote it; "2" where it does not say."""
    keras_3: bool
    """Whether Keras 3 reads it; tf_keras reads what is older."""
    suspects: tuple[str, ...]
    """What would run code that Keras does not ship, or that is not known to be harmless; empty is safe to load."""


def look_into(path: Path) -> KerasFile:
    """Read version and configuration of a .keras or .h5 file; nothing in it is imported, called or run.

    Raises:
        TeacherRefused: the file is damaged, is no such file, or holds weights alone.
    """
    try:
        version, config = _zipped(path) if path.suffix == ".keras" else _hdf5(path)
        major = int(version.split(".")[0])
        # The loader is told not to compile, so what is said of that for the whole model is never looked at.
        looked_at = {key: value for key, value in config.items() if key != "compile_config"}
        return KerasFile(
            keras_version=version, keras_3=major >= 3, suspects=tuple(dict.fromkeys(_suspects(looked_at, "")))
        )
    except TeacherRefused:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile) as error:
        raise TeacherRefused(
            f"{path} cannot be read as a Keras {path.suffix} file ({type(error).__name__}: {str(error)[:200]}); "
            "it is damaged or cut short, or was renamed: save or copy it again"
        ) from error


def _zipped(path: Path) -> tuple[str, dict]:
    with zipfile.ZipFile(path) as archive:
        return str(json.loads(archive.read("metadata.json"))["keras_version"]), json.loads(archive.read("config.json"))


def _hdf5(path: Path) -> tuple[str, dict]:
    import h5py

    def text(value) -> str:
        return value.decode() if isinstance(value, bytes) else value

    with h5py.File(path, "r") as file:
        if "model_config" not in file.attrs:
            raise TeacherRefused(
                f"{path} holds weights alone; name a function that builds the model, as module:function or "
                "path/to/file.py:function, and give this file as --teacher.weights"
            )
        return text(file.attrs.get("keras_version", "2")), json.loads(text(file.attrs["model_config"]))


def _suspects(part, layer: str) -> Iterator[str]:
    """Every object in a configuration that is not known to be harmless, in words; `layer` is the one that we are in."""
    if isinstance(part, list):
        for item in part:
            yield from _suspects(item, layer)
    if not isinstance(part, dict):
        return
    if "class_name" in part:
        inner = part.get("config")
        if isinstance(inner, dict) and isinstance(inner.get("name"), str):
            layer = inner["name"]
        if not _harmless(part):
            yield _in_words(part, layer)
    for item in part.values():
        yield from _suspects(item, layer)


def _harmless(part: dict) -> bool:
    name, inner, module = part["class_name"], part.get("config"), part.get("module")
    if name in _VALUES.split():
        return True
    root = None if module is None else str(module).split(".")[0]
    # A registered name is looked up before the class name.
    registered = part.get("registered_name")
    if name == "function":
        known = inner in _FUNCTIONS.split() and registered in (None, name, inner)
        return known and root in (None, "builtins", "keras", "tf_keras")
    if registered not in (None, name):
        return False
    if module == "tensorflow.python.ops.init_ops_v2":  # EfficientNetV2 of tf_keras has such a one.
        return name in _PARTS_OF_LAYERS.split()
    if root not in (None, "keras", "tf_keras"):
        return False
    if name in ("TFOpLambda", "SlicingOpLambda"):
        function = str(inner.get("function")).removeprefix("compat.v1.")
        return function in _OPS.split() or (function.count(".") == 1 and function.split(".")[0] in _OP_GROUPS)
    return name in (_LAYERS + _PARTS_OF_LAYERS + _TRAINING).split() or module in _OP_MODULES


def _in_words(part: dict, layer: str) -> str:
    name, inner, module = part["class_name"], part.get("config"), part.get("module")
    if name in ("Lambda", "__lambda__"):
        return f"Python code in the Lambda layer {layer!r}"
    if name == "function":
        return f"function {inner} of {module} in {layer!r}"
    if name in ("TFOpLambda", "SlicingOpLambda"):
        return f"TensorFlow function {inner.get('function')} in {layer!r}"
    return f"class {name}{f' of {module}' if module else ''} in {layer!r}"
