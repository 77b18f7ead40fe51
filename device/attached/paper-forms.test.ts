import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import words from '../../assets/paper-form/picture-words.json' with { type: 'json' };
import { paperForm } from '../peripherals/printer/paper-form.ts';
import { type ApplianceFixture, openTestAppliance } from '../testing/appliance-fixture.ts';

let fixture: ApplianceFixture;
beforeEach(async () => {
  fixture = await openTestAppliance();
});
afterEach(() => fixture.close());

it('each form has a number of its own, also after a restart, and an event says that it was given', async () => {
  const numbers = [
    (await fixture.appliance.attached.printPaperForm()).form,
    (await fixture.appliance.attached.printPaperForm()).form,
  ];
  await fixture.restart();
  numbers.push((await fixture.appliance.attached.printPaperForm()).form);
  expect(new Set(numbers).size).toBe(3);
  for (const number of numbers) expect(number).toMatch(/^A-07-[0-9A-Z]{4}-\d{6}$/);
  const issued = fixture
    .records()
    .filter(({ kind, body }) => kind === 'event' && 'type' in body && body.type === 'paper_form_issued');
  expect(issued.map(({ seq }) => String(seq).padStart(6, '0'))).toEqual(numbers.map((number) => number.slice(-6)));
});

it('without a printer that is said, and the number stays unused', async () => {
  expect(await fixture.appliance.attached.printPaperForm()).toMatchObject({ outcome: { outcome: 'none' } });
});

/** Eight dots are a millimetre of the paper. */
const DOTS_PER_MM = 8;
type Dots = readonly (readonly boolean[])[];

describe.each([384, 576] as const)('on a line of %i dots', (lineDots) => {
  const items = paperForm({ form: 'F', hall: 'H', window: 'W' }, lineDots);
  const rows = items.flatMap((item) => (item.type === 'picture' ? item.rows : []));
  const { columns, below } = partsOf(rows);

  it('the five columns are equally wide, and their boxes and strokes equally placed, to the dot', () => {
    expect(rows.every((row) => row.length === lineDots)).toBe(true);
    expect(columns).toHaveLength(5);
    expect(columns.map((column) => column[0]!.length)).toEqual(columns.map(() => columns[0]![0]!.length));
    const places = columns.map((column) => ({ box: boxOf(column), stroke: strokeOf(column) }));
    expect(places).toEqual(places.map(() => places[0]));
  });

  it('a box has 5 mm for a tick, and the words of a grade are as large as an old eye reads', () => {
    for (const column of columns) {
      const { side, bottom } = boxOf(column);
      const stroke = strokeOf(column);
      expect(side).toBeGreaterThanOrEqual(5 * DOTS_PER_MM);
      // One sign below the other: the widest of them.
      expect(widthOf(column.slice(bottom, stroke))).toBeGreaterThanOrEqual(32);
    }
  });

  it('no word touches a line of its column', () => {
    for (const column of columns) {
      expect(column.every((row) => !row[0] && !row.at(-1))).toBe(true);
    }
  });

  it('nothing is asked for twice, and what may be left out is said where it is written', () => {
    const texts = items.flatMap((item) => (item.type === 'text' ? [item.text] : []));
    expect(texts.join(' ')).not.toMatch(/办件编号|意见（/);
    expect([...words.written, words.words].filter((word) => word.includes('可不填'))).toHaveLength(2);
    // Lines to write on are in the picture.
    expect(texts.filter((text) => /_|：$/.test(text))).toEqual([]);
  });

  it('above each line to write on there are 8 mm for an old hand, and 40 mm along it', () => {
    const free = linesIn(below).map(({ at, from, to }) => ({
      clear: clearAbove(below, at, from, to),
      length: to - from,
    }));
    expect(free).toHaveLength(2);
    for (const { clear, length } of free) {
      expect(clear).toBeGreaterThanOrEqual(8 * DOTS_PER_MM);
      expect(length).toBeGreaterThanOrEqual(40 * DOTS_PER_MM);
    }
  });

  it('there are 25 mm for words, in a box', () => {
    const isOpen = (row: readonly boolean[]) => row[0] === true && row.filter(Boolean).length === 4;
    let longest = 0;
    let open = 0;
    for (const row of rows) {
      open = isOpen(row) ? open + 1 : 0;
      longest = Math.max(longest, open);
    }
    expect(longest).toBeGreaterThanOrEqual(25 * DOTS_PER_MM);
  });
});

const isLine = (row: readonly boolean[]) => row.filter(Boolean).length > row.length * 0.9;

/** What stands between the lines of the five columns, and what stands below them. */
function partsOf(rows: Dots): { columns: Dots[]; below: Dots } {
  const top = rows.findIndex(isLine);
  const bottom = rows.findIndex((row, index) => index > top + 50 && isLine(row));
  const grid = rows.slice(top, bottom).filter((row) => !isLine(row));
  const edges = [...grid[0]!.keys()].filter((dot) => grid.every((row) => row[dot]));
  const columns = edges.flatMap((edge, index) => {
    const next = edges[index + 1];
    return next === undefined || next === edge + 1 ? [] : [grid.map((row) => row.slice(edge + 1, next))];
  });
  return { columns, below: rows.slice(bottom + 2) };
}

/** The first thing in a column. */
function boxOf(column: Dots): { top: number; bottom: number; from: number; side: number } {
  const top = column.findIndex((row) => row.includes(true));
  const [from, to] = [column[top]!.indexOf(true), column[top]!.lastIndexOf(true)];
  const bottom = column.findIndex((row, y) => y > top && !row.includes(true));
  expect(bottom - top).toBe(to - from + 1);
  // Nothing but its four edges, so that a tick is seen.
  expect(column.slice(top + 3, bottom - 3).every((row) => row.filter(Boolean).length === 6)).toBe(true);
  return { top, bottom, from, side: to - from + 1 - 6 };
}

/** The row of the stroke between the scripts: as wide as the box, with nothing above it and below. */
function strokeOf(column: Dots): number {
  const { from, bottom } = boxOf(column);
  return column.findIndex((row, y) => {
    const isAlone = !column[y - 1]?.includes(true) && !column[y + 1]?.includes(true);
    return y > bottom && isAlone && row.indexOf(true) === from;
  });
}

function widthOf(part: Dots): number {
  const black = part.flatMap((row) => row.flatMap((dot, x) => (dot ? [x] : [])));
  return Math.max(...black) - Math.min(...black) + 1;
}

/** Lines to write on: over most of the paper, and neither edge of the box for words, which begins at the first dot below. */
function linesIn(below: Dots): { at: number; from: number; to: number }[] {
  return below.flatMap((row, at) => {
    const [from, to] = [row.indexOf(true), row.lastIndexOf(true) + 1];
    const isWhole = from >= 0 && to - from > row.length * 0.6 && row.slice(from, to).every(Boolean);
    const isFirst = !below[at - 1]?.[to - 1];
    const isOpenBelow = below[at + 2] !== undefined && !below[at + 2]![to - 1];
    return isWhole && isFirst && isOpenBelow ? [{ at, from, to }] : [];
  });
}

/** Rows above the row `at` without a black dot from `from` to `to`. */
function clearAbove(rows: Dots, at: number, from: number, to: number): number {
  let clear = 0;
  while (clear < at && !rows[at - 1 - clear]!.slice(from, to).includes(true)) clear += 1;
  return clear;
}
