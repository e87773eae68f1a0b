"""Teachers from ONNX files, such as PyTorch exports, run by ONNX Runtime."""

from pathlib import Path

import numpy as np

from distill.brought.external_data import onnx_external_files
from distill.brought.opened_model import OpenedModel, digest_of, named_outputs, short
from distill.errors import TeacherRefused


def open_onnx(path: Path, *, trust: bool, classes: int, features: tuple[str, ...]) -> OpenedModel:
    """Open an ONNX graph; it is data and runs no code, so `trust` changes nothing.

    Raises:
        TeacherRefused: ONNX Runtime or the onnx package is missing, or the file is damaged or no classifier of images.
    """
    try:
        import onnxruntime
    except ImportError as error:
        raise TeacherRefused("a teacher in ONNX needs ONNX Runtime: pip install 'potstill[onnx]'") from error
    content = path.read_bytes()
    try:
        files = [path.parent / name for name in onnx_external_files(content)]
    except TeacherRefused as error:
        raise TeacherRefused(f"{path}: {error}") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # Errors are raised as well.
    present = onnxruntime.get_available_providers()
    providers = [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in present]
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=providers)
        digest = digest_of([("", content), *((file.name, file.read_bytes()) for file in files)])
    except Exception as error:
        raise TeacherRefused(f"{path} cannot be loaded by ONNX Runtime: {short(error)}") from error
    inputs = {node.name: node for node in session.get_inputs()}
    if len(inputs) != 1:
        raise TeacherRefused(f"{path} has the inputs {', '.join(inputs)}; allowed is one, of images: export it so")
    shapes = {node.name: node.shape for node in session.get_outputs()}
    names = named_outputs(str(path), shapes, classes, features)
    (image,) = inputs.values()
    dtype = str(image.type)
    kinds = {"tensor(float)": "float32", "tensor(double)": "float64"}

    def run(images: np.ndarray) -> dict[str, np.ndarray]:
        answers = session.run(list(names.values()), {image.name: images})
        return {name: np.asarray(answer) for name, answer in zip(names, answers)}

    return OpenedModel(
        kind=f"ONNX on {session.get_providers()[0].removesuffix('ExecutionProvider')}",
        digest=digest,
        dims=tuple(size if isinstance(size, int) else None for size in image.shape),
        dtype=kinds.get(dtype, dtype.removeprefix("tensor(").removesuffix(")")),
        run=run,
        channels_first=True,
    )
