// A picture as the pixels that the model was trained on: its middle, averaged to the model's size. All sums are of
// whole numbers, so every browser gives the same pixels.

// Canvases have a largest area, which photographs of phones exceed: pictures are read in bands of so many pixels.
const BAND_PIXELS = 1 << 22;

export async function pixelsOf(source, {height, width, channels}) {
  if (!(source instanceof Blob)) return resized(source, height, width, channels);
  const picture = await createImageBitmap(source, {imageOrientation: 'from-image'});
  try {
    return resized(picture, height, width, channels);
  } finally {
    picture.close();
  }
}

function resized(picture, height, width, channels) {
  const {x, y, w, h} = middle(picture, height, width);
  const rowAt = rows(picture, x, y, w, h);
  const pixels = new Uint8Array(height * width * channels);
  const levels = new Uint8Array(w * channels), sums = new Float64Array(w * channels);
  for (let i = 0; i < height; i++) {
    sums.fill(0);
    for (let k = Math.floor(i * h / height); k * height < (i + 1) * h; k++) {
      const weight = overlap(i, k, h, height);
      read(rowAt(k), levels, channels);
      for (let place = 0; place < sums.length; place++) sums[place] += weight * levels[place];
    }
    for (let j = 0; j < width; j++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = Math.floor(j * w / width); k * width < (j + 1) * w; k++) {
          sum += overlap(j, k, w, width) * sums[k * channels + channel];
        }
        pixels[(i * width + j) * channels + channel] = Math.floor(sum / (w * h) + 0.5);
      }
    }
  }
  return pixels;
}

/** The largest centred rectangle in the model's aspect. */
function middle(picture, height, width) {
  const [w, h] = size(picture);
  if (!w || !h) throw new Error('the picture has no pixels yet; wait until it is loaded');
  if (w * height > h * width) {
    const cut = Math.max(1, Math.floor(h * width / height));
    return {x: Math.floor((w - cut) / 2), y: 0, w: cut, h};
  }
  const cut = Math.max(1, Math.floor(w * height / width));
  return {x: 0, y: Math.floor((h - cut) / 2), w, h: cut};
}

function size(picture) {
  const {videoWidth, naturalWidth, displayWidth, videoHeight, naturalHeight, displayHeight} = picture;
  return [
    videoWidth ?? naturalWidth ?? displayWidth ?? picture.width,
    videoHeight ?? naturalHeight ?? displayHeight ?? picture.height,
  ];
}

/** How much of source pixel k, of n, lies within pixel i, of m; a pixel i is n of these parts. */
function overlap(i, k, n, m) {
  return Math.min((i + 1) * n, (k + 1) * m) - Math.max(i * n, k * m);
}

/** A function from the number of a row, asked for in order, to its RGBA bytes. */
function rows(picture, x, y, w, h) {
  if (picture instanceof ImageData) {
    return k => picture.data.subarray(4 * ((y + k) * picture.width + x), 4 * ((y + k) * picture.width + x + w));
  }
  const most = Math.min(h, Math.max(1, Math.floor(BAND_PIXELS / w)));
  // Without alpha, a canvas is black where nothing is drawn.
  const options = {alpha: false, colorSpace: 'srgb', willReadFrequently: true};
  const context = new OffscreenCanvas(w, most).getContext('2d', options);
  let band, first = 0, end = 0;
  return k => {
    if (k >= end) {
      [first, end] = [k, Math.min(h, k + most)];
      context.fillRect(0, 0, w, most);
      context.drawImage(picture, x, y + first, w, end - first, 0, 0, w, end - first);
      band = context.getImageData(0, 0, w, end - first).data;
    }
    return band.subarray(4 * (k - first) * w, 4 * (k - first + 1) * w);
  };
}

/** RGBA bytes over black as red, green and blue, or as grey as television weighs them, in parts of 65,536. */
function read(row, levels, channels) {
  for (let from = 0, to = 0; from < row.length; from += 4, to += channels) {
    const alpha = row[from + 3], red = overBlack(row[from], alpha);
    const green = overBlack(row[from + 1], alpha), blue = overBlack(row[from + 2], alpha);
    if (channels === 1) {
      levels[to] = (19595 * red + 38470 * green + 7471 * blue + 32768) >> 16;
    } else {
      [levels[to], levels[to + 1], levels[to + 2]] = [red, green, blue];
    }
  }
}

function overBlack(level, alpha) {
  return alpha === 255 ? level : Math.round(level * alpha / 255);
}
