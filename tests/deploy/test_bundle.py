import json

import pytest

from deploy.bundle import BundleDamaged, open_bundle, write_bundle


@pytest.fixture
def bundle(tmp_path):
    write_bundle(tmp_path / "b", b"the model", ("zero", "one"), {"proof": {"passed": True}})
    return tmp_path / "b"


def test_a_bundle_gives_back_its_model_and_names_its_labels(bundle):
    assert open_bundle(bundle) == b"the model"
    assert (bundle / "labels.txt").read_text() == "zero\none\n"
    assert json.loads((bundle / "proof.json").read_text()) == {"passed": True}


@pytest.mark.parametrize("name", ["model.tflite", "labels.txt", "proof.json"])
def test_a_changed_or_missing_file_is_named(bundle, name):
    (bundle / name).write_bytes((bundle / name).read_bytes() + b" ")
    with pytest.raises(BundleDamaged, match=name):
        open_bundle(bundle)
    (bundle / name).unlink()
    with pytest.raises(BundleDamaged, match=f"{name} has SHA-256 no file"):
        open_bundle(bundle)


@pytest.mark.parametrize("content", [None, "{", "{}", "[]", '{"sha256": {}}'])
def test_a_bad_manifest_is_refused(bundle, content):
    (bundle / "manifest.json").unlink()
    if content is not None:
        (bundle / "manifest.json").write_text(content)
    with pytest.raises(BundleDamaged):
        open_bundle(bundle)
