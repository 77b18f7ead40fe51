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
import { replicateOnce } from './pouch.ts';
import { startProduct } from './product.ts';
import { median, type Row, row } from './row.ts';
import { manyRatings } from './sample-window.ts';

/**
 * Rows per second of a backlog going out: appliance, agent and centre as three processes, every batch signed, every
 * receipt verified and settled, against axios posting the same records in batches of the same size to a bare server.
 * Both are timed at the server, from the arrival of the first batch to that of the last.
 */

const GOALS = { bytes: { min: 0.7 }, pouch: { min: 4 }, lone: { min: 15 } };
/** Enough for a rate; ten thousand requests would take longer than all else. */
const LONE_SHARE = 0.1;
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

/** @param size records in a request @returns records/s */
async function postOnce(url: string, texts: readonly string[], size: number): Promise<number> {
  const httpAgent = new Agent({ keepAlive: true });
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const root = new URL(url).origin;
  for (let at = 0; at < texts.length; at += size) {
    const body = gzipSync(`{"records":[${texts.slice(at, at + size).join(',')}]}`);
    await axios.post(url, body, { headers, httpAgent, maxRedirects: 0 });
  }
  const { data } = await axios.get<number[]>(`${root}/times`, { httpAgent });
  httpAgent.destroy();
  return rate(texts.length - Math.min(size, texts.length), data[0] ?? 0, data.at(-1) ?? 0);
}

interface Rates {
  ours: number[];
  bytes: number[];
  rows: number[];
  lone: number[];
  pouch: number[];
}

/** One of each, one after another, so that all meet the same minute of the machine. */
async function measureRound(into: Rates, dirs: { data: string; pouch: string }, sinkUrl: string, setup: Setup) {
  const { perSecond, texts } = await drainOnce(dirs.data, setup.count);
  const few = texts.slice(0, Math.ceil(texts.length * LONE_SHARE));
  into.ours.push(perSecond);
  into.bytes.push(await postOnce(`${sinkUrl}/fsync`, texts, BATCH));
  into.rows.push(await postOnce(`${sinkUrl}/rows`, texts, BATCH));
  into.lone.push(await postOnce(`${sinkUrl}/fsync`, few, 1));
  if (setup.pouchdb !== null) into.pouch.push(await replicateOnce(setup.pouchdb, dirs.pouch, texts, BATCH));
}

interface Setup {
  count: number;
  pouchdb: string | null;
}

function rowsOf({ ours, bytes, rows, lone, pouch }: Rates, count: number): Row[] {
  const name = `drain of ${count} records, signed, receipts verified, settled`;
  const against = (reference: string, values: readonly number[], goal?: Row['goal']): Row =>
    row(name, 'rows/s', median(ours), [reference, median(values)], goal);
  return [
    against('axios to a server that only fsyncs the bytes', bytes, GOALS.bytes),
    against('axios to a server that only stores the rows (SQLite FULL)', rows),
    against('axios, one POST per record, to a server that only fsyncs', lone, GOALS.lone),
    ...(pouch.length > 0 ? [against(`PouchDB to express-pouchdb, ${BATCH} a batch`, pouch, GOALS.pouch)] : []),
  ];
}

/** @param dir an empty folder @param pouchdb a folder with `node_modules` of PouchDB; null leaves its row out */
export async function benchDrain(dir: string, quick: boolean, pouchdb: string | null): Promise<Row[]> {
  const count = quick ? 5_000 : 10_000;
  const dirs = { data: join(dir, 'device'), sink: join(dir, 'sink'), pouch: join(dir, 'pouch') };
  for (const folder of Object.values(dirs)) mkdirSync(folder, { recursive: true });
  const fresh = await startProduct({ dataDir: dirs.data, swift: false });
  await fresh.stop();
  const sink = await startChild<{ url: string }>('./bare-sink-process.ts', [dirs.sink]);
  const rates: Rates = { ours: [], bytes: [], rows: [], lone: [], pouch: [] };
  try {
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      await measureRound(rates, dirs, sink.said.url, { count, pouchdb });
    }
  } finally {
    await sink.stop();
  }
  return rowsOf(rates, count);
}
