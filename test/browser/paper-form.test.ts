import { expect, it } from 'vitest';
import narrow from '../../assets/paper-form/form-384.json' with { type: 'json' };
import wide from '../../assets/paper-form/form-576.json' with { type: 'json' };
import { drawFormPicture } from '../paper-form/picture.ts';

type Picture = Pick<typeof narrow, 'width' | 'height' | 'rows'>;

function blackIn({ width, rows }: Picture): (x: number, y: number) => boolean {
  const bytes = Buffer.from(rows, 'base64');
  return (x, y) => x >= 0 && x < width && ((bytes[(y * width + x) >> 3] ?? 0) & (0x80 >> (x & 7))) !== 0;
}

/** Black dots of `one` that have none of the `other` at or beside them: another browser may round an edge by one dot. */
function strays(one: Picture, other: Picture): string[] {
  const [isBlack, isThere] = [blackIn(one), blackIn(other)];
  const around = [-1, 0, 1];
  const dots = Array.from({ length: one.width * one.height }, (_, at) => [at % one.width, Math.floor(at / one.width)]);
  return dots
    .filter(([x = 0, y = 0]) => isBlack(x, y) && !around.some((dx) => around.some((dy) => isThere(x + dx, y + dy))))
    .map(([x, y]) => `${x}, ${y}`);
}

it.each([
  ['58 mm', 384, narrow],
  ['80 mm', 576, wide],
] as const)('the shipped form for %s is what the labels of today draw', async (_paper, width, shipped) => {
  const drawn = await drawFormPicture(width);
  expect(shipped.height).toBe(drawn.height);
  expect(strays(drawn, shipped)).toEqual([]);
  expect(strays(shipped, drawn)).toEqual([]);
});
