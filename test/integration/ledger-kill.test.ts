import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { bench } from '../../device/ledger/ledger-fixture.ts';
import { verifyLedger } from '../../device/ledger/verify.ts';

/** Promise 1 and 2 of the design, for the ledger alone: what append returned is there exactly once after any kill. */
const LEDGERS = 5;
const KILLS_EACH = 20;
let place = bench();
let kept = new Map<string, number>();
let delivered = new Set<string>();
afterEach(() => {
  place.remove();
  place = bench();
  kept = new Map();
  delivered = new Set();
});

function note(output: string): void {
  // The last piece may be cut by the kill: only a whole line was said.
  for (const line of output.split('\n').slice(0, -1)) {
    const [word, id, seq] = line.split(' ');
    if (word === 'delivered') delivered.add(id!);
    else kept.set(id!, Number(seq));
  }
}

/**
 * Since when the random time until a kill runs: its start, so also while it opens, its first record, or its first receipt,
 * which a slow disk would else never let it come to.
 */
const FROM = ['start', 'kept', 'delivered', 'kept'] as const;
type From = (typeof FROM)[number];

async function runAndKill(from: From, delayMs: number): Promise<void> {
  const script = fileURLToPath(new URL('./ledger-kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, place.dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const said = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes(from)) resolve();
    });
  });
  const closed = once(child, 'close');
  if (from !== 'start') await Promise.race([said, closed]);
  setTimeout(() => child.kill('SIGKILL'), delayMs);
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  note(output);
}

async function checkAll(): Promise<void> {
  const ledger = place.open();
  expect(ledger.report.salvage).toBeNull();
  const records = ledger.read(1, 1_000_000);
  const bySeq = new Map(records.map((record) => [record.id, record.seq]));
  expect(bySeq.size).toBe(records.length);
  for (const [id, seq] of kept) expect(bySeq.get(id)).toBe(seq);
  for (const id of delivered) expect(ledger.outbox.proofOf(id)).not.toBeNull();
  // Two records and the state are one commit: no kill shows one without the others.
  expect(records.length % 2).toBe(0);
  expect(ledger.state('round')).toBe(records.length === 0 ? null : String(records.length));
  const counts = await ledger.outbox.counts();
  expect(counts.pending + counts.delivered).toBe(records.length);
  expect(verifyLedger(place.dir, place.keys())).toMatchObject({ ok: true, records: records.length });
  ledger.close();
}

it.each(Array.from({ length: LEDGERS }, (_, index) => index + 1))(
  `keeps what it said it kept, exactly once, through ${KILLS_EACH} kills: ledger %i`,
  async () => {
    for (let kill = 0; kill < KILLS_EACH; kill += 1) {
      const from = FROM[kill % FROM.length]!;
      await runAndKill(from, Math.random() * (from === 'start' ? 400 : 60));
      await checkAll();
    }
    expect(kept.size).toBeGreaterThan(KILLS_EACH);
    expect(delivered.size).toBeGreaterThan(0);
  },
);
