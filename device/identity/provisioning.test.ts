import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Configuration, Jwks } from './configuration.ts';
import { checkSuccession, loadProvisioning, saveProvisioning, verifyConfiguration } from './provisioning.ts';

const payload = (version = 1, notBefore = '2026-01-01T00:00:00.000+08:00') => ({
  version,
  notBefore,
  window: { hall: '大厅', number: 'A-07', name: '综合', department: '局', departmentCode: 'D', regionCode: '150000' },
  items: [],
  staff: [],
  policy: { id: 'neimenggu-2022', version: '1' },
  catalogue: { version: 'national-2020' },
  calendar: { version: 'c' },
  centre: { baseUrl: 'https://centre.example', ratingPage: 'https://centre.example/rate' },
  clients: [],
});

const centre = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

function jwks(key: KeyObject, more: object = { kid: 'k1', use: 'sig' }): Jwks {
  return { keys: [{ ...(key.export({ format: 'jwk' }) as { kty: 'OKP'; crv: string; x: string }), ...more }] };
}

function jws(
  content: unknown,
  key: KeyObject = centre.privateKey,
  header: object = { alg: 'EdDSA', kid: 'k1' },
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part(header)}.${part(content)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

const keys = jwks(centre.publicKey);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'provisioning-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('a signed configuration', () => {
  it('is taken from a key of our centre', async () => {
    expect(await verifyConfiguration(jws(payload(3)), keys)).toMatchObject({ version: 3 });
  });

  const [head, , tail] = jws(payload()).split('.');
  it.each([
    ['another key', jws(payload(), stranger.privateKey)],
    ['an unknown kid', jws(payload(), centre.privateKey, { alg: 'EdDSA', kid: 'k9' })],
    ['no algorithm', jws(payload(), centre.privateKey, { alg: 'none', kid: 'k1' })],
    ['another payload under the same signature', `${head}.${Buffer.from('{}').toString('base64url')}.${tail}`],
    ['text that is no JWS', 'hello'],
    ['nothing', ''],
  ])('is refused with %s', async (_name, text) => {
    await expect(verifyConfiguration(text, keys)).rejects.toMatchObject({ code: 'configuration_signature' });
  });

  it('is not believed by an encryption key', async () => {
    const encryption = jwks(centre.publicKey, { kid: 'k1', use: 'enc' });
    await expect(verifyConfiguration(jws(payload()), encryption)).rejects.toMatchObject({
      code: 'configuration_signature',
    });
  });

  it('names every fault with its path', async () => {
    const broken = { ...payload(), version: 0, centre: { baseUrl: 'x', ratingPage: 'y' } };
    await expect(verifyConfiguration(jws(broken), keys)).rejects.toMatchObject({
      code: 'configuration_schema',
      message: expect.stringMatching(/version: .*centre\.baseUrl: .*centre\.ratingPage: /),
    });
  });
});

describe('succession', () => {
  const now = Date.parse('2026-11-22T00:00:00Z');
  const version = (n: number, notBefore?: string) => payload(n, notBefore) as unknown as Configuration;
  it.each([
    ['a higher version', version(5), null],
    ['the same version again', version(4), null],
    ['a lower version', version(3), 'configuration_version'],
    ['one for later', version(5, '2026-11-22T08:00:00.001+08:00'), 'configuration_early'],
    ['one for this instant', version(5, '2026-11-22T08:00:00.000+08:00'), null],
  ])('judges %s', (_name, offered, code) => {
    const check = () => checkSuccession(offered, version(4), now);
    if (code === null) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code }));
  });
});

describe('the stored provisioning', () => {
  const file = () => ({
    deviceId: 'd-1',
    baseUrl: 'https://centre.example',
    centreKeys: keys,
    configuration: jws(payload(2)),
  });

  it('comes back verified, readable by its owner alone, without a trace of the writing', async () => {
    saveProvisioning(dir, file());
    saveProvisioning(dir, { ...file(), deviceId: 'd-2' });
    expect(await loadProvisioning(dir)).toMatchObject({ deviceId: 'd-2', document: { version: 2 } });
    expect(statSync(join(dir, 'provisioning.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(dir)).toEqual(['provisioning.copy.json', 'provisioning.json']);
  });

  it('is null on a bare device', async () => {
    expect(await loadProvisioning(dir)).toBeNull();
  });

  it.each([
    ['empty', () => ''],
    ['cut off', (text: string) => text.slice(0, -20)],
    ['of another shape', () => '{"deviceId":"d"}'],
    ['not JSON', () => 'hello'],
  ])('comes from its copy when it is %s, and is never replaced by defaults when both are', async (_name, damage) => {
    saveProvisioning(dir, file());
    const harm = (name: string) => writeFileSync(join(dir, name), damage(readFileSync(join(dir, name), 'utf8')));
    harm('provisioning.json');
    expect(await loadProvisioning(dir)).toMatchObject({ deviceId: 'd-1' });
    harm('provisioning.copy.json');
    await expect(loadProvisioning(dir)).rejects.toMatchObject({ code: 'provisioning_unreadable', next: 'stop' });
  });

  it('is read by this version where a later one added members to it', async () => {
    saveProvisioning(dir, file());
    const path = join(dir, 'provisioning.json');
    const later = { ...JSON.parse(readFileSync(path, 'utf8')), format: 9990, region: 'north' };
    writeFileSync(path, JSON.stringify(later));
    expect(await loadProvisioning(dir)).toMatchObject({ document: { version: 2 }, format: 9990 });
  });

  it('is not believed when somebody exchanged the configuration in it', async () => {
    saveProvisioning(dir, { ...file(), configuration: jws(payload(9), stranger.privateKey) });
    await expect(loadProvisioning(dir)).rejects.toMatchObject({ code: 'configuration_signature' });
  });
});
