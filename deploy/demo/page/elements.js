// What the page's parts share.

export const byId = id => document.getElementById(id);

/** An element. Texts come from bundles, whoever made them: they are set as text, never as markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Where a button takes files of a kind; `capture` opens a phone's camera or recorder. */
export function fileButton(text, accept, onFile, {capture, primary} = {}) {
  const input = element('input', {type: 'file', accept, ariaLabel: text});
  if (capture) input.setAttribute('capture', capture);
  input.addEventListener('change', () => {
    if (input.files.length) onFile(input.files[0]);
    input.value = '';
  });
  return element('span', {className: `button file${primary ? ' primary' : ''}`}, text, input);
}

/** Buttons of which one is pressed; `choose(name)` presses one. */
export function modes(names, onChoice) {
  const buttons = names.map(name => {
    const button = element('button', {type: 'button', textContent: name, ariaPressed: 'false'});
    button.addEventListener('click', () => choose(name));
    return button;
  });
  byId('modes').replaceChildren(...buttons);
  const choose = name => {
    press(name);
    onChoice(name);
  };
  const press = name => buttons.forEach(button => { button.ariaPressed = `${button.textContent === name}`; });
  return {choose, press};
}

/** Draw the model's pixels; those of sound as a spectrogram, time to the right. */
export function paint(canvas, pixels, {height, width, channels, sound}) {
  [canvas.width, canvas.height] = sound ? [height, width] : [width, height];
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, canvas.height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const from = channels * (row * width + column);
      const to = 4 * (sound ? (width - 1 - column) * height + row : row * width + column);
      const level = pixels[from];
      const plain = channels === 1 ? [level, level, level] : pixels.subarray(from, from + 3);
      image.data.set(sound ? heat(level / 255) : plain, to);
      image.data[to + 3] = 255;
    }
  }
  context.putImageData(image, 0, 0);
}

/** From the dark of a cold still over copper to white. */
function heat(share) {
  const stops = [[18, 14, 22], [104, 38, 44], [214, 110, 44], [255, 244, 224]];
  const at = share * (stops.length - 1), low = Math.min(Math.floor(at), stops.length - 2);
  return stops[low].map((level, channel) => level + (at - low) * (stops[low + 1][channel] - level));
}
