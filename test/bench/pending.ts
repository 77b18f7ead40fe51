import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { fileKeyStore } from '../../device/ledger/key-store.ts';
import type { Ledger } from '../../device/ledger/ledger.ts';
import { openLedger } from '../../device/ledger/open-ledger.ts';
import type { ClaimedBatch, Settlement } from '../../device/ledger/outbox.ts';
import { newId } from '../../device/new-id.ts';
import { formatTime } from '../../device/time.ts';
import { fillLedger } from './fill-ledger.ts';
import { median, type Row, row } from './row.ts';
import { manyRatings } from './sample-window.ts';

/** Claiming and settling with a short and a very long backlog, and what a start on it costs. Turns alternate. */

const GOAL = { max: 1.2 };
const FEW = 1_000;
const BATCH = 100;
const WARM_UP = 3;

interface Backlog {
  ledger: Ledger;
  openMs: number;
  claimMs: number[];
  settleMs: number[];
}

function open(dir: string): Backlog {
  const startMs = performance.now();
  const keys = fileKeyStore(join(dir, 'keys'));
  const ledger = openLedger({ dir, keys, clock: new ClockBlocks(systemClock), newId });
  const backlog = { ledger, openMs: performance.now() - startMs, claimMs: [], settleMs: [] };
  if (ledger.report.salvage !== null) throw new Error('the filled ledger is not whole');
  return backlog;
}

/** The agent verified it; for the ledger it is text to keep. */
function settlementOf({ leaseId, records }: ClaimedBatch): Settlement {
  const root = `sha256:${createHash('sha256').update(leaseId).digest('hex')}`;
  const receivedAt = formatTime(systemClock.wallMs());
  const jws = `${'e'.repeat(60)}.${'p'.repeat(260)}.${'s'.repeat(86)}`;
  const receipt = { batchId: newId(), receivedAt, count: records.length, root, jws };
  return { leaseId, receipt, delivered: records.map(({ id }) => id), deferred: [], refused: [] };
}

async function turn({ ledger, claimMs, settleMs }: Backlog): Promise<void> {
  const startMs = performance.now();
  const batch = await ledger.outbox.claim({ limit: BATCH, maxBytes: 1_048_576 });
  const claimedMs = performance.now();
  if (batch === null || batch.records.length < BATCH) throw new Error('the backlog ran out');
  const settlement = settlementOf(batch);
  const settlingMs = performance.now();
  await ledger.outbox.settle(settlement);
  settleMs.push(performance.now() - settlingMs);
  claimMs.push(claimedMs - startMs);
}

async function run(few: Backlog, many: Backlog, turns: number): Promise<void> {
  for (let done = -WARM_UP; done < turns; done++) {
    if (done === 0) for (const { claimMs, settleMs } of [few, many]) claimMs.length = settleMs.length = 0;
    const order = done % 2 === 0 ? [few, many] : [many, few];
    for (const backlog of order) await turn(backlog);
    // The short backlog stays as long as it is.
    few.ledger.append(manyRatings(FEW + done * BATCH + WARM_UP * BATCH, BATCH));
  }
}

const thousands = (count: number): string => count.toLocaleString('en-US');

/** @param dir an empty folder; the long backlog needs some 1.3 GiB there */
export async function benchPending(dir: string, quick: boolean): Promise<Row[]> {
  const count = quick ? 100_000 : 1_000_000;
  const turns = quick ? 20 : 60;
  const paths = [join(dir, 'few'), join(dir, 'many')] as const;
  fillLedger(paths[0], FEW, FEW);
  fillLedger(paths[1], count, (turns + WARM_UP) * BATCH);
  // The first open compiles the code; a device does that too, but not because of its backlog.
  open(paths[0]).ledger.close();
  const [few, many] = [open(paths[0]), open(paths[1])];
  try {
    await run(few, many, turns);
  } finally {
    for (const { ledger } of [few, many]) ledger.close();
  }
  const pair = (name: string, pick: (backlog: Backlog) => number, goal?: Row['goal']) =>
    row(`${name} at ${thousands(count)} pending`, 'ms', pick(many), [`the same at ${thousands(FEW)}`, pick(few)], goal);
  return [
    pair(`claim of ${BATCH} records`, ({ claimMs }) => median(claimMs), GOAL),
    pair(`settling ${BATCH} records`, ({ settleMs }) => median(settleMs), GOAL),
    pair('opening the ledger', ({ openMs }) => openMs),
  ];
}
