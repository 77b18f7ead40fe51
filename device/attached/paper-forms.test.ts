import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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

describe.each([384, 576] as const)('on a line of %i dots', (lineDots) => {
  const items = paperForm({ form: 'F', hall: 'H', window: 'W' }, lineDots);
  const rows = items.flatMap((item) => (item.type === 'picture' ? item.rows : []));

  it('the five columns are equally wide, and their boxes and strokes equally large, to the dot', () => {
    expect(rows.every((row) => row.length === lineDots)).toBe(true);
    const grid = gridOf(rows);
    const edges = columnsOf(grid);
    const widths = edges.slice(1).map((edge, index) => edge - edges[index]!);
    expect(edges).toHaveLength(6);
    expect(widths).toEqual(widths.map(() => widths[0]));
    const columns = edges.slice(0, 5).map((edge) => strokesOf(grid, edge, widths[0]!));
    // The upper edge of a box has three rows, the lower one too, the stroke between the scripts one.
    expect(columns[0]).toHaveLength(7);
    expect(columns).toEqual(columns.map(() => columns[0]));
  });

  it('nothing is asked for twice, and what may be left out is said', () => {
    const texts = items.flatMap((item) => (item.type === 'text' ? [item.text] : []));
    expect(texts.join(' ')).toContain('办件编号和意见可以不填');
    // Lines to write on are in the picture.
    expect(texts.filter((text) => /_|：$/.test(text))).toEqual([]);
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

/** Long strokes within a column, from top to bottom: their row, and where they begin and end in it. */
function strokesOf(rows: readonly (readonly boolean[])[], edge: number, width: number): string[] {
  return rows.flatMap((row, y) => {
    const inner = row.slice(edge + 2, edge + width);
    const from = inner.indexOf(true);
    const to = inner.lastIndexOf(true);
    const isStroke = from > 0 && to - from >= 20 && inner.slice(from, to + 1).every(Boolean);
    return isStroke ? [`${y}: ${from} to ${to}`] : [];
  });
}

/** The rows of the five columns, from the line above them to the one below. */
function gridOf(rows: readonly (readonly boolean[])[]) {
  const isLine = (row: readonly boolean[]) => row.filter(Boolean).length > row.length * 0.9;
  const from = rows.findIndex(isLine);
  return rows.slice(
    from,
    rows.findIndex((row, index) => index > from + 50 && isLine(row)),
  );
}

/** Where the lines between the columns stand: dots that are black over most of the grid's height. */
function columnsOf(grid: readonly (readonly boolean[])[]): number[] {
  const edges: number[] = [];
  for (let dot = 0; dot < grid[0]!.length; dot += 1) {
    const black = grid.filter((row) => row[dot]).length;
    if (black > grid.length * 0.9 && dot - (edges.at(-1) ?? -10) > 4) edges.push(dot);
  }
  return edges;
}
