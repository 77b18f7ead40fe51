import { createPrivateKey, sign as edSign, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBundle, readBundleLabel, sealBundle } from './bundle.ts';
import { ProtocolError } from './errors.ts';

const newKey = (type: 'ed25519' | 'x25519') =>
  (type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')).privateKey.export({
    format: 'jwk',
  }) as { kty: string; crv: string; x: string; d: string };
const DEVICE = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
const deviceKey = newKey('ed25519');
const centreKey = { ...newKey('x25519'), kid: 'e1', use: 'enc' as const };
const privateKey = createPrivateKey({ key: deviceKey, format: 'jwk' });
const manifest = { fromSeq: 1, toSeq: 9, head: `sha256:${'a'.repeat(64)}`, count: 9 };
const seal = (lines: string[]) =>
  sealBundle({
    deviceId: DEVICE,
    recordLines: lines,
    manifest,
    label: { records: 9, root: manifest.head },
    centreKey,
    alg: 'ed25519',
    sign: (data) => edSign(null, data, privateKey),
  });
const keys = { centreKey, deviceKey: (id: string) => (id === DEVICE ? deviceKey : null) };
const codeOf = (run: Promise<unknown>) =>
  run.then(
    () => 'passed',
    (error: unknown) => (error instanceof ProtocolError ? error.code : String(error)),
  );

describe('evacuation bundle', () => {
  it('brings every record and the manifest to the centre, unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ id: fc.constant(DEVICE), text: fc.string() })), async (records) => {
        const file = await seal(records.map((record) => JSON.stringify(record)));
        expect(await openBundle(file, keys)).toEqual({ deviceId: DEVICE, manifest, records });
      }),
      { numRuns: 20 },
    );
  });

  it('shows nothing of its content', async () => {
    expect(await seal([JSON.stringify({ id: DEVICE, secret: 'tell-tale' })])).not.toContain('tell-tale');
  });

  it('is refused when any character of it is another', async () => {
    const file = await seal([JSON.stringify({ id: DEVICE })]);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.trimEnd().length - 3), async (at) => {
        const other = file[at] === 'A' ? 'B' : 'A';
        expect(await codeOf(openBundle(file.slice(0, at) + other + file.slice(at + 1), keys))).not.toBe('passed');
      }),
      { numRuns: 60 },
    );
  });

  it('opens for no other centre', async () => {
    const foreign = { ...keys, centreKey: { ...centreKey, ...newKey('x25519') } };
    expect(await codeOf(openBundle(await seal([]), foreign))).toBe('bundle_malformed');
  });

  it('names a device that is not known', async () => {
    const nobody = { ...keys, deviceKey: () => null };
    expect(await codeOf(openBundle(await seal([]), nobody))).toBe('signature_unknown_key');
  });

  it('says what it holds to the device that made it, while every byte is in place', async () => {
    const file = await seal([JSON.stringify({ id: DEVICE })]);
    const own = { deviceId: DEVICE, key: deviceKey };
    expect(await readBundleLabel(file, own)).toEqual({ records: 9, root: manifest.head });
    expect(await readBundleLabel(file, { ...own, key: newKey('ed25519') })).toBe(null);
    expect(await readBundleLabel(file, { ...own, deviceId: DEVICE.replace('01', '02') })).toBe(null);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.trimEnd().length - 1), async (length) => {
        expect(await readBundleLabel(file.slice(0, length), own)).toBe(null);
      }),
      { numRuns: 60 },
    );
  });
});
