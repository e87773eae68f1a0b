// A text as the pixels that the model was trained on: a row of tokens, each hashed into features of 0, 128 and 255.
// All is in whole numbers of 32 bits over code points, so every browser gives the same pixels.

// Ranges of code points: left out, ends of tokens, tokens by themselves; and capitals, with step and distance.
const IGNORED = {{ ignored }};
const SPACES = {{ spaces }};
const SYMBOLS = {{ symbols }};
const UPPER = {{ upper }};
const ZERO = 128, PLUS = 255, MINUS = 0;

/** @param {string} source the text. */
export async function pixelsOf(source, {text}) {
  const features = text.word_features + text.trigram_features;
  const pixels = new Uint8Array(text.tokens * features).fill(ZERO);
  for (const [place, token] of tokensOf(source).slice(0, text.tokens).entries()) {
    write(token, pixels.subarray(place * features, (place + 1) * features), text.word_features, text.trigram_features);
  }
  return pixels;
}

/** Tokens as arrays of code points: runs of small letters and digits, and single symbols. */
function tokensOf(source) {
  const tokens = [];
  let token = [];
  const end = () => {
    if (token.length) tokens.push(token);
    token = [];
  };
  for (const letter of `${source}`.normalize('NFC')) {
    const point = letter.codePointAt(0);
    if (within(point, IGNORED)) continue;
    if (within(point, SPACES)) {
      end();
    } else if (within(point, SYMBOLS)) {
      end();
      tokens.push([point]);
    } else {
      token.push(lower(point));
    }
  }
  end();
  return tokens;
}

function within(point, ranges) {
  return ranges.some(([first, last]) => first <= point && point <= last);
}

function lower(point) {
  const range = UPPER.find(([first, last, step]) => first <= point && point <= last && (point - first) % step === 0);
  return range ? point + range[3] : point;
}

/** Two bits of the token's hash for each word feature; of each trigram one feature, plus or minus. */
function write(token, pixels, words, trigrams) {
  const key = hash(token, {{ word_seed }});
  for (let feature = 0; feature < words; feature++) {
    const bits = mixed(key + (Math.floor(feature / 16) + 1) * {{ step }}) >>> 2 * (feature % 16) & 3;
    pixels[feature] = [ZERO, PLUS, MINUS, ZERO][bits];
  }
  if (!trigrams) return;
  const sums = new Int32Array(trigrams), points = [{{ start }}, ...token, {{ end }}];
  for (let first = 0; first + 2 < points.length; first++) {
    const bits = hash(points.slice(first, first + 3), {{ trigram_seed }});
    sums[(bits >>> 1) % trigrams] += bits & 1 ? 1 : -1;
  }
  sums.forEach((sum, feature) => pixels[words + feature] = sum > 0 ? PLUS : sum < 0 ? MINUS : ZERO);
}

/** FNV-1a over code points, with MurmurHash3's last mix. */
function hash(points, seed) {
  return mixed(points.reduce((bits, point) => Math.imul(bits ^ point, {{ prime }}), seed));
}

function mixed(bits) {
  bits >>>= 0;
  bits = Math.imul(bits ^ bits >>> 16, 0x85EBCA6B);
  bits = Math.imul(bits ^ bits >>> 13, 0xC2B2AE35);
  return (bits ^ bits >>> 16) >>> 0;
}
