import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runningStatus } from './running-status.ts';
import { writeRuntime } from './runtime-file.ts';

let dir: string;
let server: Server | null = null;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'running-status-'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(dir, { recursive: true, force: true });
});

/** The note of a device whose technician's side answers so. */
async function device(listener: RequestListener): Promise<void> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  writeRuntime(dir, { pid: process.pid, technician: url, staff: url, citizen: url, console: 'token' });
}

const says =
  (status: number, body: string): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);

it('takes no note, and a note whose port nobody holds, for a device that does not run', async () => {
  expect(await runningStatus(dir)).toEqual({ kind: 'not_running' });
  await device(says(200, '{}'));
  const left = server;
  left?.close();
  await once(left!, 'close');
  expect(await runningStatus(dir)).toEqual({ kind: 'not_running' });
});

it('hands on what the device says', async () => {
  await device(says(200, '{"checks":[]}'));
  expect(await runningStatus(dir)).toEqual({ kind: 'answers', status: { checks: [] } });
});

it.each([
  ['refuses us', says(401, '{"code":"console_token_wrong"}'), 'HTTP 401'],
  ['has a fault of its own', says(500, '{"code":"internal"}'), 'HTTP 500'],
  ['is no JSON', says(200, '<!doctype html>'), 'JSON'],
  ['is cut off', (request) => request.socket.destroy(), 'UND_ERR_SOCKET'],
] satisfies [string, RequestListener, string][])('never takes what %s for nobody', async (_name, listener, why) => {
  await device(listener);
  expect(await runningStatus(dir)).toEqual({ kind: 'silent', why: expect.stringContaining(why) });
});

it('never takes a device that hangs for nobody', async () => {
  await device(() => undefined);
  expect(await runningStatus(dir, 50)).toEqual({ kind: 'silent', why: 'no answer within 0.05 s' });
});
