import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deploy.compress.convert import convert
from deploy.errors import ExportRefused
from deploy.integration import micro
from deploy.integration.values import values
from deploy.latency.skeleton import skeleton
from deploy.tflite import micro as interpreter
from experiments.data.spectrogram import log_mel_pixels
from search.walk import walk
from tests.deploy.integration.clips import CLIPS
from tests.deploy.integration.small_bundles import SOUND, bundle_of, confidences, of_rare_types, small_bundle

STUBS = Path(__file__).parent / "stubs" / "micro"
AWKWARD = ("", 'a "quoted" one', "back\\slash", "Käse", "trigraph??/", "two\nlines", "\x01234", "😀")

needs_compiler = pytest.mark.skipif(shutil.which("g++") is None, reason="g++ is not installed")


def written(bundle, folder) -> Path:
    for name, content in micro.files(bundle).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "integration" / "micro"


def built(code: Path, *sources: str, define: str = "FLAT") -> Path:
    """A program of generated sources and a main of the stubs; any warning is an error."""
    program = code / f"{sources[0]}_{define}"
    places = [str(path if path.exists() else STUBS / path.name) for path in (code / f"{name}.cc" for name in sources)]
    flags = [
        "-std=c++17",
        "-O1",
        "-Wall",
        "-Wextra",
        "-Wconversion",
        "-Werror",
        f"-D{define}",
        f"-I{STUBS}",
        f"-I{code}",
    ]
    done = subprocess.run(["g++", *flags, *places, "-o", str(program)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return program


def ran(program: Path, given: bytes = b"") -> bytes:
    done = subprocess.run([program], input=given, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout


@needs_compiler
@pytest.mark.parametrize("define", ["FLAT", "TFLM_NESTED"])
@pytest.mark.parametrize("shape", [(8, 8, 1), (12, 16, 3)])
def test_the_model_is_given_its_inputs_and_its_outputs_become_confidences(shape, define, tmp_path):
    check_classifier(small_bundle(*shape), tmp_path, define)


@needs_compiler
def test_a_float_file(genotypes, tmp_path):
    check_classifier(bundle_of(skeleton(walk(genotypes(1)), quantized=False), None), tmp_path, "FLAT")


@needs_compiler
def test_other_types(tmp_path):
    check_classifier(of_rare_types(), tmp_path, "FLAT")


def check_classifier(bundle, folder, define):
    given, answers = bundle.preprocessing, bundle.answers
    program = built(
        written(bundle, folder), "classify_main", "classifier", "model_data", "preprocessing", define=define
    )
    told = ran(program, b"".join(p.tobytes() + o.tobytes() for p, o in zip(answers.pixels, answers.outputs)))
    record = [("input", given.input_dtype, answers.pixels[0].shape), ("index", np.int32), ("confidence", np.float32)]
    found = np.frombuffer(told, record)
    levels = np.array(given.levels, given.input_dtype)
    np.testing.assert_array_equal(found["input"], levels[answers.pixels])
    shares = confidences(bundle, answers.outputs)
    np.testing.assert_array_equal(found["index"], answers.outputs.argmax(axis=1))
    np.testing.assert_allclose(found["confidence"], shares.max(axis=1), rtol=1e-5)


@needs_compiler
def test_the_array_is_the_file(tmp_path):
    bundle = small_bundle(8, 8, 1)
    code = written(bundle, tmp_path)
    (code / "dump.cc").write_text(
        '#include <cstdio>\n#include "model_data.h"\n'
        "int main() { std::fwrite(potstill::kModel, 1, potstill::kModelSize, stdout); }\n"
    )
    assert ran(built(code, "dump", "model_data")) == bundle.model_bytes


@needs_compiler
def test_labels_survive_whatever_is_in_them(tmp_path):
    bundle = small_bundle(8, 8, 1)
    labels = (*AWKWARD, *bundle.labels)[: len(bundle.labels)]
    code = written(replace(bundle, labels=labels), tmp_path)
    assert ran(built(code, "labels_main", "preprocessing")).decode().split("\0")[:-1] == list(labels)


@needs_compiler
def test_clips_become_the_pixels_that_the_model_was_trained_on(tmp_path):
    program = built(written(small_bundle(SOUND.frames, SOUND.mels, 1, SOUND), tmp_path), "sound_main", "preprocessing")
    for clip in CLIPS.values():
        expected = log_mel_pixels(clip, SOUND)
        found = np.frombuffer(ran(program, clip.tobytes()), np.uint8).reshape(expected.shape)
        apart = np.abs(found.astype(int) - expected)
        # It works in float32.
        assert apart.max() <= 1
        assert np.mean(apart > 0) < 0.005


@needs_compiler
def test_sound_code_compiles_against_the_library(tmp_path):
    code = written(small_bundle(SOUND.frames, SOUND.mels, 1, SOUND), tmp_path)
    built(code, "classify_main", "classifier", "model_data", "preprocessing", define="TFLM_NESTED")


def test_without_the_interpreter_the_arena_is_estimated_and_says_so(monkeypatch):
    bundle = small_bundle(8, 8, 1)

    def missing(model_bytes):
        raise interpreter.MicroMissing("not here")

    measured = micro.files(bundle)["integration/micro/model_data.h"].decode()
    monkeypatch.setattr(interpreter, "arena_of", missing)
    estimated = micro.files(bundle)["integration/micro/model_data.h"].decode()
    assert "ESTIMATED" in estimated
    assert "ESTIMATED" not in measured
    assert reserved(measured) <= reserved(estimated)


def reserved(header: str) -> int:
    return int(header.split("kArenaSize = ")[1].split(";")[0])


def test_a_file_that_the_library_cannot_run_is_refused_by_the_operators_name():
    import tf_keras

    layers = tf_keras.layers
    power = layers.Lambda(lambda x: x**1.5)
    model = tf_keras.Sequential([layers.Input((4, 4, 1)), power, layers.Flatten(), layers.Dense(2)])
    with pytest.raises(ExportRefused, match="no POW;"):
        micro.files(bundle_of(convert(model, "float16"), None))


def test_numbers_of_samples_follow_from_the_sound():
    given = values(small_bundle(SOUND.frames, SOUND.mels, 1, SOUND))
    assert (given["samples"], given["hop"]) == (2000, 100)
