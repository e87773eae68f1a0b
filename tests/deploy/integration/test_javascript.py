"""The JavaScript of a bundle in a real browser, with the real LiteRT.js, served as its README says."""

import base64
import functools
import http.server
import io
import json
import shutil
import subprocess
import threading
import wave

import numpy as np
import pytest
from PIL import Image

from deploy.bundle.picture import prepared
from deploy.bundle.text import text_pixels
from deploy.errors import ExportRefused
from deploy.integration import javascript
from deploy.latency.skeleton import skeleton
from deploy.tflite import model_io, runtime
from deploy.tflite.float_io import with_float_io
from experiments.data.spectrogram import log_mel_pixels
from experiments.devices.litertjs import VERSION, folder
from search.walk import walk
from tests.deploy.integration.small_bundles import SOUND, TEXT, bundle_of, confidences, small_bundle
from tests.deploy.integration.texts import TEXTS
from tests.page import needs_chromium, needs_npm, opened

IMPORTS = {f"@litertjs/{name}": f"/node_modules/@litertjs/{name}/dist/index.js" for name in ("core", "wasm-utils")}
INDEX = f'<!doctype html><script type="importmap">{json.dumps({"imports": IMPORTS})}</script>'
HELPERS = """
    const bytes = text => Uint8Array.from(atob(text), each => each.charCodeAt(0));
    const text = bytes => { let s = ''; for (const each of bytes) s += String.fromCharCode(each); return btoa(s); };
"""
PICTURES = {"grey": (8, 8, 1), "colour": (12, 16, 3)}
BUNDLES = {**PICTURES, "sound": (SOUND.frames, SOUND.mels, 1, SOUND), "text": (1, TEXT.tokens, 64, TEXT)}
# Taller, wider, smaller and larger than the models, by whole factors and others, down to a single pixel.
SIZES = ((8, 8), (12, 16), (16, 16), (24, 32), (37, 53), (301, 200), (97, 641), (5, 7), (1, 1), (1, 9), (640, 2))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Address of a server of each bundle's folder, LiteRT.js installed beside them."""
    root = tmp_path_factory.mktemp("site")
    (root / "index.html").write_text(INDEX)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POTSTILL_HOME", str(tmp_path_factory.mktemp("home")))
        shutil.copytree(folder(), root / "node_modules" / "@litertjs")
    for name, arguments in BUNDLES.items():
        for file, content in javascript.files(small_bundle(*arguments)).items():
            path = root / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=root)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def page(site):
    with opened() as page:
        page.open(site)
        yield page


def script(name: str, body: str) -> str:
    """JavaScript with an open `classifier` of a bundle; what it opens it keeps for the next."""
    return f"""{HELPERS}
        const {{open}} = await import('/{name}/{javascript.FOLDER}/classifier.js');
        const classifier = (globalThis.opened ??= {{}}).{name} ??= await open();
        {body}"""


def encoded(array: np.ndarray) -> str:
    return json.dumps(base64.b64encode(np.ascontiguousarray(array).tobytes()).decode())


def decoded(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.uint8)


@needs_chromium
@needs_npm
@pytest.mark.parametrize("name", BUNDLES)
def test_known_answers_are_the_files_own_to_the_bit(page, name):
    bundle = small_bundle(*BUNDLES[name])
    answers, preprocessing = bundle.answers, bundle.preprocessing
    found = page.run(
        script(
            name,
            f"""const pixels = bytes({encoded(answers.pixels)}), size = {answers.pixels[0].size};
            const found = [];
            for (let at = 0; at < pixels.length; at += size) {{
              found.push(await classifier.logits(pixels.subarray(at, at + size)));
            }}
            return found;""",
        )
    )
    scale = np.float32(preprocessing.output_scale)
    logits = (answers.outputs.astype(np.float32) - preprocessing.output_zero_point) * scale
    np.testing.assert_array_equal(np.array(found, np.float32), logits)
    assert len(np.unique(answers.outputs)) > 50


@needs_chromium
@needs_npm
@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: "x".join(map(str, size)))
def test_pictures_of_any_size_become_the_same_pixels(page, name, size):
    height, width, channels = PICTURES[name]
    colours = np.random.default_rng(size).integers(0, 256, (*size, 3), np.uint8)
    rgba = np.dstack([colours, np.full(size, 255, np.uint8)])
    image = io.BytesIO()
    Image.fromarray(colours).save(image, "png")
    found = page.run(
        script(
            name,
            f"""const data = new ImageData(new Uint8ClampedArray(bytes({encoded(rgba)})), {size[1]}, {size[0]});
            const canvas = document.createElement('canvas');
            [canvas.width, canvas.height] = [data.width, data.height];
            canvas.getContext('2d').putImageData(data, 0, 0);
            const bitmap = await createImageBitmap(canvas);
            const blob = new Blob([bytes({encoded(np.frombuffer(image.getvalue(), np.uint8))})]);
            const found = [];
            for (const source of [data, canvas, bitmap, blob]) found.push(text(await classifier.pixels(source)));
            return found;""",
        )
    )
    expected = prepared(colours, height, width, channels)
    for each in found:
        np.testing.assert_array_equal(decoded(each), expected.ravel())


@needs_chromium
@needs_npm
def test_a_picture_too_large_for_one_canvas_is_read_in_bands(page):
    # Blocks of noise, drawn in the page: a picture of 90 million pixels would be long on its way.
    blocks = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8)
    rgba = np.dstack([blocks, np.full((24, 32), 255, np.uint8)])
    found = page.run(
        script(
            "colour",
            f"""const data = new ImageData(new Uint8ClampedArray(bytes({encoded(rgba)})), 32, 24);
            const canvas = new OffscreenCanvas(4800, 3600), context = canvas.getContext('2d');
            context.imageSmoothingEnabled = false;
            context.drawImage(await createImageBitmap(data), 0, 0, 4800, 3600);
            return text(await classifier.pixels(canvas));""",
        )
    )
    np.testing.assert_array_equal(decoded(found), prepared(blocks, 12, 16, 3).ravel())


@needs_chromium
@needs_npm
def test_what_is_transparent_is_black_and_photographs_stand_upright(page):
    rng = np.random.default_rng(0)
    rgba = rng.integers(0, 256, (12, 16, 4), np.uint8)
    upright = rng.integers(0, 256, (12, 16, 3), np.uint8)
    lying, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6  # Orientation: turn it to the right to see it upright.
    Image.fromarray(np.rot90(upright).copy()).save(lying, "png", exif=exif)
    transparent, turned = page.run(
        script(
            "colour",
            f"""const data = new ImageData(new Uint8ClampedArray(bytes({encoded(rgba)})), 16, 12);
            const blob = new Blob([bytes({encoded(np.frombuffer(lying.getvalue(), np.uint8))})], {{type: 'image/png'}});
            return [text(await classifier.pixels(data)), text(await classifier.pixels(blob))];""",
        )
    )
    over_black = np.round(rgba[..., :3].astype(float) * rgba[..., 3:] / 255)
    np.testing.assert_array_equal(decoded(transparent), over_black.astype(np.uint8).ravel())
    np.testing.assert_array_equal(decoded(turned), upright.ravel())


@needs_chromium
@needs_npm
def test_classes_come_with_their_confidence_the_likeliest_first(page):
    bundle = small_bundle(*PICTURES["colour"])
    rgba = np.dstack([bundle.answers.pixels[0], np.full((12, 16), 255, np.uint8)])
    found = page.run(
        script(
            "colour",
            f"""return classifier.classify(
              new ImageData(new Uint8ClampedArray(bytes({encoded(rgba)})), 16, 12));""",
        )
    )
    shares = confidences(bundle, bundle.answers.outputs[0])
    order = np.argsort(-shares, kind="stable")
    assert [each["label"] for each in found["classes"]] == [bundle.labels[number] for number in order]
    assert [each["confidence"] for each in found["classes"]] == pytest.approx(shares[order], abs=1e-6)
    assert 0 <= found["latency_ms"] < 5_000
    each = page.run(
        script("colour", "classifier.about = {activation: 'sigmoid'}; return classifier.confidences([-2, 0, 3]);")
    )
    assert each == pytest.approx([1 / (1 + np.exp(2)), 0.5, 1 / (1 + np.exp(-3))])


@needs_chromium
@needs_npm
def test_clips_become_the_pixels_of_training(page):
    rng = np.random.default_rng(0)
    # Tones that fade, in noise; shorter and longer than the model's clips, and silence.
    times = np.arange(3000) / SOUND.sample_rate
    tones = [np.sin(2 * np.pi * hertz * times) * np.exp(-times * 8) for hertz in (150, 440, 1300)]
    clips = [
        np.int16(9000 * tone[:length] + rng.normal(0, 20, length)) for tone in tones for length in (900, 2000, 3000)
    ]
    clips.append(np.zeros(2000, np.int16))
    different = 0
    for clip in clips:
        found = page.run(
            script(
                "sound",
                f"""const clip = new Int16Array(bytes({encoded(clip)}).buffer);
                return text(await classifier.pixels(Float32Array.from(clip, sample => sample / 32768)));""",
            )
        )
        expected = log_mel_pixels(clip, SOUND).ravel().astype(int)
        difference = np.abs(decoded(found).astype(int) - expected)
        # TensorFlow's mel matrix is of float32: what lies on the edge between two levels may fall to either.
        assert difference.max() <= 1
        different += int(difference.sum())
    assert different <= 3


@needs_chromium
@needs_npm
def test_an_audio_file_is_decoded_to_the_models_rate(page):
    clip, file = np.int16(8000 * np.sin(np.arange(2000) / 3)), io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setparams((2, 2, SOUND.sample_rate, 0, "NONE", ""))
        wav.writeframes(np.stack([clip, clip], axis=1).tobytes())
    samples, decoded_file = page.run(
        script(
            "sound",
            f"""const clip = new Int16Array(bytes({encoded(clip)}).buffer);
            const samples = Float32Array.from(clip, sample => sample / 32768);
            const file = new Blob([bytes({encoded(np.frombuffer(file.getvalue(), np.uint8))})]);
            return [text(await classifier.pixels(samples)), text(await classifier.pixels(file))];""",
        )
    )
    # Browsers differ by less than one of 16 bits in what they make of a sample.
    assert np.abs(decoded(samples).astype(int) - decoded(decoded_file)).max() <= 1


@needs_chromium
@needs_npm
def test_an_app_may_bring_the_models_bytes_itself(page):
    """As where they were encrypted."""
    found = page.run(
        script(
            "grey",
            f"""const model = new Uint8Array(
              await (await fetch('/grey/{javascript.FOLDER}/model.tflite')).arrayBuffer());
            const brought = await open('/grey/{javascript.FOLDER}', {{model}});
            const pixels = new Uint8Array(64).fill(77);
            return [await classifier.logits(pixels), await brought.logits(pixels)];""",
        )
    )
    assert found[0] == found[1]


@needs_chromium
@needs_npm
def test_what_cannot_be_fetched_is_named(page):
    with pytest.raises(AssertionError, match=r"model\.json cannot be fetched from .*/nowhere/: status 404"):
        page.run(f"const {{open}} = await import('/grey/{javascript.FOLDER}/classifier.js'); await open('/nowhere');")


def test_the_folder_stands_alone():
    bundle = small_bundle(*PICTURES["colour"])
    files = {name.removeprefix(f"{javascript.FOLDER}/"): content for name, content in javascript.files(bundle).items()}
    assert set(files) == {"classifier.js", "picture.js", "model.tflite", "model.json", "package.json", "README.md"}
    assert javascript.LITERTJS_VERSION == VERSION
    assert json.loads(files["package.json"])["dependencies"] == {"@litertjs/core": VERSION}
    assert json.loads(files["model.json"])["labels"] == list(bundle.labels)
    assert model_io.signature(runtime.load(files["model.tflite"])).input_dtype == "float32"
    assert b"16 x 12" in files["README.md"]
    # A bundle gives the same bytes each time.
    assert javascript.files(bundle) == javascript.files(bundle)


@pytest.mark.parametrize("wrap", [False, True], ids=["float", "float around int8"])
def test_float_files_keep_their_levels(genotypes, wrap):
    model_bytes = skeleton(walk(genotypes(1)), quantized=wrap)
    bundle = bundle_of(with_float_io(model_bytes), None)
    model = json.loads(javascript.files(bundle)[f"{javascript.FOLDER}/model.json"])
    assert tuple(model["levels"]) == bundle.preprocessing.levels
    assert model["input_dtype"] == "float32"


def test_tensors_that_browsers_do_not_have_are_refused(small_int16_file):
    with pytest.raises(ExportRefused, match="the input is int16; LiteRT.js takes"):
        javascript.files(bundle_of(small_int16_file, None))


@pytest.fixture(scope="module")
def small_int16_file() -> bytes:
    import tf_keras

    from deploy.compress.convert import convert

    layers = tf_keras.layers
    model = tf_keras.Sequential([tf_keras.Input((4, 4, 1)), layers.Conv2D(2, 4), layers.Flatten()])
    return convert(model, "int16x8", np.random.default_rng(0).uniform(-1, 1, (10, 4, 4, 1)).astype(np.float32))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_texts_become_the_pixels_of_training(tmp_path):
    for name, content in javascript.files(small_bundle(1, TEXT.tokens, 64, TEXT)).items():
        (tmp_path / name.rpartition("/")[2]).write_bytes(content)
    (tmp_path / "main.mjs").write_text(
        """import {readFileSync} from 'node:fs';
        import {pixelsOf} from './text.js';
        const [texts, about] = ['texts', 'model'].map(name => JSON.parse(readFileSync(`${name}.json`)));
        for (const text of texts) console.log(Array.from(await pixelsOf(text, about)).join(' '));"""
    )
    # JSON escapes lone surrogates, which UTF-8 does not have.
    (tmp_path / "texts.json").write_text(json.dumps(TEXTS))
    done = subprocess.run(["node", "main.mjs"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for text, line in zip(TEXTS, done.stdout.splitlines(), strict=True):
        np.testing.assert_array_equal(np.array(line.split(), int), text_pixels(text, **vars(TEXT)).ravel(), repr(text))
