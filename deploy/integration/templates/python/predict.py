{% if text %}
"""Classify a text: python predict.py TEXT [--json] [--key FILE]

Needs what requirements.txt names beside it, and nothing else. As a module: Classifier().classify(text).
"""
{% else %}
"""Classify a picture, or a WAV file where the model is one for sound: python predict.py FILE [--json] [--key FILE]

Needs what requirements.txt names beside it, and nothing else. As a module: Classifier().classify(path).
"""
{% endif %}

import argparse
{% if text %}
import functools
{% endif %}
import json
import sys
{% if text %}
import unicodedata
from collections.abc import Iterator
{% else %}
import wave
{% endif %}
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter
{% if picture %}
from PIL import Image, ImageOps
{% endif %}

BUNDLE = Path(__file__).resolve().parents[2]


class Classifier:
    """The model of a bundle, from {{ "a text" if text else "a file" }} to confidences."""

    def __init__(self, bundle: Path = BUNDLE, key: Path | None = None):
        self.about = json.loads((bundle / "preprocessing.json").read_text())
        self.labels = (bundle / "labels.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        self._interpreter = Interpreter(model_content=_model(bundle, key), num_threads=1)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

{% if text %}
    def classify(self, text: str) -> list[tuple[str, float]]:
        """Labels with their confidence, the likeliest first."""
        logits = self.logits(self.run(text_pixels(text, **self.about["text"])))
{% else %}
    def classify(self, path: str) -> list[tuple[str, float]]:
        """Labels with their confidence, the likeliest first."""
        read = clip_pixels if self.about["sound"] else picture_pixels
        logits = self.logits(self.run(read(path, self.about)))
{% endif %}
        if self.about["activation"] == "sigmoid":
            confidences = 1 / (1 + np.exp(-logits))
        else:
            shares = np.exp(logits - logits.max())
            confidences = shares / shares.sum()
        return [(self.labels[number], float(confidences[number])) for number in np.argsort(-logits, kind="stable")]

    def run(self, pixels: np.ndarray) -> np.ndarray:
        """What the model gives, in its own steps, for uint8 pixels of shape (height, width, channels)."""
        values = np.array(self.about["levels"], self.about["input_dtype"])[pixels]
        self._interpreter.set_tensor(self._input, values[None])
        self._interpreter.invoke()
        return self._interpreter.get_tensor(self._output)[0]

    def logits(self, steps: np.ndarray) -> np.ndarray:
        """What steps stand for."""
        scale = self.about["output_scale"] or 1.0
        return (steps.astype(np.float64) - self.about["output_zero_point"]) * scale


def _model(bundle: Path, key: Path | None) -> bytes:
    locked = bundle / "model.tflite.locked"
    if not locked.exists():
        return (bundle / "model.tflite").read_bytes()
    if key is None:
        sys.exit("error: this bundle's model is encrypted; give the key's file with --key")
    from decrypt import decrypted

    return decrypted(locked, key)


{% if text %}
{{ text }}


{% else %}
def clip_pixels(path: str, about: dict) -> np.ndarray:
    """A clip (WAV, 16 bits) as the picture of its log-mel spectrogram: uint8, shape (height, width, 1)."""
    sound = about["sound"]
    with wave.open(path) as clip:
        if clip.getsampwidth() != 2:
            raise ValueError(f"{8 * clip.getsampwidth()} bits a sample; 16 are needed")
        samples = np.frombuffer(clip.readframes(clip.getnframes()), "<i2").reshape(-1, clip.getnchannels())
        samples, rate = samples.mean(axis=1) / 32768, clip.getframerate()
    if rate != sound["sample_rate"]:
        there = np.arange(int(len(samples) * sound["sample_rate"] / rate)) * rate / sound["sample_rate"]
        samples = np.interp(there, np.arange(len(samples)), samples)
    return log_mel(samples, **sound)


def log_mel(samples: np.ndarray, sample_rate: int, seconds: float, frames: int, mels: int) -> np.ndarray:
    """Samples from -1 to 1 as pixels; powers in decibels below the loudest, 80 of them from black to white."""
    length = int(seconds * sample_rate)
    samples = samples[:length].astype(np.float32)
    hop = length // frames
    padded = np.pad(samples, (hop // 2, length - len(samples) + 2 * hop))
    window = np.hanning(2 * hop)
    spectra = np.abs([np.fft.rfft(padded[i * hop : (i + 2) * hop] * window) for i in range(frames)])
    powers = spectra**2 @ mel_matrix(mels, hop + 1, sample_rate)
    decibels = 10 * np.log10(np.maximum(powers, 1e-10))
    levels = np.clip((decibels - decibels.max() + 80) / 80, 0, 1)
    return np.round(255 * levels).astype(np.uint8)[..., None]


def mel_matrix(mels: int, bins: int, sample_rate: int) -> np.ndarray:
    """Triangles on the mel scale from 20 Hz to half of the sample rate, shape (bins, mels); row 0 is 0."""

    def mel(hertz):
        return 1127 * np.log1p(np.asarray(hertz) / 700)

    edges = np.linspace(mel(20), mel(sample_rate / 2), mels + 2)
    there = mel(np.linspace(0, sample_rate / 2, bins))[:, None]
    rising = (there - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - there) / (edges[2:] - edges[1:-1])
    matrix = np.maximum(0, np.minimum(rising, falling))
    matrix[0] = 0
    return matrix


{% endif %}
{% if picture %}
def picture_pixels(path: str, about: dict) -> np.ndarray:
    """A picture as the model was trained on it: uint8, shape (height, width, channels)."""
    with Image.open(path) as picture:
        return prepared(colours_of(picture), about["height"], about["width"], about["channels"])


{{ picture }}

{% endif %}
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
{% if text %}
    parser.add_argument("text", help="as one argument: in quotes")
{% else %}
    parser.add_argument("file", help="a picture, or a WAV file of 16 bits")
{% endif %}
    parser.add_argument("--key", type=Path, help="file of the key, where the model is encrypted")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    try:
        classifier = Classifier(key=given.key)
    except (OSError, ValueError) as error:
        sys.exit(f"error: the bundle in {BUNDLE} cannot be opened ({error}); pull it again")
{% if text %}
    found = classifier.classify(given.text)
{% else %}
    try:
        found = classifier.classify(given.file)
    except Exception as error:  # Readers of damaged files raise whatever the damage leads to.
        wanted = "WAV file of 16 bits" if classifier.about["sound"] else "picture"
        sys.exit(f"error: {given.file} is no {wanted} that can be read ({error})")
{% endif %}
    if given.json:
        print(json.dumps({"label": found[0][0], "confidence": found[0][1], "all": dict(found)}))
    else:
        for label, confidence in found[:5]:
            print(f"{confidence:7.2%}  {label}")


if __name__ == "__main__":
    main()
