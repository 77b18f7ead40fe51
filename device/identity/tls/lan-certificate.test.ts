import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keysOf } from '../identity-store.ts';
import { type LanCertificate, type LanCertificateOptions, lanCertificate } from './lan-certificate.ts';
import { p256KeyFromSeed } from './p256.ts';

const NOW = Date.parse('2026-11-25T10:00:00.000+08:00');
const DAY = 86_400_000;
const NAMES = ['window-7.hall.example', 'localhost', '127.0.0.1', '::1'];

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tls-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const certificate = (changes: Partial<LanCertificateOptions> = {}) =>
  lanCertificate({ dataDir, keys: keysOf(dataDir), names: NAMES, nowMs: Date.now(), hall: null, ...changes });

/** What a client sees that trusts `ca` and asks for `host`: the status, or the code of its refusal. */
async function handshake({ chain, key }: LanCertificate, ca: string, host: string): Promise<number | string> {
  const server = createServer({ cert: chain, key }, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const servername = /^[\d.]+$/.test(host) ? {} : { servername: host };
  const seen = await new Promise<number | string>((resolve) => {
    get({ host: '127.0.0.1', port, ca, agent: false, ...servername, headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  await new Promise((resolve) => server.close(resolve));
  return seen;
}

it('is believed for every name by who trusts the device’s authority, and by nobody else', async () => {
  const made = await certificate();
  const authority = made.authority ?? '';
  expect(await handshake(made, authority, 'window-7.hall.example')).toBe(200);
  expect(await handshake(made, authority, '127.0.0.1')).toBe(200);
  expect(await handshake(made, authority, 'elsewhere.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  rmSync(join(dataDir, 'tls'), { recursive: true });
  rmSync(join(dataDir, 'keys'), { recursive: true });
  const stranger = await certificate();
  expect(await handshake(made, stranger.authority ?? '', 'localhost')).toBe('SELF_SIGNED_CERT_IN_CHAIN');
});

it('keeps authority and fingerprint over restarts, lost files and a clock that was never set', async () => {
  const first = await certificate({ nowMs: 0 });
  const second = await certificate({ nowMs: NOW });
  rmSync(join(dataDir, 'tls'), { recursive: true });
  const third = await certificate({ nowMs: NOW });
  writeFileSync(join(dataDir, 'tls', 'server.pem'), 'torn');
  const fourth = await certificate({ nowMs: NOW });
  for (const one of [second, third, fourth]) {
    expect(one.key).toBe(first.key);
    expect(new X509Certificate(one.chain).publicKey.equals(new X509Certificate(first.chain).publicKey)).toBe(true);
    expect(one.validUntil).toBe(NOW + 365 * DAY);
  }
  expect(second.fingerprint).toBe(first.fingerprint);
  expect(statSync(join(dataDir, 'tls', 'server.pem')).mode & 0o077).toBe(0);
});

it.each([
  ['a month and a day are left', false, 334 * DAY, NAMES],
  ['less than a month is left', true, 336 * DAY, NAMES],
  ['the clock is before its time', true, -2 * DAY, NAMES],
  ['the hall gave the device another name', true, 0, ['new.hall.example', ...NAMES]],
  ['a name fell away', false, 0, NAMES.slice(1)],
])('when %s then it is made anew: %s', async (_when, renewed, laterMs, names) => {
  const before = await certificate({ nowMs: NOW });
  const after = await certificate({ nowMs: NOW + laterMs, names });
  expect(after.chain !== before.chain).toBe(renewed);
  expect(after.authority).toBe(before.authority);
});

it('may sign servers only', async () => {
  const authority = new X509Certificate((await certificate()).authority ?? '');
  expect(authority.ca).toBe(true);
  expect(authority.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

it('is the hall’s where the hall gave one', async () => {
  const hall = await certificate();
  const files = { certificate: join(dataDir, 'hall.pem'), key: join(dataDir, 'hall.key') };
  writeFileSync(files.certificate, hall.chain);
  writeFileSync(files.key, hall.key);
  const shown = await certificate({ hall: files });
  expect(shown).toMatchObject({
    source: 'hall',
    authority: null,
    fault: null,
    names: expect.arrayContaining(NAMES.slice(0, 3)),
  });
  expect(shown.fingerprint).toBe(new X509Certificate(hall.chain).fingerprint256);
});

it.each([
  ['is not there', null],
  ['is no certificate', 'nothing'],
])('says why when the hall’s certificate %s, and shows its own', async (_how, text) => {
  const files = { certificate: join(dataDir, 'hall.pem'), key: join(dataDir, 'hall.key') };
  if (text !== null) for (const path of Object.values(files)) writeFileSync(path, text);
  const shown = await certificate({ hall: files });
  expect(shown.source).toBe('device');
  expect(shown.fault).toContain(files.certificate);
});

it('says why when the hall’s key belongs to another certificate', async () => {
  const own = await certificate();
  const files = { certificate: join(dataDir, 'hall.pem'), key: join(dataDir, 'hall.key') };
  writeFileSync(files.certificate, own.chain);
  const other = p256KeyFromSeed(Buffer.alloc(32, 7)).key;
  writeFileSync(files.key, String(other.export({ format: 'pem', type: 'pkcs8' })));
  expect((await certificate({ hall: files })).fault).toContain('does not belong');
  expect(readFileSync(files.key, 'utf8')).toContain('PRIVATE KEY');
});
