import io
import json
import os
import subprocess
import zipfile

import numpy as np
import pytest

from deploy.bundle.metadata import described, metadata_bytes
from deploy.bundle.preprocessing import Preprocessing
from deploy.latency.skeleton import skeleton
from deploy.tflite import runtime
from deploy.tflite.float_io import with_float_io
from search.walk import walk

# MediaPipe wants another absl than tfmot, and so a Python of its own.
READERS = os.environ.get("POTSTILL_READERS_PYTHON")


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("labels", [tuple("ab"), tuple(f"class number {n} é" for n in range(10))])
def test_outputs_stay_and_the_bytes_added_are_known(genotypes, seed, labels):
    plain = skeleton(walk(genotypes(seed)))
    found = described(plain, labels, Preprocessing.of(plain, None))
    pixels = np.random.default_rng(seed).integers(0, 256, (8, 8, 8, 1)).astype(np.uint8)
    np.testing.assert_array_equal(runtime.run(plain, pixels), runtime.run(found, pixels))
    assert metadata_bytes(labels) - 100 <= len(found) - len(plain) <= metadata_bytes(labels)


def test_labels_are_in_the_file_and_the_same_input_gives_the_same_bytes(bundle, student_bytes):
    with zipfile.ZipFile(io.BytesIO(bundle.model_bytes)) as inside:
        assert tuple(inside.read("labels.txt").decode().split("\n")) == bundle.labels
    assert described(student_bytes, bundle.labels, bundle.preprocessing) == bundle.model_bytes
    assert described(bundle.model_bytes, bundle.labels, bundle.preprocessing) == bundle.model_bytes


_MEDIAPIPE = """
import json, sys
import mediapipe as mp
import numpy as np
from mediapipe.tasks.python import BaseOptions, vision

options = BaseOptions(model_asset_buffer=open(sys.argv[1], "rb").read())
found = []
with vision.ImageClassifier.create_from_options(vision.ImageClassifierOptions(base_options=options)) as classifier:
    for pixels in np.load(sys.argv[2]):
        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)
        found.append([[c.category_name, c.score] for c in classifier.classify(picture).classifications[0].categories])
print(json.dumps(found))
"""


@pytest.mark.skipif(READERS is None, reason="POTSTILL_READERS_PYTHON names no Python with MediaPipe")
def test_mediapipe_classifies_by_the_metadata_alone(genotypes, tmp_path):
    plain = with_float_io(skeleton(walk(genotypes(2, input_shape=(12, 8, 3)))))
    labels = tuple(f"class {n}" for n in range(10))
    file = tmp_path / "model.tflite"
    file.write_bytes(described(plain, labels, Preprocessing.of(plain, None)))
    pixels = np.random.default_rng(0).integers(0, 256, (20, 12, 8, 3)).astype(np.uint8)
    np.save(tmp_path / "pixels.npy", pixels)
    command = [READERS, "-c", _MEDIAPIPE, str(file), str(tmp_path / "pixels.npy")]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr[-2000:]
    for told, logits in zip(json.loads(ended.stdout), runtime.run(plain, pixels), strict=True):
        assert dict(told) == pytest.approx(dict(zip(labels, logits)), abs=1e-5)
