"""Sound as pixels: log-mel spectrograms."""

import io
import wave

import numpy as np
import tensorflow as tf

from deploy.bundle.preprocessing import Sound


def clip_pixels(content: bytes, sound: Sound) -> np.ndarray:
    """The bytes of a WAV file of 16 bits as a uint8 image of shape (frames, mels, 1).

    Raises ValueError for others.
    """
    try:
        with wave.open(io.BytesIO(content)) as clip:
            bits, channels, rate = 8 * clip.getsampwidth(), clip.getnchannels(), clip.getframerate()
            sound_bytes = clip.readframes(clip.getnframes())
    except (wave.Error, EOFError) as error:
        raise ValueError(f"no WAV file of 16 bits: {error or 'it ends early'}") from error
    if bits != 16:
        raise ValueError(f"{bits} bits a sample; 16 are needed")
    if not (rate and sound_bytes) or len(sound_bytes) % (2 * channels):
        raise ValueError(f"{len(sound_bytes):,} bytes of sound in {channels} channels at {rate:,} samples a second")
    samples = np.frombuffer(sound_bytes, "<i2").reshape(-1, channels).mean(axis=1).astype(np.int16)
    if rate != sound.sample_rate:
        # As the bundle's Python code resamples.
        there = np.arange(int(len(samples) * sound.sample_rate / rate)) * rate / sound.sample_rate
        samples = np.interp(there, np.arange(len(samples)), samples).astype(np.int16)
    return log_mel_pixels(samples, sound)


def log_mel_pixels(clip: np.ndarray, sound: Sound) -> np.ndarray:
    """A clip of int16 samples as a uint8 image of shape (frames, mels, 1).

    The clip is cut or padded with silence at its end. Powers are in decibels below the clip's loudest bin, 80 dB of
    range (Davis & Mermelstein 1980 for the mel scale).
    """
    frames, length = sound.frames, int(sound.seconds * sound.sample_rate)
    samples = np.zeros(length, np.float32)
    samples[: min(length, len(clip))] = clip[:length].astype(np.float32) / 32768
    hop = length // frames
    window = 2 * hop
    padded = np.pad(samples, (hop // 2, window))
    spectra = np.abs(
        np.stack([np.fft.rfft(padded[i * hop : i * hop + window] * np.hanning(window)) for i in range(frames)])
    )
    powers = (spectra**2) @ _mel_matrix(sound.mels, spectra.shape[1], sound.sample_rate)
    decibels = 10 * np.log10(np.maximum(powers, 1e-10))
    levels = np.clip((decibels - decibels.max() + 80) / 80, 0, 1)
    return np.round(255 * levels).astype(np.uint8)[..., None]


def _mel_matrix(mels: int, bins: int, sample_rate: int) -> np.ndarray:
    return tf.signal.linear_to_mel_weight_matrix(mels, bins, sample_rate, 20.0, sample_rate / 2).numpy()
