"""The demo's page of a bundle for texts, in a real browser with the real LiteRT.js."""

import contextlib
import json

import numpy as np

from deploy.bundle.text import text_pixels
from deploy.demo.server import DemoServer
from deploy.tflite import runtime
from experiments.devices import litertjs
from tests.deploy.integration.small_bundles import TEXT, confidences, small_bundle
from tests.page import needs_chromium, needs_npm, opened


@needs_chromium
@needs_npm
def test_what_is_written_is_classified(tmp_path, monkeypatch):
    monkeypatch.setenv("POTSTILL_HOME", str(tmp_path))
    bundle = small_bundle(1, TEXT.tokens, 64, TEXT)
    text = "Where is Denver?"
    with contextlib.closing(DemoServer(bundle, litertjs=litertjs.folder())) as server, opened() as page:
        page.open(server.url)
        label = page.run(
            f"""const ready = test => new Promise(done => {{
              const ask = () => test() ? done() : setTimeout(ask, 50);
              ask();
            }});
            await ready(() => ['ready', 'wrong'].includes(document.body.dataset.state));
            const empty = document.getElementById('label').textContent;
            const field = document.querySelector('textarea');
            field.value = {json.dumps(text)};
            field.dispatchEvent(new Event('input'));
            await ready(() => document.getElementById('label').textContent !== empty);
            return [document.body.dataset.state, empty, document.getElementById('label').textContent,
                    document.getElementById('same').textContent, document.getElementById('problem').hidden];"""
        )
    shares = confidences(bundle, runtime.run(bundle.model_bytes, text_pixels(text, **vars(TEXT))[None])[0])
    state, empty, shown, same, silent = label
    assert (state, empty, silent) == ("ready", "Write something", True)
    assert shown == bundle.labels[int(np.argmax(shares))]
    assert same == "24 of 24"
