import { afterEach, beforeEach, expect, it } from 'vitest';
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

it.each([384, 576] as const)(
  'on a line of %i dots the five columns are equally wide and their boxes equally large',
  (lineDots) => {
    const picture = paperForm({ form: 'F', hall: 'H', window: 'W' }, lineDots).find((item) => item.type === 'picture');
    const rows = picture?.type === 'picture' ? picture.rows : [];
    expect(rows.every((row) => row.length === lineDots)).toBe(true);
    const edges = columnsOf(rows);
    const widths = edges.slice(1).map((edge, index) => edge - edges[index]!);
    expect(edges).toHaveLength(6);
    expect(Math.max(...widths) - Math.min(...widths)).toBeLessThanOrEqual(2);
  },
);

/** Where the lines between the columns stand: dots that are black over most of the grid's height. */
function columnsOf(rows: readonly (readonly boolean[])[]): number[] {
  const tall = rows.findIndex((row) => row.filter(Boolean).length > row.length * 0.9);
  const end = rows.findIndex((row, index) => index > tall + 50 && row.filter(Boolean).length > row.length * 0.9);
  const grid = rows.slice(tall, end);
  const edges: number[] = [];
  for (let dot = 0; dot < rows[0]!.length; dot += 1) {
    const black = grid.filter((row) => row[dot]).length;
    if (black > grid.length * 0.9 && dot - (edges.at(-1) ?? -10) > 4) edges.push(dot);
  }
  return edges;
}
