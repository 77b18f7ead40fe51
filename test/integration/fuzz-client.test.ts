import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLog } from '../../app/processes/log.ts';
import { createListener } from '../../app/server/listener.ts';
import { type FuzzClient, fuzzClient } from '../fuzz/client.ts';
import type { FuzzRequest } from '../fuzz/requests.ts';

/** What the fuzz run calls a cut must be one by the server's fault, or nobody looks at the next. */

/** Announced in whole seconds; a second more than the client keeps away from the end that is announced. */
const IDLE_LIMIT_MS = 11_000;

let server: FastifyInstance;
let client: FuzzClient;

beforeEach(async () => {
  server = await createListener({
    logger: createLog('test', 'silent'),
    hosts: ['127.0.0.1'],
    limited: false,
    tls: null,
  });
  server.server.keepAliveTimeout = IDLE_LIMIT_MS;
  server.get('/', () => ({ ok: true }));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`;
  client = fuzzClient({ local: url, lan: url }, '');
});
afterEach(async () => {
  client.close();
  await server.close();
});

it('sends nothing on a connection in the moment in which the server ends it for being idle', async () => {
  const request: FuzzRequest = { route: null, listener: 'local', method: 'GET', path: '/', headers: {}, body: null };
  const accepted = once(server.server, 'connection');
  expect(await client.send(request, 0)).toEqual({ type: 'answered', status: 200 });
  const [connection] = (await accepted) as [Socket];
  // Whichever comes first: the server's limit, a moment before the server acts on it, or the client's own end.
  const second = new Promise((resolve) => {
    connection.prependOnceListener('timeout', () => resolve(client.send(request, 0)));
    connection.once('close', () => resolve(client.send(request, 0)));
  });
  expect(await second).toEqual({ type: 'answered', status: 200 });
});
