// Where clips come from: the microphone, or a file.
import {byId, element, fileButton, modes, paint} from './elements.js';

const INSECURE = 'Browsers open the microphone only at secure addresses: https, or this very computer. '
  + 'This page came over plain http from another one, so record with another app and choose the file.';

/**
 * @param onSource called with what is to be classified; null when there is nothing.
 * @param onProblem called with one line for the user.
 * @return `showPixels(pixels)`, for a known example and for what was recorded.
 */
export function soundStage(about, onSource, onProblem) {
  const stage = byId('stage'), tools = byId('tools'), {seconds} = about.sound;
  stage.style.aspectRatio = '4 / 3';
  const pixels = element('canvas', {className: 'pixels'});
  const record = element('button', {type: 'button', className: 'primary', textContent: 'Record'});
  const say = text => stage.replaceChildren(
    element('div', {className: 'say'}, element('p', {textContent: text})),
  );

  const take = file => {
    choice.press('Audio file');
    tools.replaceChildren(fileButton('Choose another', 'audio/*', take));
    onSource(file);
  };

  const choose = () => {
    const button = fileButton('Choose an audio file', 'audio/*', take, {capture: 'user', primary: true});
    stage.replaceChildren(
      element('div', {className: 'say'}, element('p', {textContent: `Its first ${seconds} s are listened to`}), button),
    );
    tools.replaceChildren();
    onSource(null);
  };

  const listen = () => {
    tools.replaceChildren(record);
    if (!navigator.mediaDevices) {
      tools.replaceChildren();
      say(INSECURE);
    } else {
      say(`Press Record, and speak within ${seconds} s`);
    }
    onSource(null);
  };

  record.addEventListener('click', async () => {
    record.disabled = true;
    try {
      say('Waiting for the microphone');
      const clip = await recorded(seconds, () => say('Speak now'));
      await onSource(clip);
      record.textContent = 'Record again';
    } catch (error) {
      say(`The microphone cannot be used here (${error.message}).`);
    }
    record.disabled = false;
  });

  const choice = modes(['Microphone', 'Audio file'], name => ({Microphone: listen, 'Audio file': choose})[name]());
  document.addEventListener('dragover', event => event.preventDefault());
  document.addEventListener('drop', event => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) take(file);
    else onProblem('What was dropped is no file; save the clip first, then drop it here.');
  });
  choice.choose('Microphone');

  return {
    showPixels(of) {
      paint(pixels, of, about);
      stage.replaceChildren(pixels);
    },
    known() {
      choice.press('');
      const textContent = 'From the test split: time to the right, pitch upwards';
      tools.replaceChildren(element('p', {className: 'quiet', textContent}));
    },
  };
}

/** A clip from the microphone, as a Blob; `onStart` is called when it listens. */
async function recorded(seconds, onStart) {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  try {
    const recorder = new MediaRecorder(stream), parts = [];
    recorder.addEventListener('dataavailable', event => parts.push(event.data));
    const ended = new Promise(resolve => recorder.addEventListener('stop', resolve));
    recorder.addEventListener('start', () => {
      onStart();
      setTimeout(() => recorder.stop(), 1000 * seconds);
    });
    recorder.start();
    await ended;
    return new Blob(parts, {type: recorder.mimeType});
  } finally {
    stream.getTracks().forEach(track => track.stop());
  }
}
