import os
import subprocess
from dataclasses import replace

import pytest
import yaml

from deploy.bundle.preprocessing import Sound
from deploy.packing.pages import card, proof_page

READERS = os.environ.get("POTSTILL_READERS_PYTHON")


@pytest.fixture(params=["picture", "sound"])
def either(request, bundle):
    """A bundle for pictures, and one for sound."""
    sound = Sound(sample_rate=8000, seconds=1.0, frames=8, mels=8) if request.param == "sound" else None
    return replace(bundle, preprocessing=replace(bundle.preprocessing, sound=sound))


def test_the_card_has_the_header_that_the_hub_reads(either):
    start, header, text = card(either).decode().split("---\n", 2)
    found = yaml.safe_load(header)
    assert start == ""
    assert found["pipeline_tag"] == ("audio-classification" if either.preprocessing.sound else "image-classification")
    assert found["license"] == "unknown"
    assert found["datasets"] == ["stripes"]
    (result,) = found["model-index"][0]["results"]
    assert result["metrics"][0]["value"] == pytest.approx(either.records["proof"]["test_accuracy"])
    assert either.records["proof"]["sha256"] in text
    assert "stem 8 k3s1 \\| depthwise" in text


@pytest.mark.skipif(READERS is None, reason="POTSTILL_READERS_PYTHON names no Python with huggingface_hub")
def test_the_hubs_own_reader_takes_the_card(either, tmp_path):
    (tmp_path / "README.md").write_bytes(card(either))
    program = (
        "import sys; from huggingface_hub import ModelCard; data = ModelCard.load(sys.argv[1]).data;"
        "print(data.license, data.pipeline_tag, data.eval_results[0].metric_value)"
    )
    ended = subprocess.run([READERS, "-c", program, tmp_path / "README.md"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.split()[0] == "unknown"
    assert float(ended.stdout.split()[2]) == pytest.approx(either.records["proof"]["test_accuracy"])


def test_the_page_tells_the_proof_and_runs_nothing_of_the_labels(bundle):
    page = proof_page(bundle).decode()
    assert "&lt;b&gt;no&lt;/b&gt; limits" in page
    assert "<b>no</b>" not in page
    assert "across | &#34;x&#34; é" in page
    assert "http" not in page
    assert (
        "not proven"
        in proof_page(
            replace(bundle, records={**bundle.records, "proof": {**bundle.records["proof"], "passed": False}})
        ).decode()
    )
