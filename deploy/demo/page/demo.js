// The demo's page: what the user gives it goes through the bundle's own JavaScript.
import {open} from '/integration/javascript/classifier.js';
import {byId, element, paint} from './elements.js';
import {measured} from './latency.js';
import {pictureStage} from './picture_stage.js';
import {Results} from './results.js';
import {soundStage} from './sound_stage.js';
import {textStage} from './text_stage.js';

const fetched = async name => (await fetch(name)).json();
const bytes = text => Uint8Array.from(atob(text), each => each.charCodeAt(0));

function tell(problem) {
  byId('problem').textContent = problem;
  byId('problem').hidden = !problem;
}

async function main() {
  const [bundle, classifier] = await Promise.all([fetched('/bundle.json'), open()]);
  const {about} = classifier, results = new Results(about);
  const examples = bundle.examples.map(example => ({...example, pixels: bytes(example.pixels)}));
  let asked = 0;

  const onSource = async source => {
    const mine = ++asked;
    press(null);
    if (source === null) return results.clear(about.text ? 'Write something' : `${about.sound ? 'Say' : 'Show it'} something, or tap an example`);
    try {
      const pixels = await classifier.pixels(source), logits = await classifier.logits(pixels);
      if (mine !== asked) return; // The user was faster.
      tell('');
      if (about.sound) stage.showPixels(pixels);
      results.show(pixels, classifier.confidences(logits));
    } catch (error) {
      tell(`This browser cannot read that: ${error.message}`);
    }
  };

  const press = number => [...byId('examples').children].forEach((button, place) => {
    button.ariaPressed = `${place === number}`;
  });

  const known = async number => {
    const {pixels, label, teacher_logits} = examples[number];
    asked++;
    tell('');
    stage.known?.();
    stage.showPixels(pixels);
    press(number);
    const teacher = teacher_logits && classifier.confidences(teacher_logits);
    const confidences = classifier.confidences(await classifier.logits(pixels));
    results.show(pixels, confidences, {teacher, expected: label});
  };

  showFacts(bundle);
  byId('examples').append(...examples.map(({pixels, label}, number) => {
    const picture = element('canvas');
    paint(picture, pixels, about);
    const name = element('span', {textContent: about.labels[label]});
    const button = element('button', {type: 'button', ariaPressed: 'false'}, picture, name);
    button.addEventListener('click', () => known(number));
    return button;
  }));
  const pictures = examples.map(example => example.pixels);
  const stage = about.text ? textStage(onSource)
    : about.sound ? soundStage(about, onSource, tell) : pictureStage(about, pictures, onSource, tell);
  const ofAddress = () => {
    const number = Number(/^#example=(\d+)$/.exec(location.hash)?.[1] ?? NaN);
    return number < examples.length ? known(number) : null;
  };
  addEventListener('hashchange', ofAddress);
  await ofAddress();

  let equal = 0;
  for (const {pixels, logits} of examples) {
    const found = await classifier.logits(pixels);
    equal += found.every((logit, number) => logit === logits[number]);
  }
  byId('same').textContent = `${equal} of ${examples.length}`;
  await showLatency(classifier, examples[0].pixels);
  document.body.dataset.state = 'ready';
}

async function showLatency(classifier, pixels) {
  const input = classifier.input(pixels);
  const {median_ms, runs} = await measured(classifier.compiled, input);
  input.delete();
  const [figure, unit] = median_ms < 1 ? [1e3 * median_ms, 'µs'] : [median_ms, 'ms'];
  byId('latency').textContent = `${figure.toPrecision(3)} ${unit}`;
  const again = element('button', {type: 'button', className: 'again', textContent: 'again'});
  again.addEventListener('click', () => showLatency(classifier, pixels));
  byId('latency-how').replaceChildren(`, the median of 5 rounds of ${runs.toLocaleString('en')} (`, again, ')');
}

function showFacts({name, dataset, test_accuracy, size_bytes}) {
  byId('name').textContent = name ?? 'A model';
  document.title = `${name ?? 'A model'}: Potstill demo`;
  if (test_accuracy !== null) byId('accuracy').textContent = `${(100 * test_accuracy).toFixed(1)} %`;
  if (dataset !== null) byId('dataset').textContent = `on the test split of ${dataset}`;
  const [figure, unit] = size_bytes < 1e6 ? [size_bytes / 1e3, 'kB'] : [size_bytes / 1e6, 'MB'];
  byId('size').textContent = `${figure.toPrecision(3)} ${unit}`;
}

main().catch(error => {
  document.body.dataset.state = 'wrong';
  tell(`This page cannot run the model: ${error.message ?? error}`);
});
