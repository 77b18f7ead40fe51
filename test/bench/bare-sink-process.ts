import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { z } from 'zod';

/**
 * The references of a drain: `/fsync` appends the body to a file and syncs it; `/rows` unpacks it and stores each
 * record in one durable SQLite transaction, as any centre must. Neither checks anything. `/times` tells when.
 */

const dir = z.string().min(1).parse(process.argv[2]);
const handle = openSync(`${dir}/sink.bin`, 'a');
const db = new Database(`${dir}/sink.db`);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE record (id TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT');
const insert = db.prepare('INSERT INTO record (id, json) VALUES (?, ?) ON CONFLICT (id) DO NOTHING');
const batchSchema = z.object({ records: z.array(z.object({ id: z.string() }).loose()) });

const storeRows = db.transaction((body: Buffer) => {
  // Only the envelope is looked at; validating records is the real centre's work.
  const { records } = JSON.parse(gunzipSync(body).toString('utf8')) as z.infer<typeof batchSchema>;
  for (const record of records) insert.run(record.id, JSON.stringify(record));
});

let times: number[] = [];

function storeBytes(body: Buffer): void {
  writeSync(handle, body);
  fsyncSync(handle);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const body = await bodyOf(request);
  let answer: unknown = {};
  if (request.url === '/times') {
    answer = times;
    times = [];
  } else {
    times.push(Date.now());
    if (request.url === '/rows') storeRows(body);
    else storeBytes(body);
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(answer));
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on('disconnect', () => {
  closeSync(handle);
  process.exit(0);
});
