import { describe, expect, it } from 'vitest';
import { heardText } from './keypad-lesson-model.ts';

describe('what the line brought', () => {
  it.each([
    [0, '', '还没有收到数据'],
    [2, '', '已收到 2 字节'],
    [3, '7E 01 7F', '已收到 3 字节，最近一次：7E 01 7F'],
  ])('%i bytes, of which "%s" is the newest message: no sentence ends before its end', (bytes, heard, text) => {
    expect(heardText({ bytes, heard })).toBe(text);
  });
});
