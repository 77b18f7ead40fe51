import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { v7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { evacuate } from './evacuation.ts';
import { openBundle } from './protocol/bundle.ts';

const device = generateKeyPairSync('ed25519');
const centre = generateKeyPairSync('x25519');
const deviceId = v7();
const jwk = (key: KeyObject) => key.export({ format: 'jwk' }) as { kty: 'OKP'; crv: string; x: string; d: string };
const { d: _secret, ...publicEnc } = jwk(centre.privateKey);
const centreKeys = { keys: [{ ...publicEnc, kid: 'enc-1', use: 'enc' as const }] };
const common = {
  deviceId,
  centreKeys,
  alg: 'ed25519' as const,
  sign: (data: Uint8Array) => sign(null, data, device.privateKey),
};

const record = (seq: number) => {
  const id = v7();
  return { seq, hash: `sha256:${String(seq).padStart(64, '0')}`, json: JSON.stringify({ id, seq }) };
};

const opened = (text: string) =>
  openBundle(text, {
    centreKey: { ...jwk(centre.privateKey), kid: 'enc-1', use: 'enc' },
    deviceKey: () => jwk(device.publicKey),
  });

async function all(records: ReturnType<typeof record>[], maxRecords?: number) {
  const bundles = [];
  for await (const bundle of evacuate({ ...common, records, ...(maxRecords === undefined ? {} : { maxRecords }) })) {
    bundles.push(bundle);
  }
  return bundles;
}

describe('evacuation', () => {
  it('carries every record unchanged, once, in files that the centre opens', async () => {
    const records = [3, 4, 9, 10, 11].map(record);
    const bundles = await all(records, 2);
    expect(bundles.map(({ name, records: count }) => [name, count])).toEqual([
      [`${deviceId}-3-4.hcpb`, 2],
      [`${deviceId}-9-10.hcpb`, 2],
      [`${deviceId}-11-11.hcpb`, 1],
    ]);
    const inside = await Promise.all(bundles.map(({ text }) => opened(text!)));
    expect(inside.flatMap((bundle) => bundle.records.map((one) => JSON.stringify(one)))).toEqual(
      records.map((one) => one.json),
    );
    expect(inside[1]?.manifest).toEqual({ fromSeq: 9, toSeq: 10, head: records[3]?.hash, count: 2 });
  });

  it('shows no record to whoever finds the stick', async () => {
    const [bundle] = await all([{ ...record(1), json: '{"marker":"不满意"}' }]);
    expect(bundle?.text).not.toContain('不满意');
  });

  it('leaves out what an earlier run left there, and only that', async () => {
    const records = [1, 2, 3, 4].map(record);
    const [first, second] = await all(records, 2);
    const run = evacuate({ ...common, records, maxRecords: 2, isThere: async (name) => name === first?.name });
    const bundles = [];
    for await (const bundle of run) bundles.push(bundle);
    expect(bundles.map(({ name, text }) => [name, text === null])).toEqual([
      [first?.name, true],
      [second?.name, false],
    ]);
  });

  it('makes nothing of nothing', async () => {
    expect(await all([])).toEqual([]);
  });

  it('says so where the centre gave no key to encrypt to', async () => {
    const signing = { keys: [{ kty: 'OKP' as const, crv: 'Ed25519', x: 'AA', kid: 's', use: 'sig' as const }] };
    const run = evacuate({ ...common, centreKeys: signing, records: [record(1)] }).next();
    await expect(run).rejects.toMatchObject({ code: 'no_encryption_key' });
  });
});
