import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.ts';
import { fillLedger } from './fill-ledger.ts';
import { memoryMib } from './idle.ts';
import { median, type Row, row } from './row.ts';

/** A device that delivered nothing for very long: how soon it takes a rating after a start, and what it keeps in memory. */

const FEW = 1_000;
/** Ratings in whole records at the front, so that a batch can be claimed. */
const WHOLE = 500;
const RATED_WITHIN_MS = 2_000;
const MEMORY_GOAL = { max: 1.5 };
/** Lets the start's garbage go. */
const REST_MS = 2_000;

interface Said {
  ratedMs: number;
  pending: number;
}

interface Start {
  ratedMs: number;
  memoryMib: number;
}

/** The folder's device is killed behind it: the next start is one after a power cut. */
async function start(dir: string, atLeast: number): Promise<Start> {
  const child = await startChild<Said>('./backlog-process.ts', [dir]);
  try {
    if (child.said.pending < atLeast) throw new Error(`only ${child.said.pending} records wait`);
    await delay(REST_MS);
    return { ratedMs: child.said.ratedMs, memoryMib: memoryMib(child.pid) };
  } finally {
    await child.stop();
  }
}

/** @param dir an empty folder; the long backlog needs some 1.3 GiB there */
export async function benchBacklog(dir: string, quick: boolean): Promise<Row[]> {
  const count = quick ? 100_000 : 1_000_000;
  const [few, many] = [join(dir, 'few'), join(dir, 'many')];
  fillLedger(few, FEW, WHOLE);
  fillLedger(many, count, WHOLE);
  // The first start enrols the device and compiles what it stands on.
  for (const [of, records] of [
    [few, FEW],
    [many, count],
  ] as const)
    await start(of, records);
  const starts: { few: Start[]; many: Start[] } = { few: [], many: [] };
  for (let round = 0; round < (quick ? 2 : 5); round++) {
    starts.few.push(await start(few, FEW));
    starts.many.push(await start(many, count));
  }
  const pair = (name: string, unit: string, pick: (one: Start) => number, goal: Row['goal']): Row => {
    const against: [string, number] = ['the same with 1,000', median(starts.few.map(pick))];
    return row(
      `${name} with ${count.toLocaleString('en-US')} pending`,
      unit,
      median(starts.many.map(pick)),
      against,
      goal,
    );
  };
  return [
    pair('first rating after a start', 'ms', ({ ratedMs }) => ratedMs, { maxValue: RATED_WITHIN_MS }),
    pair('memory of the appliance (PSS)', 'MiB', ({ memoryMib: mib }) => mib, MEMORY_GOAL),
  ];
}
