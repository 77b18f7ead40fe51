import { describe, expect, it } from 'vitest';
import { deleteBack, insertText, type TextField } from './text-field.ts';

function field(value: string, start = value.length, end = start): TextField {
  return {
    value,
    selectionStart: start,
    selectionEnd: end,
    setRangeText(text, from, to) {
      this.value = this.value.slice(0, from) + text + this.value.slice(to);
      this.selectionStart = this.selectionEnd = from + text.length;
    },
  };
}

describe('writing by touch', () => {
  it('goes in at the caret and over what is marked', () => {
    const at = field('排很久', 1);
    insertText(at, '队', 500);
    expect([at.value, at.selectionStart]).toEqual(['排队很久', 2]);
    const over = field('排队很久', 0, 2);
    insertText(over, '等', 500);
    expect(over.value).toBe('等很久');
  });

  it.each([
    ['', '😀😀', 3, '😀'],
    ['abc', 'de', 4, 'abcd'],
    ['abcd', 'e', 4, 'abcd'],
    ['', '𬘭', 1, ''],
  ])('keeps %j with %j within %i as %j: never half a character', (before, text, max, after) => {
    const at = field(before);
    insertText(at, text, max);
    expect(at.value).toBe(after);
    expect(at.value.isWellFormed()).toBe(true);
  });

  it.each([
    ['好😀', 3, 3, '好'],
    ['好', 0, 0, '好'],
    ['很好', 0, 2, ''],
    ['ᠨᠢ\u202f', 3, 3, 'ᠨᠢ'],
  ])('takes one character away from %j', (value, start, end, after) => {
    const at = field(value, start, end);
    deleteBack(at);
    expect(at.value).toBe(after);
  });
});
