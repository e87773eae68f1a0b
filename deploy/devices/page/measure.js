// Runs the files that the computer hands out, and sends the timings back.
import {loadAndCompile, loadLiteRt, Tensor} from '@litertjs/core';

const ROUNDS = 5;
const ROUND_MS = 40; // Clocks of browsers tick as seldom as once in a millisecond.
const MAX_RUNS = 20000;

const show = (state, detail = '') => {
  document.getElementById('state').textContent = state;
  document.getElementById('detail').textContent = detail;
};

const stop = (state, detail) => {
  document.body.className = 'wrong';
  show(state, detail);
  throw new Error(`${state}: ${detail}`);
};

async function ask(path, body) {
  const answer = await fetch(path, {method: 'POST', body: JSON.stringify(body)});
  if (answer.ok) return answer.json();
  const told = await answer.text();
  if (answer.status < 500) stop('This page cannot measure', told);
  throw new Error(told);
}

function graphicsName() {
  const gl = document.createElement('canvas').getContext('webgl');
  const info = gl && gl.getExtension('WEBGL_debug_renderer_info');
  return info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : '';
}

function noise(details) {
  const length = details.shape.reduce((a, b) => a * b, 1);
  if (details.dtype === 'float32') return Float32Array.from({length}, () => Math.random() * 2 - 1);
  if (details.dtype === 'int32') return Int32Array.from({length}, () => Math.floor(Math.random() * 2));
  if (details.dtype === 'uint8') return Uint8Array.from({length}, () => Math.floor(Math.random() * 256));
  throw new Error(`an input of ${details.dtype}, which LiteRT.js does not take`);
}

async function timed(model, inputs, runs) {
  const start = performance.now();
  for (let run = 0; run < runs; run++) {
    for (const output of await model.run(inputs)) output.delete();
  }
  return performance.now() - start;
}

async function measure(job, session) {
  const answer = await fetch(`/files/${job.file}?session=${session}`);
  if (!answer.ok) throw new Error(`the file could not be fetched: ${answer.status}`);
  const start = performance.now();
  const model = await loadAndCompile(new Uint8Array(await answer.arrayBuffer()), {accelerator: 'wasm'});
  const inputs = model.getInputDetails().map(details => new Tensor(noise(details), Array.from(details.shape)));
  try {
    const first_ms = await timed(model, inputs, 1);
    // Doubled until one round takes long enough for the clock.
    let runs = 1, warm_up_ms = 0;
    for (;;) {
      const took = await timed(model, inputs, runs);
      warm_up_ms = took / runs;
      if (took >= ROUND_MS || runs >= MAX_RUNS) break;
      runs = Math.min(MAX_RUNS, took > 0 ? Math.max(2 * runs, Math.ceil(runs * ROUND_MS / took)) : 4 * runs);
    }
    const rounds_ms = [];
    for (let round = 0; round < ROUNDS; round++) rounds_ms.push(await timed(model, inputs, runs) / runs);
    return {first_ms, warm_up_ms, rounds_ms, runs, took_ms: performance.now() - start};
  } finally {
    inputs.forEach(input => input.delete());
    model.delete();
  }
}

async function main() {
  show('Loading LiteRT.js');
  await loadLiteRt('/litertjs/core/wasm/');
  const about = {agent: navigator.userAgent, cores: navigator.hardwareConcurrency || 0, graphics: graphicsName()};
  document.getElementById('about').textContent = `${about.agent} ${about.graphics}`;
  const token = new URLSearchParams(location.search).get('token');
  // Kept in this tab, so that a reload goes on, while the token in the address works but once.
  const {session} = await ask('/join', {token, session: sessionStorage.getItem('session'), about});
  sessionStorage.setItem('session', session);
  const lock = () => navigator.wakeLock?.request('screen').catch(() => {});
  lock();
  const bar = document.getElementById('bar');
  for (;;) {
    let next;
    try {
      next = await ask('/next', {session});
    } catch (error) {
      if (document.body.className === 'wrong') throw error;
      show('The computer does not answer', 'Trying again');
      await new Promise(resolve => setTimeout(resolve, 2000));
      continue;
    }
    if (next.over) return show('Done', 'This page can be closed.');
    if (!next.job) {
      show('Ready', 'Waiting for the computer to send something to measure.');
      continue;
    }
    const {job} = next;
    show('Measuring', `${job.number} of ${job.count}`);
    bar.hidden = false;
    bar.value = job.number / job.count;
    let found;
    try {
      found = await measure(job, session);
    } catch (error) {
      found = {error: String(error)};
    }
    await ask('/result', {session, job: job.id, ...found});
  }
}

main().catch(error => {
  if (document.body.className !== 'wrong') {
    document.body.className = 'wrong';
    show('This page cannot measure', String(error));
  }
});
