"""Generated Kotlin, compiled against LiteRT's signatures and run on a desktop's Java.

The compiler is that of the package kotlin-jupyter-kernel; POTSTILL_KOTLIN_COMPILER says where its jar is.
"""

import os
import shutil
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deploy.bundle.picture import prepared
from deploy.bundle.text import text_pixels
from deploy.integration import kotlin
from deploy.latency.skeleton import skeleton
from experiments.data.spectrogram import log_mel_pixels
from search.walk import walk
from tests.deploy.integration.clips import CLIPS
from tests.deploy.integration.small_bundles import SOUND, TEXT, bundle_of, confidences, of_rare_types, small_bundle
from tests.deploy.integration.texts import TEXTS

STUBS = Path(__file__).parent / "stubs" / "kotlin"
COMPILER = Path(os.environ.get("POTSTILL_KOTLIN_COMPILER", "no compiler"))
BOTH = ("CompiledModelClassifier", "InterpreterClassifier")
AWKWARD = (
    "",
    'a "quoted" one',
    "back\\slash",
    "$dollar ${braces}",
    "Käse",
    "two\nlines",
    "\x7f\u2028",
    "😀",
    "a\U000e0001b",
)

needs_compiler = pytest.mark.skipif(
    not COMPILER.exists() or shutil.which("java") is None,
    reason="java is not installed, or POTSTILL_KOTLIN_COMPILER names no jar with a Kotlin compiler",
)


def compiled(bundle, folder: Path, main: str) -> list[str]:
    """The command of a program: generated code, the stubs and one of their mains. Any warning is an error."""
    sources = [STUBS / f"{name}.kt" for name in ("Android", "Assets", "Interpreter", "CompiledModel", main)]
    for name, content in kotlin.files(bundle).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        sources += [path] * name.endswith(".kt")
    if main == "Pictures":
        (folder / "Classifiers.kt").write_text(classifiers([path.stem for path in sources if path.stem in BOTH]))
        sources.append(folder / "Classifiers.kt")
    (library,) = COMPILER.parent.glob("kotlin-stdlib-*.jar")
    flags = ["-no-stdlib", "-no-reflect", "-Werror", "-cp", str(library), "-d", str(folder / "built")]
    # Half of a run this short would go into making the compiler itself faster.
    java = ["java", "-XX:TieredStopAtLevel=1", "-cp", str(COMPILER)]
    command = [*java, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler", *flags, *map(str, sources)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return ["java", "-cp", f"{folder / 'built'}:{library}", f"{main}Kt"]


def classifiers(names) -> str:
    """Functions from a picture to predictions, each with a classifier of its own that is closed again."""
    made = {
        "CompiledModelClassifier": "CompiledModelClassifier(android.content.res.AssetManager())",
        "InterpreterClassifier": "InterpreterClassifier(ByteArray(org.tensorflow.lite.Interpreter.MODEL_BYTES))",
    }
    functions = [f"{{ it -> {made[name]}.use {{ made -> made.classify(it) }} }}" for name in names]
    kind = "(android.graphics.Bitmap) -> List<Prediction>"
    return f"import potstill.*\n\nfun classifiers() = listOf<{kind}>({', '.join(functions)})\n"


def ran(command: list[str], given: bytes = b"") -> bytes:
    done = subprocess.run(command, input=given, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def pictures() -> list[np.ndarray]:
    """RGBA of many shapes; small ones have to be enlarged."""
    rng = np.random.default_rng(0)
    sizes = [(1, 1), (1, 40), (40, 1), (8, 8), (12, 16), (16, 12), (9, 13), (31, 57), (57, 31), (100, 100), (3, 200)]
    found = [rng.integers(0, 256, (*size, 4), np.uint8) for size in sizes]
    for picture in found[::2]:
        picture[..., 3] = 255
    # Averages that lie between two levels.
    found += [np.full((16, 32, 4), 255, np.uint8), np.full((24, 24, 4), 255, np.uint8)]
    found[-1][::2, :, :3] = 254
    found[-2][..., ::2, :3] = 0
    return found


def over_black(rgba: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(rgba)
    return np.asarray(Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture).convert("RGB"))


@needs_compiler
@pytest.mark.parametrize("shape", [(8, 8, 1), (12, 16, 3)])
def test_any_picture_becomes_the_pixels_that_python_makes_of_it(shape, tmp_path):
    bundle = small_bundle(*shape)
    labels = (*AWKWARD, *bundle.labels)[: len(bundle.labels)]
    check_classifiers(replace(bundle, labels=labels), pictures(), tmp_path, BOTH)


@needs_compiler
def test_a_float_file(genotypes, tmp_path):
    bundle = bundle_of(skeleton(walk(genotypes(1)), quantized=False), None)
    check_classifiers(bundle, pictures()[:3], tmp_path, BOTH)


@needs_compiler
def test_types_that_compiled_model_has_no_calls_for(tmp_path):
    other = of_rare_types()
    assert "integration/kotlin/CompiledModelClassifier.kt" not in kotlin.files(other)
    check_classifiers(other, pictures()[:5], tmp_path, BOTH[1:])


def check_classifiers(bundle, given: list[np.ndarray], folder: Path, names):
    about, outputs = bundle.preprocessing, bundle.answers.outputs
    parts = [struct.pack(">i", len(given))]
    for picture, output in zip(given, outputs):
        red, green, blue, alpha = np.moveaxis(picture.astype(np.int64), 2, 0)
        argb = (alpha << 24 | red << 16 | green << 8 | blue).astype(">u4")
        parts += [
            struct.pack(">ii", *picture.shape[1::-1]),
            argb.tobytes(),
            struct.pack(">i", output.nbytes),
            output.tobytes(),
        ]
    told = ran(compiled(bundle, folder, "Pictures"), b"".join(parts))
    labels = "".join(f"{label}\0" for label in bundle.labels).encode()
    assert told.startswith(labels)
    classes = [("index", ">i4"), ("confidence", ">f8")]
    shape = (about.height, about.width, about.channels)
    found = np.frombuffer(
        told[len(labels) :], [("input", about.input_dtype, shape), ("classes", classes, len(bundle.labels))]
    )
    found = found.reshape(len(given), len(names))
    for picture, output, each in zip(given, outputs, found):
        pixels = prepared(over_black(picture), *shape)
        shares = confidences(bundle, output)
        order = np.argsort(-shares, kind="stable")
        for classified in each:
            np.testing.assert_array_equal(classified["input"], np.array(about.levels, about.input_dtype)[pixels])
            np.testing.assert_array_equal(classified["classes"]["index"], order)
            np.testing.assert_allclose(classified["classes"]["confidence"], shares[order], rtol=1e-9)


@needs_compiler
def test_clips_become_the_pixels_that_the_model_was_trained_on(tmp_path):
    bundle = small_bundle(SOUND.frames, SOUND.mels, 1, SOUND)
    parts = [struct.pack(">i", len(CLIPS))]
    for clip in CLIPS.values():
        parts += [struct.pack(">i", len(clip)), clip.astype(">i2").tobytes()]
    told = ran(compiled(bundle, tmp_path, "Clips"), b"".join(parts))
    found = np.frombuffer(
        told, [("pixels", np.uint8, (SOUND.frames, SOUND.mels, 1)), ("input", np.int8, (SOUND.frames, SOUND.mels, 1))]
    )
    for clip, each in zip(CLIPS.values(), found):
        np.testing.assert_array_equal(each["pixels"], log_mel_pixels(clip, SOUND))
        np.testing.assert_array_equal(each["input"], each["pixels"].astype(int) - 128)


@needs_compiler
def test_texts_become_the_pixels_that_the_model_was_trained_on(tmp_path):
    parts = [struct.pack(">i", len(TEXTS))]
    for text in TEXTS:
        units = text.encode("utf-16-be", "surrogatepass")
        parts += [struct.pack(">i", len(units) // 2), units]
    told = ran(compiled(small_bundle(1, TEXT.tokens, 64, TEXT), tmp_path, "Texts"), b"".join(parts))
    found = np.frombuffer(told, [("pixels", np.uint8, (1, TEXT.tokens, 64)), ("input", np.int8, (1, TEXT.tokens, 64))])
    for text, each in zip(TEXTS, found, strict=True):
        np.testing.assert_array_equal(each["pixels"], text_pixels(text, **vars(TEXT)), repr(text))
        np.testing.assert_array_equal(each["input"], each["pixels"].astype(int) - 128)


def test_the_gradle_line_names_the_version_that_the_page_does():
    found = kotlin.files(small_bundle(8, 8, 1))
    line = 'implementation("com.google.ai.edge.litert:litert:2.3.0")'
    assert line in found["integration/kotlin/build.gradle.kts"].decode()
    assert line in found["integration/kotlin/README.md"].decode()
