import { expect, it } from 'vitest';
import { LAYOUTS } from './layouts.ts';

it.each(Object.entries(LAYOUTS))(
  'has a second level of %s in rows as long, so that ⇧ stays where it is',
  (_id, layout) => {
    const lengths = (rows: readonly string[]) => rows.map((row) => Array.from(row).length);
    expect(lengths(layout.shifted ?? layout.rows)).toEqual(lengths(layout.rows));
  },
);

it.each(Object.entries(LAYOUTS))('has no sign twice on one level of %s', (_id, { rows, shifted }) => {
  for (const level of [rows, shifted ?? []]) {
    const signs = Array.from(level.join(''));
    expect(signs.filter((sign, index) => signs.indexOf(sign) !== index)).toEqual([]);
  }
});
