// The answer: the likeliest class, a bar for each, the teacher's beside it where it is known.
import {byId, element, paint} from './elements.js';

const ALL = 12; // So many classes keep their places, so that bars grow and shrink where they are.
const LIKELIEST = 8;

export class Results {
  #about;

  constructor(about) {
    this.#about = about;
  }

  /** Show that there is nothing to answer, and what to do. */
  clear(what) {
    byId('label').textContent = what;
    byId('label').className = 'empty';
    this.#verdict('');
    byId('sees').hidden = byId('legend').hidden = true;
    this.#bars(this.#about.labels.map(() => 0), null);
  }

  /**
   * @param shares confidences in the order of the labels.
   * @param teacher the teacher's, or null.
   * @param expected the class's number, where it is known.
   */
  show(pixels, shares, {teacher = null, expected = null} = {}) {
    const first = shares.indexOf(Math.max(...shares)), {labels} = this.#about;
    byId('label').textContent = labels[first];
    byId('label').className = '';
    if (expected === null) this.#verdict(`${percent(shares[first])} sure`);
    else if (first === expected) this.#verdict(`${percent(shares[first])} sure, and right`, 'right');
    else this.#verdict(`${percent(shares[first])} sure; it should be ${labels[expected]}`, 'wrong');
    // Where the stage shows the pixels themselves, once is enough.
    byId('sees').hidden = Boolean(this.#about.sound || this.#about.text) || expected !== null;
    paint(byId('seen'), pixels, this.#about);
    byId('legend').hidden = teacher === null;
    byId('of-student').textContent = `student: ${this.#said(shares)}`;
    if (teacher) byId('of-teacher').textContent = `teacher: ${this.#said(teacher)}`;
    this.#bars(shares, teacher);
  }

  #said(shares) {
    const most = Math.max(...shares);
    return `${this.#about.labels[shares.indexOf(most)]}, ${percent(most)}`;
  }

  #verdict(text, kind = 'quiet') {
    byId('verdict').textContent = text;
    byId('verdict').className = kind;
  }

  #bars(shares, teacher) {
    const {labels} = this.#about, first = shares.indexOf(Math.max(...shares));
    const likeliest = labels.map((_, number) => number).sort((a, b) => shares[b] - shares[a]).slice(0, LIKELIEST);
    const numbers = labels.length <= ALL ? [...labels.keys()] : likeliest;
    const list = byId('bars');
    list.classList.toggle('with-teacher', teacher !== null);
    while (list.children.length < numbers.length) list.append(bar());
    numbers.forEach((number, place) => {
      const row = list.children[place], [student, other] = row.querySelectorAll('.fill');
      row.classList.toggle('first', number === first && shares[first] > 0);
      row.querySelector('.name').textContent = row.querySelector('.name').title = labels[number];
      row.querySelector('.value').textContent = shares[first] > 0 ? percent(shares[number]) : '';
      student.style.width = `${100 * shares[number]}%`;
      other.parentElement.hidden = teacher === null;
      other.style.width = `${100 * (teacher?.[number] ?? 0)}%`;
      row.dataset.label = labels[number];
    });
  }
}

const percent = share => `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;

function bar() {
  const track = of => element('div', {className: 'track'}, element('div', {className: `fill ${of}`}));
  return element(
    'li', {}, element('span', {className: 'name'}),
    element('div', {className: 'tracks'}, track('student'), track('teacher')), element('span', {className: 'value'}),
  );
}
