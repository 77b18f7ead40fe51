import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PLANTED } from '../simulation/planted.ts';
import { type RunOptions, type RunReport, simulate, simulateTwins } from '../simulation/run.ts';

/** A modest number of seeds for every test run; `npm run simulate` takes thousands. */

const SEEDS = Array.from({ length: 12 }, (_none, index) => index + 1);
/** The bound of issue "in time, exactly once" §6. */
const CAUGHT_WITHIN = 500;

/** Tries seeds until one complains. */
async function firstComplaint(run: (options: RunOptions) => Promise<RunReport>, options: Omit<RunOptions, 'seed'>) {
  for (let seed = 1; seed <= CAUGHT_WITHIN; seed++) {
    const { complaints } = await run({ ...options, seed });
    if (complaints[0] !== undefined) return { seed, ...complaints[0] };
  }
  return null;
}

describe('in a simulated fortnight', () => {
  it.each(SEEDS)('seed %i breaks no promise', async (seed) => {
    const { complaints, ratings } = await simulate({ seed, devices: 1, days: 14 });
    expect(complaints).toEqual([]);
    expect(ratings).toBeGreaterThan(0);
  });

  it('two devices at one centre break none either', async () => {
    expect((await simulate({ seed: 77, devices: 2, days: 10 })).complaints).toEqual([]);
  });

  it('nor does one with real signatures and compression', async () => {
    expect((await simulate({ seed: 5, devices: 1, days: 5, isReal: true })).complaints).toEqual([]);
  });

  it.each([false, true])('a seed is the same run every time, with real cryptography: %s', async (isReal) => {
    const options = { seed: 4, devices: 2, days: isReal ? 3 : 10, isReal };
    const once = await simulate(options);
    expect(await simulate(options)).toEqual(once);
    expect((await simulate({ ...options, seed: 5 })).fingerprint).not.toBe(once.fingerprint);
  });

  it.each([25, 50])('the staff side of seed %i is the same whatever grades are given', async (seed) => {
    expect((await simulateTwins({ seed, devices: 1, days: 14 })).complaints).toEqual([]);
  });
});

describe('a planted fault is caught', () => {
  it.each(PLANTED)('%s', async (planted) => {
    const run = planted === 'staff_sees_good' ? simulateTwins : simulate;
    expect(await firstComplaint(run, { devices: 1, days: 6, planted })).not.toBeNull();
  });
});

it('the command prints what it ran and how it ended', () => {
  const script = fileURLToPath(new URL('../simulation/simulate.ts', import.meta.url));
  const options = ['--seeds', '2', '--from', '1', '--days', '3', '--workers', '1'];
  const { status, stdout } = spawnSync(process.execPath, [script, ...options], { encoding: 'utf8' });
  expect(JSON.parse(stdout)).toMatchObject({ broken: null, runs: 2, days: 3, devices: 1 });
  expect(status).toBe(0);
});
