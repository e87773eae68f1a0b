// Where texts come from: a field to write in.
import {byId, element} from './elements.js';

/**
 * @param onSource called with what is to be classified, at each key; null when there is nothing.
 * @return `showPixels`, which shows nothing: features of words mean nothing to people.
 */
export function textStage(onSource) {
  byId('modes').hidden = byId('known').hidden = true;
  const field = element('textarea', {placeholder: 'Write something', ariaLabel: 'Text', autofocus: true});
  field.addEventListener('input', () => onSource(field.value.trim() || null));
  byId('stage').style.aspectRatio = '4 / 3';
  byId('stage').replaceChildren(field);
  byId('tools').replaceChildren();
  onSource(null);
  return {showPixels() {}};
}
