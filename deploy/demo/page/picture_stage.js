// Where pictures come from: drawn here, chosen, dropped, or from the camera.
import {byId, element, fileButton, modes, paint} from './elements.js';
import {COLOURS, Ink, placeOfInk} from './ink.js';

const INSECURE = 'Browsers open the camera only at secure addresses: https, or this very computer. '
  + 'This page came over plain http from another one, so take a photo with the camera app instead.';

/**
 * @param examples pixels of known examples: drawings are brought to where these have their ink.
 * @param onSource called with what is to be classified; null when there is nothing.
 * @param onProblem called with one line for the user.
 * @return `showPixels(pixels)`, for a known example.
 */
export function pictureStage(about, examples, onSource, onProblem) {
  const stage = byId('stage'), tools = byId('tools');
  stage.style.aspectRatio = `${about.width} / ${about.height}`;
  const place = placeOfInk(examples, about);
  const ink = new Ink(about, place, () => {
    hint.remove();
    onSource(ink.source());
  });
  const image = element('img', {alt: 'The picture that was chosen'});
  const video = element('video', {muted: true, playsInline: true});
  const pixels = element('canvas', {className: 'pixels'});
  const hint = element('div', {className: `hint${about.channels === 1 ? '' : ' on-white'}`});
  let stream = null, scenes = 0;

  const show = (...parts) => {
    scenes++;
    stage.replaceChildren(...parts);
    stream?.getTracks().forEach(track => track.stop());
    stream = null;
  };

  const take = file => {
    choice.press('Picture');
    URL.revokeObjectURL(image.src);
    image.src = URL.createObjectURL(file);
    show(image);
    tools.replaceChildren(fileButton('Choose another', 'image/*', take));
    onSource(file);
  };

  const draw = () => {
    hint.textContent = 'Draw here';
    ink.clear();
    show(ink.canvas, hint);
    const clear = element('button', {type: 'button', className: 'end', textContent: 'Clear'});
    clear.addEventListener('click', draw);
    const left = about.channels > 1 ? swatches(ink) : place ? [told('Centred, and as thick as test pictures')] : [];
    tools.replaceChildren(...left, clear);
    onSource(null);
  };

  const choose = () => {
    const button = fileButton('Choose a picture', 'image/*', take, {primary: true});
    show(element('div', {className: 'say'}, element('p', {textContent: 'Drop a picture here, or'}), button));
    tools.replaceChildren();
    onSource(null);
  };

  const photograph = why => {
    const button = fileButton('Take a photo', 'image/*', take, {capture: 'environment', primary: true});
    show(element('div', {className: 'say'}, element('p', {className: 'quiet', textContent: why}), button));
  };

  const film = async () => {
    tools.replaceChildren();
    onSource(null);
    if (!navigator.mediaDevices) return photograph(INSECURE);
    show(element('div', {className: 'say'}, element('p', {textContent: 'Waiting for the camera'})));
    const waiting = scenes;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({video: {facingMode: 'environment'}});
      // By the time that they allow it, users may be elsewhere.
      if (scenes !== waiting) return opened.getTracks().forEach(track => track.stop());
      show(video);
      stream = video.srcObject = opened;
      await video.play();
      tools.replaceChildren(told('Live; the model is shown what you see here'));
    } catch (error) {
      return photograph(`The camera cannot be used here (${error.message}).`);
    }
    const mine = stream;
    while (stream === mine) {
      await onSource(video);
      await new Promise(resolve => setTimeout(resolve, 60));
    }
  };

  const choice = modes(['Draw', 'Picture', 'Camera'], name => ({Draw: draw, Picture: choose, Camera: film})[name]());
  document.addEventListener('dragover', event => {
    event.preventDefault();
    stage.classList.add('drop');
  });
  document.addEventListener('dragleave', () => stage.classList.remove('drop'));
  document.addEventListener('drop', event => {
    event.preventDefault();
    stage.classList.remove('drop');
    const [file] = event.dataTransfer.files;
    if (file) take(file);
    else onProblem('What was dropped is no file; save the picture first, then drop it here.');
  });
  choice.choose(about.channels === 1 ? 'Draw' : 'Picture');

  return {
    showPixels(of) {
      choice.press('');
      show(pixels);
      paint(pixels, of, about);
      tools.replaceChildren(told('From the test split, as the model sees it'));
    },
  };
}

const told = textContent => element('p', {className: 'quiet', textContent});

function swatches(ink) {
  const made = COLOURS.map(colour => {
    const swatch = element('button', {type: 'button', className: 'swatch', ariaLabel: `Draw in ${colour}`});
    swatch.style.background = colour;
    swatch.ariaPressed = `${colour === ink.colour}`;
    swatch.addEventListener('click', () => {
      ink.colour = colour;
      made.forEach(other => { other.ariaPressed = `${other === swatch}`; });
    });
    return swatch;
  });
  return made;
}
