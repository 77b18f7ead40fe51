import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keysOf } from '../../device/identity/identity-store.ts';
import { type LanCertificate, lanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import { createLog } from '../processes/log.ts';
import { createListener, renewTls } from './listener.ts';

let dataDir: string;
let certificate: LanCertificate;
let server: FastifyInstance;
let port: number;

const issue = (names: readonly string[]) =>
  lanCertificate({ dataDir, keys: keysOf(dataDir), names, nowMs: Date.now(), hall: null });

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'listener-'));
  certificate = await issue(['localhost', '127.0.0.1']);
});
afterAll(() => rmSync(dataDir, { recursive: true }));

async function listen(tls: LanCertificate | null, requestLimitMs?: number, answerLimitMs?: number): Promise<void> {
  server = await createListener({
    logger: createLog('test', 'silent'),
    hosts: ['localhost'],
    bareAddresses: true,
    limited: true,
    tls,
    ...(requestLimitMs === undefined ? {} : { requestLimitMs }),
    ...(answerLimitMs === undefined ? {} : { answerLimitMs }),
  });
  server.get('/', () => ({ ok: true }));
  server.post('/', () => ({ ok: true }));
  // More than all buffers on the way can hold.
  server.get('/large', (_request, reply) => reply.type('text/plain').send(Buffer.alloc(32 * 1024 * 1024, 'x')));
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
}
afterEach(() => server.close());

/** The connection's end: what had come until then. */
const untilClosed = (socket: ReturnType<typeof connect>) =>
  new Promise<string>((resolve) => {
    let got = '';
    socket.on('data', (bytes: Buffer) => (got += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });

describe('by TLS', () => {
  beforeEach(() => listen(certificate));

  const handshake = (maxVersion: SecureVersion, minVersion: SecureVersion = 'TLSv1') =>
    new Promise<string>((resolve) => {
      const options = { host: '127.0.0.1', port, ca: certificate.authority ?? '', minVersion, maxVersion };
      const socket = connectTls({ ...options, ciphers: 'ALL:@SECLEVEL=0' }, () => {
        resolve(socket.getProtocol() ?? 'none');
        socket.destroy();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });

  it.each([
    ['TLSv1', /^(?!TLS)/],
    ['TLSv1.1', /^(?!TLS)/],
    ['TLSv1.2', /^TLSv1\.2$/],
    ['TLSv1.3', /^TLSv1\.3$/],
  ] as const)('with a client of %s: %s', async (version, outcome) => {
    expect(await handshake(version)).toMatch(outcome);
  });

  it('says nothing to who speaks plain HTTP', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    expect(await untilClosed(socket)).not.toMatch(/HTTP\/1\.1 [23]/);
  });

  it('shows a renewed certificate from the next connection on', async () => {
    const names = () =>
      new Promise<string>((resolve, reject) => {
        const agent = new Agent({ ca: certificate.authority ?? '' });
        get({ host: '127.0.0.1', port, agent, headers: { host: 'localhost' } }, (answer) => {
          answer.resume();
          resolve((answer.socket as ReturnType<typeof connectTls>).getPeerCertificate().subjectaltname ?? '');
        }).on('error', reject);
      });
    expect(await names()).not.toContain('new.example');
    renewTls(server, await issue(['localhost', '127.0.0.1', 'new.example']));
    expect(await names()).toContain('new.example');
  });
});

describe('a client that does not read its answer', () => {
  /** A connection that asks and reads nothing, and its end at our side. */
  async function asks(how: 'plain' | 'tls'): Promise<{ ended: Promise<unknown>; quit: () => void }> {
    await listen(how === 'tls' ? certificate : null, undefined, 200);
    const accepted = once(server.server, how === 'tls' ? 'secureConnection' : 'connection');
    const socket =
      how === 'tls' ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.pause();
    socket.write('GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [ours] = (await accepted) as [Socket];
    return { ended: new Promise((resolve) => ours.once('close', resolve)), quit: () => socket.destroy() };
  }

  it.each(['plain', 'tls'] as const)('is cut off (%s)', async (how) => {
    const { ended, quit } = await asks(how);
    await ended;
    quit();
  });

  it('one that reads gets all of it', async () => {
    await listen(null, undefined, 60_000);
    const answer = await fetch(`http://127.0.0.1:${port}/large`);
    expect((await answer.arrayBuffer()).byteLength).toBe(32 * 1024 * 1024);
  });
});

describe('a client that is slow', () => {
  const LIMIT_MS = 200;
  beforeEach(() => listen(null, LIMIT_MS));

  it.each([
    ['with its headers', 'POST / HTTP/1.1\r\nhost: localhost\r\nx-slow: '],
    [
      'with its body',
      'POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{',
    ],
  ])('%s is cut off', async (_how, text) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    expect(await untilClosed(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });
});
