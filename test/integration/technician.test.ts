import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ensureBrowser from '../support/ensure-browser.ts';
import { configurationGuide, technicianGuide } from '../technician/guide.ts';
import { play, playLater, type Report, WAYS } from '../technician/plays.ts';

/** The guide as it stands, from a fresh data folder to the first verified receipt over HTTPS with a private authority. */

const reports: Report[] = [];

beforeAll(ensureBrowser);
afterAll(() => {
  for (const { way, toReceiptMs } of reports) {
    if (toReceiptMs !== null)
      console.log(`technician by ${way}: ${(toReceiptMs / 1000).toFixed(1)} s to the first receipt`);
  }
});

describe('docs/technician.md', () => {
  it.each(WAYS)('can be followed as it stands by %s', async (way) => {
    reports.push(await play(way));
  });

  it('has no instruction, command or label that was not played', () => {
    const { units, commands, labels } = technicianGuide();
    const all = (of: (report: Report) => string[]) => new Set(reports.flatMap(of));
    expect(all(({ played }) => played.map(({ unit }) => unit))).toEqual(new Set(units));
    const [typed, read] = [all((report) => report.typed), all((report) => report.read)];
    expect(commands.filter((command) => !typed.has(command))).toEqual([]);
    expect(labels.filter((label) => !read.has(label))).toEqual([]);
  });
});

describe('docs/configuration.md', () => {
  it('can be followed as it stands, and has no instruction, command or label that was not played', async () => {
    const { played, typed, read } = await playLater();
    const { units, commands, labels } = configurationGuide();
    expect(played.map(({ unit }) => unit)).toEqual(units);
    expect(commands.filter((command) => !typed.includes(command))).toEqual([]);
    expect(labels.filter((label) => !read.includes(label))).toEqual([]);
  });
});
