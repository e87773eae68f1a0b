"""What tests share: tiny examples, random genotypes, and a Potstill home of their own."""

import hashlib
import os
import random
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# Three files are tested at a time on two cores: threads of one that wait busily would take their time from the other's.
os.environ.update(TF_NUM_INTRAOP_THREADS="1", TF_NUM_INTEROP_THREADS="1", OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from distill.examples import Examples
from search.choices import sample
from search.space import Space
from search.task import Task
from tests.slow_files import SLOW_FILES

ROOT = Path(__file__).parent

# A test fails for its result, never for its time: machines are busy.
settings.register_profile("potstill", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("potstill")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the slow files, and put them first, the slowest of them before the others."""
    places = {ROOT / name: place for place, name in enumerate(SLOW_FILES)}
    for item in items:
        if item.path in places:
            item.add_marker("slow")
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty Potstill home, and no tracking server."""
    monkeypatch.setenv("POTSTILL_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return tmp_path / "home"


@pytest.fixture(scope="session", autouse=True)
def prepared_data(tmp_path_factory):
    """TFDS prepares what the tests need in a folder of their own."""
    os.environ["TFDS_DATA_DIR"] = str(tmp_path_factory.mktemp("tfds"))


@pytest.fixture(scope="session")
def stripes() -> Examples:
    """Noisy 8x8 images of two easy classes: stripes across, stripes down."""
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    across = np.where(np.arange(8) % 4 < 2, 200, 30)
    images = np.stack([np.tile(across[:, None] if label else across, (8 if not label else 1, 1 if not label else 8))
                       for label in labels])  # fmt: skip
    pixels = np.clip(images + rng.normal(0, 30, images.shape), 0, 255).astype(np.uint8)[..., None]
    return Examples(pixels=pixels, labels=labels.astype(np.int64), classes=2)


RESIDUAL = Space(
    blocks=("basic", "dense", "depthwise"), projections=(False, True), depths=(1, 2), widths=(8, 16, 24, 32)
)
"""A space of residual blocks and projections."""


@pytest.fixture(scope="session")
def genotypes():
    """A function from a seed to a random genotype of a broad space."""

    def draw(seed: int, input_shape=(8, 8, 1), space: Space | None = None):
        space = space or Space(depths=(1, 2, 3), stem_strides=(1, 2))
        return sample(space, Task(input_shape=input_shape, classes=10), random.Random(seed))

    return draw


@pytest.fixture(scope="session")
def student_bytes(stripes) -> bytes:
    """The int8 file of a briefly trained student of `stripes`."""
    from deploy.compress.convert import convert
    from deploy.compress.quantize import quantizable
    from distill.examples import Splits
    from distill.recipe import Recipe
    from distill.train import train
    from distill.views.augmentation import Augmentation, Views
    from search.build import build
    from search.genotype import Genotype, Stage

    stage = Stage(block="depthwise", width=8, depth=2, kernel=3, expansion=1, stride=2, residual=True)
    genotype = Genotype(input_shape=(8, 8, 1), classes=2, stem_width=8, stem_kernel=3, stem_stride=1, stages=(stage,))
    model = quantizable(build(genotype, seed=0), keep_zeros=False)
    views = Views(augmentation=Augmentation(), count=1, seed=0)
    recipe = Recipe(batch_size=20, learning_rate=1e-2)
    train(model, Splits(train=stripes, validation=stripes), recipe, epochs=6, views=views)
    return convert(model)


@pytest.fixture(scope="session")
def bundle(student_bytes, stripes):
    """A real student's `Bundle`, with all that is known of it."""
    from deploy.bundle.bundle import Bundle
    from deploy.bundle.known_answers import KnownAnswers
    from deploy.bundle.metadata import described
    from deploy.bundle.preprocessing import Preprocessing
    from deploy.tflite import runtime
    from deploy.tflite.audit import audit

    labels = ("down", 'across | "x" é')
    preprocessing = Preprocessing.of(student_bytes, None)
    model_bytes = described(student_bytes, labels, preprocessing)
    outputs = runtime.run(model_bytes, stripes.pixels)
    proof = dict(
        passed=True,
        sha256=hashlib.sha256(model_bytes).hexdigest(),
        size_bytes=len(model_bytes),
        gzip_bytes=len(model_bytes),
        test_accuracy=float(np.mean(outputs.argmax(axis=1) == stripes.labels)),
        test_examples=len(stripes),
        class_accuracy=[None, 0.97],
        calibration_error=0.01,
        sparsity=0.0,
        operators=audit(model_bytes).operators,
        latency=None,
        parity=None,
        layers=[],
        robustness=[],
        checks=[dict(name="budget", passed=True, detail="<b>no</b> limits")],
    )
    about = dict(
        name="stripes",
        license="unknown",
        dataset="stripes",
        homepage="",
        train_examples=200,
        teacher="",
        student="stem 8 k3s1 | depthwise",
        compression="int8",
        budget={"size_bytes": 9_000},
        recipe={"student": {"batch_size": 20}, "distillation": {}, "augmentation": {"flip": False}},
        seed=0,
        potstill="0.1.0",
    )
    return Bundle(
        model_bytes=model_bytes,
        labels=labels,
        preprocessing=preprocessing,
        answers=KnownAnswers(pixels=stripes.pixels, labels=stripes.labels, outputs=outputs),
        records={"proof": proof, "about": about},
    )
