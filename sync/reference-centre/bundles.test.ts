import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes } from '../../device/ledger/chain.ts';
import { sealBundle } from '../protocol/bundle.ts';
import { verifyJws } from '../protocol/jws.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import { batchReplySchema, receiptSchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
beforeEach(async () => {
  ({ centre, clock } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());
const carry = (body: string) => fetch(`${centre.url}/v1/bundles`, { method: 'POST', body });
const answer = async (reply: Response) => [reply.status, ((await reply.json()) as { code?: string }).code];
const seal = (records: object[], signer = device, lines = records.map((record) => JSON.stringify(record))) =>
  sealBundle({
    deviceId: device.deviceId,
    recordLines: lines,
    manifest: { fromSeq: 1, toSeq: Math.max(records.length, 1), head: device.head, count: Math.max(records.length, 1) },
    centreKey: centre.keys.keys.find(({ use }) => use === 'enc')!,
    alg: 'ed25519',
    sign: (data) => signer.sign(data),
  });

describe('evacuation bundle (§7)', () => {
  it('is answered with receipts over at most 500 records each, and may overlap with the network', async () => {
    const records = Array.from({ length: 501 }, () => device.rating(uuidv7()));
    await device.deliver(records.slice(0, 2));
    const reply = await carry(await seal(records));
    expect(reply.headers.get('content-type')).toContain('application/x-ndjson');
    const lines = (await reply.text()).trimEnd().split('\n');
    const replies = lines.map((line) => batchReplySchema.parse(JSON.parse(line)));
    expect(replies.map(({ results }) => results.length)).toEqual([500, 1]);
    expect(replies[0]?.results.slice(0, 3).map(({ outcome }) => outcome)).toEqual([
      'duplicate',
      'duplicate',
      'accepted',
    ]);
    const receipt = await verifyJws(replies[0]?.receipt ?? '', centre.keys, receiptSchema);
    expect(receipt.root).toBe(merkleRoot(records.slice(0, 500).map(({ hash }) => hashBytes(hash))));
  });

  it.each([
    ['nothing', async () => '', 400, 'malformed'],
    ['a letter', async () => 'hello\nworld', 400, 'malformed'],
    ['an unsigned file', async () => (await seal([])).split('\n')[0] ?? '', 400, 'malformed'],
    ['a changed file', async () => `A${await seal([device.rating(uuidv7())])}`, 401, 'unknown_device'],
    ['a file by another key', () => seal([], new TestDevice('', clock)), 401, 'unknown_device'],
    ['a line that is no record', () => seal([{}], device, ['{}']), 400, 'malformed'],
    ['a line that is no JSON', () => seal([{}], device, ['{']), 400, 'malformed'],
  ] as [string, () => Promise<string>, number, string][])('refuses %s', async (_name, make, status, code) => {
    expect(await answer(await carry(await make()))).toEqual([status, code]);
    expect(await (await fetch(`${centre.url}/inspect/records`)).json()).toEqual([]);
  });

  it('refuses a stranger and a device that was revoked', async () => {
    const file = await seal([device.rating(uuidv7())]);
    const [jwe, signature] = file.trimEnd().split('\n');
    const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: uuidv7() })).toString('base64url');
    const stranger = `${jwe}\n${header}..${signature?.split('..')[1]}`;
    expect(await answer(await carry(stranger))).toEqual([401, 'unknown_device']);
    centre.revoke(device.deviceId);
    expect(await answer(await carry(file))).toEqual([401, 'revoked']);
  });
});
