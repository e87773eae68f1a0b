import ast
import json
from dataclasses import replace

import numpy as np
import pytest

from deploy.bundle.bundle import Bundle
from deploy.bundle.metadata import described
from deploy.bundle.preprocessing import Preprocessing, Sound
from deploy.compress.convert import convert
from deploy.packing.contents import contents
from deploy.tflite import runtime
from distill.examples import scaled
from search.build import build

LANGUAGES = {"python", "javascript", "kotlin", "swift", "micro"}


def languages(files) -> set[str]:
    return {name.split("/")[1] for name in files if name.startswith("integration/")}


def test_a_bundle_has_all_its_parts_and_the_same_ones_each_time(bundle):
    files = contents(bundle)
    assert files.keys() >= {"README.md", "proof.html", "example.png", "model.tflite", "labels.txt"}
    assert languages(files) == LANGUAGES
    assert files == contents(bundle)
    for name, content in files.items():
        if name.endswith(".py"):
            ast.parse(content)
        if name.endswith(".json"):
            json.loads(content)


def test_a_bundle_for_sound_has_code_for_sound(bundle):
    sound = Sound(sample_rate=512, seconds=1.0, frames=8, mels=8)
    files = contents(replace(bundle, preprocessing=replace(bundle.preprocessing, sound=sound)))
    assert languages(files) == LANGUAGES
    assert "example.png" not in files
    assert b"log-mel" in files["README.md"]


@pytest.mark.parametrize("numbers", ["float16", "dynamic_range", "int16x8"])
def test_files_that_are_not_int8_have_bundles_too(bundle, genotypes, stripes, numbers):
    model = build(replace(genotypes(0), classes=2), seed=0)
    plain = convert(model, numbers, scaled(stripes.pixels[:8].astype(np.float32)))
    preprocessing = Preprocessing.of(plain, None)
    model_bytes = described(plain, bundle.labels, preprocessing)
    answers = replace(bundle.answers, outputs=runtime.run(model_bytes, stripes.pixels))
    other = replace(bundle, model_bytes=model_bytes, preprocessing=preprocessing, answers=answers)
    files = contents(other)
    assert languages(files) == LANGUAGES
    assert Bundle.from_files(files).preprocessing == preprocessing
    if numbers == "int16x8":
        assert b"There is no code here: the input is int16" in files["integration/javascript/README.md"]
