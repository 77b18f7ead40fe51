import { describe, expect, it } from 'vitest';
import { piecesOf } from './pieces.ts';

const shown = (text: string) => piecesOf(text).map(({ kind, groups }) => [kind, groups.join('|')]);
const KEY = 'k7mZ1mQ0b2Q9n3o5p7r9t1v3x5z7B9D1F3H5J7L9N1P';

describe('a text is broken', () => {
  it('between the pairs of a fingerprint', () => {
    expect(shown('指纹 3F:9C:1B:7A。')).toEqual([
      ['text', '指纹 '],
      ['groups', '3F:|9C:|1B:|7A'],
      ['text', '。'],
    ]);
  });

  it('after four signs of a fingerprint without pairs', () => {
    expect(shown(KEY)[1]).toEqual(['groups', 'k7mZ|1mQ0|b2Q9|n3o5|p7r9|t1v3|x5z7|B9D1|F3H5|J7L9|N1P']);
    const withStrokes = `a--file-${KEY.slice(8)}`;
    expect(shown(withStrokes)[1]?.[0]).toBe('groups');
  });

  it('nowhere in an option, and elsewhere as any text', () => {
    expect(shown('运行 provision --file 文件，10:20:00')).toEqual([
      ['text', '运行 provision '],
      ['whole', '--file'],
      ['text', ' 文件，10:20:00'],
    ]);
  });

  it('nowhere in a date or in what a command is called', () => {
    expect(shown('上次 2026-11-13 03:12，运行 pingjiaqi set-aside --all 重新上报')).toEqual([
      ['text', '上次 '],
      ['whole', '2026-11-13'],
      ['text', ' 03:12，运行 pingjiaqi '],
      ['whole', 'set-aside'],
      ['text', ' '],
      ['whole', '--all'],
      ['text', ' 重新上报'],
    ]);
  });

  it.each(['', KEY, `指纹 ${KEY}，3F:9C:1B:7A:00 --all`])('and nothing of it is lost: %s', (text) => {
    expect(
      piecesOf(text)
        .flatMap(({ groups }) => groups)
        .join(''),
    ).toBe(text);
  });
});
