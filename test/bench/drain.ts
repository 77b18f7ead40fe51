import { mkdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import axios from 'axios';
import Sqlite from 'better-sqlite3';
import { systemClock } from '../../device/clock.ts';
import { ClockBlocks } from '../../device/clock-block.ts';
import { keysOf } from '../../device/identity/identity-store.ts';
import type { Ledger } from '../../device/ledger/ledger.ts';
import { openLedger } from '../../device/ledger/open-ledger.ts';
import { newId } from '../../device/new-id.ts';
import { startChild } from './child.ts';
import { startProduct } from './product.ts';
import { median, type Row, row } from './row.ts';
import { manyRatings } from './sample-window.ts';

/**
 * Rows per second of a backlog going out: appliance, agent and centre as three processes, every batch signed, every
 * receipt verified and settled, against axios posting the same records in batches of the same size to a bare server.
 * Both are timed at the server, from the arrival of the first batch to that of the last.
 */

const GOAL = { min: 0.7 };
const PER_COMMIT = 250;
/** What the agent reaches once batches pass in full (reference-protocol §4). */
const BATCH = 500;

/** From first to last arrival; what the first batch held came before the clock ran. */
const rate = (records: number, firstMs: number, lastMs: number) => (records * 1000) / Math.max(1, lastMs - firstMs);

async function withLedger<T>(dataDir: string, use: (ledger: Ledger) => T | Promise<T>): Promise<T> {
  const keys = keysOf(dataDir);
  const ledger = openLedger({ dir: dataDir, keys, clock: new ClockBlocks(systemClock), newId });
  try {
    return await use(ledger);
  } finally {
    ledger.close();
  }
}

/** As the window writes them, but many to a commit. @returns each record's JSON as it will be sent */
function fill(ledger: Ledger, count: number): string[] {
  const texts: string[] = [];
  while (texts.length < count) {
    const entries = manyRatings(texts.length, PER_COMMIT);
    texts.push(...ledger.append(entries).map((record) => JSON.stringify(record)));
  }
  return texts;
}

interface Arrival {
  received_at: number;
  records: number;
}

/** When the centre took which share of the records numbered from `fromSeq` on. */
function arrivals(dataDir: string, fromSeq: number): Arrival[] {
  const db = new Sqlite(join(dataDir, 'centre', 'centre.sqlite'), { readonly: true });
  try {
    const each = db.prepare<[number], Arrival>(
      'SELECT received_at, count(*) AS records FROM records WHERE seq >= ? GROUP BY received_at ORDER BY received_at',
    );
    return each.all(fromSeq);
  } finally {
    db.close();
  }
}

async function untilDelivered(technician: string, count: number): Promise<void> {
  for (;;) {
    const status = (await (await fetch(new URL('/technician/status', technician))).json()) as {
      ledger: { pending: number; delivered: number };
    };
    if (status.ledger.pending === 0 && status.ledger.delivered >= count) return;
    // Seldom: asking costs the appliance time.
    await delay(200);
  }
}

/** One backlog through the product. @returns rows/s and the records' texts */
async function drainOnce(dataDir: string, count: number): Promise<{ perSecond: number; texts: string[] }> {
  const before = await withLedger(dataDir, (ledger) => ledger.head().seq);
  const texts = await withLedger(dataDir, (ledger) => fill(ledger, count));
  const product = await startProduct({ dataDir, swift: false });
  try {
    await untilDelivered(product.urls.technician, before + count);
  } finally {
    await product.stop();
  }
  const came = arrivals(dataDir, before + 1);
  const [first, last] = [came[0], came.at(-1)];
  if (first === undefined || last === undefined) throw new Error('the centre holds none of the records');
  return { perSecond: rate(count - first.records, first.received_at, last.received_at), texts };
}

async function postOnce(url: string, texts: readonly string[]): Promise<number> {
  const httpAgent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const root = new URL(url).origin;
  for (let at = 0; at < texts.length; at += BATCH) {
    const body = gzipSync(`{"records":[${texts.slice(at, at + BATCH).join(',')}]}`);
    await axios.post(url, body, { headers, httpAgent, maxRedirects: 0 });
  }
  const { data } = await axios.get<number[]>(`${root}/times`, { httpAgent });
  httpAgent.destroy();
  return rate(texts.length - Math.min(BATCH, texts.length), data[0] ?? 0, data.at(-1) ?? 0);
}

/** @param dir an empty folder */
export async function benchDrain(dir: string, quick: boolean): Promise<Row[]> {
  const count = quick ? 5_000 : 10_000;
  const dataDir = join(dir, 'device');
  const sinkDir = join(dir, 'sink');
  for (const folder of [dataDir, sinkDir]) mkdirSync(folder, { recursive: true });
  const fresh = await startProduct({ dataDir, swift: false });
  await fresh.stop();
  const sink = await startChild<{ url: string }>('./bare-sink-process.ts', [sinkDir]);
  const [ours, bytes, rows]: number[][] = [[], [], []];
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      const { perSecond, texts } = await drainOnce(dataDir, count);
      ours?.push(perSecond);
      bytes?.push(await postOnce(`${sink.said.url}/fsync`, texts));
      rows?.push(await postOnce(`${sink.said.url}/rows`, texts));
    }
  } finally {
    await sink.stop();
  }
  const name = `drain of ${count} records, signed, receipts verified, settled`;
  const value = median(ours ?? []);
  return [
    row(name, 'rows/s', value, ['axios to a server that only fsyncs the bytes', median(bytes ?? [])], GOAL),
    row(name, 'rows/s', value, ['axios to a server that only stores the rows (SQLite FULL)', median(rows ?? [])]),
  ];
}
