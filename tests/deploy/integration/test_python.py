"""The Python code of a bundle, run as an app's developer runs it: a script that knows nothing of Potstill."""

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deploy.bundle.preprocessing import Sound
from deploy.integration.python import files
from deploy.packing.encryption import locked
from deploy.packing.folder import with_manifest, write_bundle
from experiments.data.spectrogram import log_mel_pixels
from tests.deploy.integration.predict_code import predict_code

# A clean Python with what requirements.txt names: everything else fails to import.
_ALONE = """
import runpy, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        known = {"ai_edge_litert", "numpy", "PIL", "flatbuffers", "backports", "cryptography", "decrypt", *sys.stdlib_module_names}
        if name.split(".")[0] not in known | {"_cffi_backend", "cffi", "defusedxml", "olefile"}:
            raise ImportError("not among the requirements: " + name)
sys.meta_path.insert(0, Refuse())
sys.argv = sys.argv[1:]
sys.path.insert(0, sys.argv[0].rpartition("/")[0])
runpy.run_path(sys.argv[0], run_name="__main__")
"""  # noqa: E501


@pytest.fixture(scope="module")
def folder(bundle, tmp_path_factory):
    """The bundle on disk, with its Python code."""
    place = tmp_path_factory.mktemp("bundles") / "b"
    write_bundle(place, with_manifest({**bundle.files(), **files(bundle)}))
    return place


def predict(folder: Path, *arguments, status: int = 0) -> str:
    command = [sys.executable, "-c", _ALONE, f"{folder}/integration/python/predict.py", *map(str, arguments)]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == status, ended.stderr
    return ended.stdout if status == 0 else ended.stderr


def module(folder: Path):
    return predict_code(folder / "integration/python/predict.py")


def test_it_says_what_the_bundle_knows_needing_its_requirements_alone(folder, bundle, stripes, tmp_path):
    for number in (0, 1):
        Image.fromarray(stripes.pixels[number, ..., 0]).save(tmp_path / "one.png")
        told = json.loads(predict(folder, tmp_path / "one.png", "--json"))
        likeliest = bundle.labels[bundle.answers.outputs[number].argmax()]
        assert told["label"] == likeliest
        assert sum(told["all"].values()) == pytest.approx(1)
        assert predict(folder, tmp_path / "one.png").splitlines()[0].endswith(likeliest)


def test_sigmoids_stand_each_by_itself(folder, bundle, tmp_path):
    classifier = module(folder).Classifier(folder)
    Image.fromarray(bundle.answers.pixels[0, ..., 0]).save(tmp_path / "one.png")
    by_label = dict(classifier.classify(tmp_path / "one.png"))
    classifier.about["activation"] = "sigmoid"
    logits = classifier.logits(bundle.answers.outputs[0])
    each = dict(classifier.classify(tmp_path / "one.png"))
    assert list(each) == list(by_label)
    assert [each[label] for label in bundle.labels] == pytest.approx(1 / (1 + np.exp(-logits)))


def test_every_known_answer_comes_back_bit_by_bit(folder, bundle, tmp_path):
    code = module(folder)
    classifier = code.Classifier(folder)
    for pixels, expected in zip(bundle.answers.pixels, bundle.answers.outputs):
        Image.fromarray(pixels[..., 0]).save(tmp_path / "one.png")
        seen = code.picture_pixels(tmp_path / "one.png", classifier.about)
        np.testing.assert_array_equal(seen, pixels)
        np.testing.assert_array_equal(classifier.run(seen), expected)


@pytest.mark.parametrize("size", [(8, 8), (16, 24), (5, 3), (101, 67), (1, 1), (3, 200)])
def test_larger_and_smaller_pictures_are_cut_and_averaged(folder, size):
    code, (w, h) = module(folder), size
    colours = np.random.default_rng(0).integers(0, 256, (h, w, 3))
    found = code.prepared(colours, 8, 8, 3)
    assert found.shape == (8, 8, 3)
    side = min(w, h)
    square = colours[(h - side) // 2 :][:side, (w - side) // 2 :][:, :side]
    for channel in range(3):
        # Each source pixel as 8 x 8 small ones, of which whole numbers make a pixel.
        fine = np.kron(square[..., channel], np.ones((8, 8)))
        means = fine.reshape(8, side, 8, side).mean(axis=(1, 3))
        assert np.abs(found[..., channel] - means).max() <= 0.5 + 1e-9


def test_grey_is_as_pillow_makes_it(folder, tmp_path):
    code = module(folder)
    colours = np.random.default_rng(0).integers(0, 256, (8, 8, 3)).astype(np.uint8)
    grey = np.asarray(Image.fromarray(colours).convert("L"))[..., None]
    np.testing.assert_array_equal(code.prepared(colours.astype(int), 8, 8, 1), grey)


def test_orientation_and_transparency_are_kept(folder, tmp_path):
    code, about = module(folder), {"height": 2, "width": 1, "channels": 1}
    picture = Image.fromarray(np.array([[10, 200]], np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    picture.save(tmp_path / "turned.png", exif=exif)
    assert code.picture_pixels(tmp_path / "turned.png", about).ravel().tolist() == [10, 200]
    layers = np.array([[[255, 255, 255, 0]], [[255, 255, 255, 128]]], np.uint8)
    Image.fromarray(layers).save(tmp_path / "clear.png")
    assert code.picture_pixels(tmp_path / "clear.png", about).ravel().tolist() == [0, 128]


@pytest.mark.parametrize("rate", [4000, 8000, 16000])
def test_sound_is_seen_as_it_was_in_training(folder, tmp_path, rate):
    code, sound = module(folder), Sound(sample_rate=rate, seconds=1.0, frames=64, mels=32)
    rng = np.random.default_rng(0)
    for length in (rate // 3, rate, 2 * rate):
        clip = rng.normal(0, 3000, length).astype(np.int16)
        with wave.open(str(tmp_path / "one.wav"), "wb") as file:
            file.setparams((1, 2, rate, length, "NONE", ""))
            file.writeframes(clip.tobytes())
        about = {"sound": vars(sound)}
        seen, expected = code.clip_pixels(str(tmp_path / "one.wav"), about), log_mel_pixels(clip, sound)
        # TensorFlow makes its mel matrix in float32: a level that lies between two may go either way.
        assert np.mean(seen != expected) < 1e-3
        assert np.abs(seen.astype(int) - expected).max() <= 1


def test_bad_input_ends_in_a_line(folder, tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    for file in ("text.png", "none.png"):
        told = predict(folder, tmp_path / file, status=1)
        assert told.splitlines()[-1].startswith(f"error: {tmp_path / file} is no picture that can be read")
        assert "Traceback" not in told


def test_an_encrypted_model_opens_with_its_key(bundle, stripes, tmp_path):
    key = bytes(range(32))
    place = tmp_path / "b"
    write_bundle(place, with_manifest(locked({**bundle.files(), **files(bundle)}, key)))
    (tmp_path / "key").write_text(key.hex())
    (tmp_path / "other").write_bytes(bytes(32))
    Image.fromarray(stripes.pixels[0, ..., 0]).save(tmp_path / "one.png")
    assert "give the key's file with --key" in predict(place, tmp_path / "one.png", status=1)
    assert "does not open with this key" in predict(place, tmp_path / "one.png", "--key", tmp_path / "other", status=1)
    told = json.loads(predict(place, tmp_path / "one.png", "--key", tmp_path / "key", "--json"))
    assert told["label"] == bundle.labels[bundle.answers.outputs[0].argmax()]
