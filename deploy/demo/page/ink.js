// What is drawn with a finger, a pen or a mouse: white on black for grey models, in colours on white for others.
import {element} from './elements.js';

const SIDE = 512;
const WIDTH = SIDE / 11;
export const COLOURS = ['#1d1a17', '#ffffff', '#d13b2f', '#f2b632', '#3f9b4f', '#3a78c9'];

/** A canvas to draw on. `source()` is what is to be classified. */
export class Ink {
  colour;
  #paper;
  #strokes = [];
  #place;

  /**
   * @param place where the model's pictures have their ink, from `placeOfInk`; null leaves drawings where they are.
   * @param onStroke called whenever something was drawn.
   */
  constructor(about, place, onStroke) {
    const longest = Math.max(about.width, about.height);
    const size = {width: Math.round(SIDE * about.width / longest), height: Math.round(SIDE * about.height / longest)};
    this.canvas = element('canvas', {className: 'ink', ...size});
    this.#place = place;
    this.#paper = about.channels === 1 ? '#000000' : '#ffffff';
    this.colour = about.channels === 1 ? '#ffffff' : COLOURS[0];
    this.canvas.addEventListener('pointerdown', event => {
      this.canvas.setPointerCapture(event.pointerId);
      this.#strokes.push({colour: this.colour, points: []});
      this.#follow(event);
      onStroke();
    });
    this.canvas.addEventListener('pointermove', event => {
      if (!this.canvas.hasPointerCapture(event.pointerId)) return;
      this.#follow(event);
      onStroke();
    });
    this.clear();
  }

  clear() {
    this.#strokes = [];
    this.#draw(this.canvas, WIDTH, point => point);
  }

  /** The canvas; or a copy whose ink lies where the model is used to it, as large and as thick. */
  source() {
    if (!this.#place) return this.canvas;
    const points = this.#strokes.flatMap(stroke => stroke.points);
    const [left, right] = span(points.map(([x]) => x)), [top, bottom] = span(points.map(([, y]) => y));
    const {middle, size, thickness} = this.#place, {width, height} = this.canvas;
    const scale = Math.max(1, size * height - thickness * height) / Math.max(right - left, bottom - top, WIDTH);
    const copy = new OffscreenCanvas(width, height);
    this.#draw(copy, thickness * height, ([x, y]) => [
      middle[0] * width + scale * (x - (left + right) / 2), middle[1] * height + scale * (y - (top + bottom) / 2),
    ]);
    return copy;
  }

  #follow(event) {
    const box = this.canvas.getBoundingClientRect();
    const xScale = this.canvas.width / box.width, yScale = this.canvas.height / box.height;
    // Browsers tell of points in between at secure addresses only.
    const told = event.getCoalescedEvents?.() ?? [];
    for (const {clientX, clientY} of told.length ? told : [event]) {
      this.#strokes.at(-1).points.push([(clientX - box.left) * xScale, (clientY - box.top) * yScale]);
    }
    this.#draw(this.canvas, WIDTH, point => point);
  }

  #draw(canvas, lineWidth, moved) {
    const context = canvas.getContext('2d', {willReadFrequently: true});
    context.fillStyle = this.#paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    Object.assign(context, {lineCap: 'round', lineJoin: 'round', lineWidth});
    for (const {colour, points} of this.#strokes) {
      context.strokeStyle = colour;
      context.beginPath();
      context.moveTo(...moved(points[0]));
      points.forEach(point => context.lineTo(...moved(point)));
      context.stroke();
    }
  }
}

/** Middle, size and thickness of the ink of grey pictures, in parts of their height; null unless all are on black. */
export function placeOfInk(pictures, {height, width, channels}) {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  if (channels !== 1 || !pictures.length) return null;
  if (pictures.some(pixels => corners.every(corner => pixels[corner] > 64))) return null;
  const boxes = pictures.map(pixels => {
    const inked = [...pixels.keys()].filter(at => pixels[at] > 64);
    const [left, right] = span(inked.map(at => at % width));
    const [top, bottom] = span(inked.map(at => Math.floor(at / width)));
    const ink = pixels.reduce((sum, level) => sum + level / 255, 0);
    return {x: (left + right + 1) / 2 / width, y: (top + bottom + 1) / 2 / height,
            size: Math.max(right - left + 1, bottom - top + 1) / height, ink: ink / (height * height)};
  });
  const median = of => boxes.map(of).sort((a, b) => a - b)[Math.floor(boxes.length / 2)];
  const size = median(box => box.size);
  // A sign is drawn with a line about twice as long as it is high.
  return {middle: [median(box => box.x), median(box => box.y)], size, thickness: median(box => box.ink) / (2 * size)};
}

function span(numbers) {
  return [numbers.reduce((a, b) => Math.min(a, b), Infinity), numbers.reduce((a, b) => Math.max(a, b), -Infinity)];
}
