import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deploy.bundle.bundle import BundleDamaged
from deploy.exports import web
from deploy.packing.archive import pack
from deploy.packing.folder import with_manifest, write_bundle
from experiments.commands.files.export import Export
from experiments.errors import UserError
from tests.deploy.exports.drawn import Drawn
from tests.deploy.integration.small_bundles import small_bundle

BUNDLE = small_bundle(12, 16, 3)


@pytest.fixture
def folder(tmp_path):
    write_bundle(tmp_path / "mine", with_manifest(BUNDLE.files()))
    return tmp_path / "mine"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("to", "package", "file"),
    [
        ("onnx", "onnxruntime", "model.onnx"),
        ("coreml", "coremltools", "Classifier.mlpackage/Manifest.json"),
        ("c-array", "tflite_micro", "model_data.cc"),
        ("web", "ai_edge_litert", "classifier.js"),
    ],
)
def test_a_folder_beside_the_bundle_has_the_files_and_the_report(to, package, file, folder, capsys):
    pytest.importorskip(package)
    Export(bundle=folder, to=to, json=True).run()
    record = json.loads(capsys.readouterr().out)
    written = contents(folder.with_name(f"mine-{to}"))
    assert record["output"] == str(folder.with_name(f"mine-{to}"))
    assert {name: len(content) for name, content in written.items() if name != "export.json"} == record["files"]
    assert file in written
    assert json.loads(written["export.json"]) == record
    # Nothing half-written beside it.
    assert sorted(path.name for path in folder.parent.iterdir()) == ["mine", f"mine-{to}"]
    if to == "coreml":
        assert record["agreement"] is None
        assert record["ran_in"] == "nothing: Core ML's own predictions need macOS"
        return
    assert record["agreement"]["examples"] == 40
    assert record["agreement"]["holds"]
    assert "40 examples; 100 or more" in record["agreement"]["explanation"]


def test_people_are_told_the_same(folder, capsys):
    Export(bundle=folder, to="web").run()
    told = capsys.readouterr().out
    assert "the first class is the same on 40 of 40 known answers" in told
    assert "outputs differ in steps: 400 by 0\n" in told
    assert "model.tflite" in told


def test_people_are_told_that_nothing_was_compared(folder, capsys):
    pytest.importorskip("coremltools")
    Export(bundle=folder, to="coreml").run()
    told = capsys.readouterr().out
    assert "mine-coreml: ran in nothing: Core ML's own predictions need macOS\n" in told
    assert "its outputs were not compared with the .tflite's\n" in told


def test_a_zip_does_as_well(folder, tmp_path):
    (tmp_path / "packed.zip").write_bytes(pack(contents(folder)))
    Export(bundle=tmp_path / "packed.zip", to="web", output=tmp_path / "deep" / "site").run()
    assert (tmp_path / "deep" / "site" / "classifier.js").is_file()


def test_an_earlier_export_is_replaced_and_nothing_else_is(folder, tmp_path):
    output = tmp_path / "site"
    Export(bundle=folder, to="web", output=output).run()
    (output / "old").write_text("of an earlier export")
    Export(bundle=folder, to="web", output=output).run()
    assert not (output / "old").exists()
    file, full = tmp_path / "file", tmp_path / "full"
    file.write_text("mine")
    full.mkdir()
    (full / "mine").write_text("mine")
    for taken in (file, full, folder):
        before = contents(taken) if taken.is_dir() else taken.read_bytes()
        with pytest.raises(UserError, match="is no export; give --output"):
            Export(bundle=folder, to="web", output=taken).run()
        assert (contents(taken) if taken.is_dir() else taken.read_bytes()) == before


def test_a_full_disk_leaves_what_was_there(folder, tmp_path, monkeypatch):
    output = tmp_path / "site"
    Export(bundle=folder, to="web", output=output).run()
    before, write = contents(output), Path.write_bytes

    def failing(path, content):
        if path.name == "export.json":
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", failing)
    with pytest.raises(UserError, match="No space left on device"):
        Export(bundle=folder, to="web", output=output).run()
    assert contents(output) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "site"]


def test_it_ends_with_1_where_no_tie_explains_another_class(folder, monkeypatch, capsys):
    answers, original = BUNDLE.answers.outputs.astype(int), web.exported
    second, margins = answers.argsort(axis=1)[:, -2], np.ptp(np.sort(answers, axis=1)[:, -2:], axis=1)
    place = margins.argmax()
    assert margins[place] > 2
    outputs = answers.copy()
    outputs[place, second[place]] = answers[place].max() + 1
    monkeypatch.setattr(web, "exported", lambda bundle: replace(original(bundle), outputs=outputs))
    with pytest.raises(SystemExit) as ended:
        Export(bundle=folder, to="web").run()
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "1 example that no tie explains" in told
    assert f"example {place}: " in told


def test_a_missing_package_is_a_line(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UserError, match=r"--to onnx: .* pip install 'potstill\[onnx\]'"):
        Export(bundle=folder, to="onnx").run()
    assert not folder.with_name("mine-onnx").exists()


def test_an_operator_that_a_format_lacks_is_a_line(tmp_path):
    pytest.importorskip("onnxruntime")
    drawn = Drawn(0)
    source, target = drawn.value(1, 12, 16, 3), drawn.value(1, 10)
    squashed = drawn.value(1, 12, 16, 3, scale=np.float32(1 / 128), zero_point=0)
    drawn.operator("TANH", [source], squashed)
    weights = drawn.weights(squashed, 10, 576)
    drawn.operator("FULLY_CONNECTED", [squashed, *weights], target, "FullyConnectedOptions", 4)
    bundle = replace(BUNDLE, model_bytes=drawn.file(source, target))
    write_bundle(tmp_path / "mine", with_manifest(bundle.files()))
    with pytest.raises(UserError, match="--to onnx: the file has TANH"):
        Export(bundle=tmp_path / "mine", to="onnx").run()


def test_a_bundle_that_is_none_is_refused(tmp_path):
    with pytest.raises(BundleDamaged, match="cannot be read"):
        Export(bundle=tmp_path / "nowhere", to="web").run()
    (tmp_path / "empty").mkdir()
    with pytest.raises(BundleDamaged):
        Export(bundle=tmp_path / "empty", to="web").run()
