// A clip as the picture of its log-mel spectrogram, as the model was trained on it.

const LOWEST_HERTZ = 20;
const RANGE_DECIBELS = 80;

export async function pixelsOf(source, {sound}) {
  return logMel(source instanceof Blob ? await samplesOf(source, sound.sample_rate) : source, sound);
}

/** The samples of an audio file, its channels averaged, at a rate. */
export async function samplesOf(blob, sampleRate) {
  // Decoding brings a clip to its context's rate.
  const clip = await new OfflineAudioContext(1, 1, sampleRate).decodeAudioData(await blob.arrayBuffer());
  const samples = new Float32Array(clip.length);
  for (let channel = 0; channel < clip.numberOfChannels; channel++) {
    clip.getChannelData(channel).forEach((sample, at) => { samples[at] += sample / clip.numberOfChannels; });
  }
  return samples;
}

/** One row for each frame in time, one column for each band; white is the clip's loudest. */
function logMel(samples, {sample_rate, seconds, frames, mels}) {
  const length = Math.floor(seconds * sample_rate), hop = Math.floor(length / frames), size = 2 * hop;
  const padded = new Float64Array(length + Math.floor(hop / 2) + size);
  padded.set(samples.subarray(0, length), Math.floor(hop / 2));
  const turn = Array.from({length: size}, (_, n) => 2 * Math.PI * n / size);
  const cosines = Float64Array.from(turn, Math.cos), sines = Float64Array.from(turn, Math.sin);
  const hann = Float64Array.from({length: size}, (_, n) => 0.5 - 0.5 * Math.cos(2 * Math.PI * n / (size - 1)));
  const bands = triangles(mels, hop + 1, sample_rate);
  const decibels = new Float64Array(frames * mels);
  const powers = new Float64Array(hop + 1);
  for (let frame = 0; frame < frames; frame++) {
    const windowed = hann.map((weight, n) => weight * padded[frame * hop + n]);
    for (let bin = 0; bin <= hop; bin++) {
      let real = 0, imaginary = 0;
      for (let n = 0, at = 0; n < size; n++, at = (at + bin) % size) {
        real += windowed[n] * cosines[at];
        imaginary -= windowed[n] * sines[at];
      }
      powers[bin] = real * real + imaginary * imaginary;
    }
    bands.forEach((weights, mel) => {
      const power = weights.reduce((sum, weight, bin) => sum + weight * powers[bin], 0);
      decibels[frame * mels + mel] = 10 * Math.log10(Math.max(power, 1e-10));
    });
  }
  const loudest = decibels.reduce((a, b) => Math.max(a, b));
  return Uint8Array.from(decibels, each => {
    return Math.round(255 * Math.max(0, (each - loudest + RANGE_DECIBELS) / RANGE_DECIBELS));
  });
}

/** For each band, what it takes of each frequency; the constant part is left out. */
function triangles(mels, bins, sampleRate) {
  const mel = hertz => 1127 * Math.log1p(hertz / 700);
  const lowest = mel(LOWEST_HERTZ), step = (mel(sampleRate / 2) - lowest) / (mels + 1);
  return Array.from({length: mels}, (_, band) => {
    const peak = lowest + (band + 1) * step;
    return Float64Array.from({length: bins}, (_, bin) => {
      const there = mel(bin / (bins - 1) * sampleRate / 2);
      return bin === 0 ? 0 : Math.max(0, 1 - Math.abs(there - peak) / step);
    });
  });
}
