"""Looking into a model file without loading it: what it would run, and which other files it reads.

A Keras file names Python classes and functions, and may carry Python bytecode; loading it imports, calls and runs them.
Only names that are known to be harmless pass here. A list of the harmful ones would fail open: Keras and TensorFlow
have public functions that fetch, overwrite and delete files (as CVE-2024-3660 and its successors used them). An ONNX
file is data, but may name other files for its weights.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

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
_CLASSES = frozenset((_LAYERS + _PARTS_OF_LAYERS + _TRAINING).split())
_VALUES = frozenset(
    "__tensor__ __numpy__ __bytes__ __slice__ __keras_tensor__ __ellipsis__ __tuple__ TensorShape".split()
)
_FUNCTIONS = frozenset(
    """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid
    log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus squareplus swish
    tanh tanh_shrink threshold
    """.split()
)
# tf_keras keeps TensorFlow functions by public name, and finds io.gfile.rmtree as readily as math.add.
_OP_GROUPS = ("math", "nn", "linalg", "image", "signal", "__operators__")
_OPS = frozenset(
    """
    add broadcast_to cast clip_by_value concat expand_dims gather identity maximum minimum multiply ones_like pad
    repeat reshape reverse roll shape slice split squeeze stack stop_gradient strided_slice subtract tile transpose
    unstack where zeros_like abs exp pow sqrt square tanh sigmoid matmul tensordot einsum
    """.split()
)
# Keras 3 keeps its operations by class.
_OP_MODULES = frozenset(f"keras.src.ops.{module}" for module in ("core", "image", "linalg", "math", "nn", "numpy"))


class TeacherRefused(ValueError):
    """A teacher that cannot or should not be used: the message says what was given, what is allowed, what to try."""


@dataclass(frozen=True, kw_only=True)
class KerasFile:
    """What a Keras file says of itself."""

    keras_version: str
    """Of the Keras that wrote it; "2" where it does not say."""
    suspects: tuple[str, ...]
    """What would run code that Keras does not ship, or that is not known to be harmless; empty is safe to load."""


def look_into(path: Path) -> KerasFile:
    """Read version and configuration of a .keras or .h5 file; nothing in it is imported, called or run.

    Raises:
        TeacherRefused: the file is damaged, is no such file, or holds weights alone.
    """
    try:
        version, config = _zipped(path) if path.suffix == ".keras" else _hdf5(path)
        # The loader is told not to compile, so what is said of that for the whole model is never looked at.
        looked_at = {key: value for key, value in config.items() if key != "compile_config"}
        return KerasFile(keras_version=version, suspects=tuple(dict.fromkeys(_suspects(looked_at, ""))))
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
    if name in _VALUES:
        return True
    root = None if module is None else str(module).split(".")[0]
    # A registered name is looked up before the class name.
    registered = part.get("registered_name")
    if name == "function":
        return root in (None, "builtins", "keras", "tf_keras") and inner in _FUNCTIONS and registered in (
            None, name, inner,
        )  # fmt: skip
    if root not in (None, "keras", "tf_keras") or registered not in (None, name):
        return False
    if name in ("TFOpLambda", "SlicingOpLambda"):
        function = str(inner.get("function")).removeprefix("compat.v1.")
        return function in _OPS or (function.count(".") == 1 and function.split(".")[0] in _OP_GROUPS)
    return name in _CLASSES or module in _OP_MODULES


def _in_words(part: dict, layer: str) -> str:
    name, inner, module = part["class_name"], part.get("config"), part.get("module")
    if name in ("Lambda", "__lambda__"):
        return f"Python code in the Lambda layer {layer!r}"
    if name == "function":
        return f"function {inner} of {module} in {layer!r}"
    if name in ("TFOpLambda", "SlicingOpLambda"):
        return f"TensorFlow function {inner.get('function')} in {layer!r}"
    return f"class {name}{f' of {module}' if module else ''} in {layer!r}"


# Which fields of an ONNX message hold messages that may name a file (onnx.proto of ONNX 1.23).
_ONNX = {
    "model": {7: "graph", 25: "function"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "function": {7: "node", 11: "attribute"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse tensor", 23: "sparse tensor"},
    "sparse tensor": {1: "tensor", 2: "tensor"},
    "tensor": {13: "entry"},
}


def onnx_external_files(content: bytes) -> tuple[str, ...]:
    """Names of the other files that an ONNX file keeps weights in, relative to its folder.

    Raises:
        TeacherRefused: the content is damaged, or names a file outside of the folder.
    """
    try:
        names = sorted(set(_locations(memoryview(content), "model")))
    except (ValueError, IndexError, UnicodeDecodeError, RecursionError) as error:
        raise TeacherRefused("this is no ONNX file, or a damaged one: export or copy it again") from error
    for name in names:
        outside = any(kind(name).is_absolute() or ".." in kind(name).parts for kind in (PurePosixPath, PureWindowsPath))
        if outside or not name:
            raise TeacherRefused(f"its weights are said to lie in {name!r}; allowed are files in its own folder")
    return tuple(names)


def _locations(message: memoryview, kind: str) -> Iterator[str]:
    if kind == "entry":
        entry = dict(_fields(message))
        if bytes(entry.get(1, b"")) == b"location":
            yield bytes(entry.get(2, b"")).decode()
        return
    for number, value in _fields(message):
        if number in _ONNX[kind]:
            yield from _locations(value, _ONNX[kind][number])


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview]]:
    """Number and bytes of each field of a protocol buffer message."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        start, wire = at, key & 7
        if wire == 0:
            _, end = _varint(message, at)
        elif wire == 2:
            size, start = _varint(message, at)
            end = start + size
        elif wire in (1, 5):
            end = at + (8 if wire == 1 else 4)
        else:
            raise ValueError(f"wire type {wire}")
        if end > len(message):
            raise ValueError("cut short")
        yield key >> 3, message[start:end]
        at = end


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
