import { v7 as uuidv7 } from 'uuid';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashBytes } from '../../device/ledger/chain.ts';
import { verifyJws } from '../protocol/jws.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import { batchReplySchema, receiptSchema } from '../protocol/messages.ts';
import type { ReferenceCentre } from './centre.ts';
import { type ManualClock, postJson, startCentre, TestDevice } from './fixture.ts';

let centre: ReferenceCentre;
let clock: ManualClock;
let device: TestDevice;
let dataDir: string;
beforeEach(async () => {
  ({ centre, clock, dataDir } = await startCentre());
  device = await new TestDevice(centre.url, clock).enrol();
});
afterEach(() => centre.close());
const order = (fault: object) => postJson(`${centre.url}/inspect/faults`, fault);
const stored = async () => ((await (await fetch(`${centre.url}/inspect/records`)).json()) as { id: string }[]).length;
const sendOne = () => device.post('/records', device.batch([device.rating(uuidv7())]));

describe('fault menu (§8)', () => {
  it('down: the connection breaks, nothing is stored, the inspection side goes on', async () => {
    await order({ mode: 'down' });
    await expect(sendOne()).rejects.toThrow();
    expect(await stored()).toBe(0);
    await order({ mode: 'none' });
    expect((await sendOne()).status).toBe(200);
  });

  it('hang: no answer ever comes, nothing is stored, and the centre still stops', async () => {
    await order({ mode: 'hang' });
    const never = sendOne().then(
      () => 'answered',
      (error: Error) => (error.cause as { code: string }).code,
    );
    // While the fault lasts nothing can be stored or answered; other connections go on.
    for (let turn = 0; turn < 5; turn++) expect(await Promise.race([never, stored()])).toBe(0);
    await centre.close();
    expect(await never).toBe('UND_ERR_SOCKET');
    ({ centre } = await startCentre({ dataDir, clock }));
    expect(await stored()).toBe(0);
  });

  it('portal_html: 200 and a web page', async () => {
    await order({ mode: 'portal_html' });
    const reply = await sendOne();
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await reply.text()).toContain('<form');
    expect(await stored()).toBe(0);
  });

  it('lost_ack: stored, but the answer never arrives; the next try is a duplicate', async () => {
    const batch = device.batch([device.rating(uuidv7())]);
    await order({ mode: 'lost_ack' });
    await expect(device.post('/records', batch)).rejects.toThrow();
    expect(await stored()).toBe(1);
    await order({ mode: 'none' });
    const reply = batchReplySchema.parse(await (await device.post('/records', batch)).json());
    expect(reply.results[0]?.outcome).toBe('duplicate');
  });

  it('wrong_receipt: stored, and in turn a foreign key, another tree, another batch, none', async () => {
    const batch = device.batch([device.rating(uuidv7())]);
    const records = batch.records as { hash: string }[];
    const root = merkleRoot(records.map(({ hash }) => hashBytes(hash)));
    await order({ mode: 'wrong_receipt' });
    const seen: string[] = [];
    for (let turn = 0; turn < 4; turn++) {
      const { receipt } = batchReplySchema.parse(await (await device.post('/records', batch)).json());
      const payload = await verifyJws(receipt ?? '', centre.keys, receiptSchema).catch(({ code }) => code as string);
      if (typeof payload === 'string') seen.push(receipt === null ? 'none' : payload);
      else seen.push(payload.root !== root ? 'root' : payload.batchId !== batch.batchId ? 'batch' : 'right');
    }
    expect(seen).toEqual(['jws_bad_signature', 'root', 'batch', 'none']);
    expect(await stored()).toBe(1);
  });

  it('drop_half: every second record is stored nowhere and named nowhere', async () => {
    const records = Array.from({ length: 5 }, () => device.rating(uuidv7()));
    await order({ mode: 'drop_half' });
    const reply = await device.deliver(records);
    const kept = records.filter((_record, index) => index % 2 === 0);
    expect(reply.results.map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
    const receipt = await verifyJws(reply.receipt ?? '', centre.keys, receiptSchema);
    expect(receipt.root).toBe(merkleRoot(kept.map(({ hash }) => hashBytes(hash))));
    expect(await stored()).toBe(3);
  });

  it.each([
    ['status_500', 500, null],
    ['status_429', 429, '1'],
  ])('%s: nothing is stored', async (mode, status, retryAfter) => {
    await order({ mode });
    const reply = await sendOne();
    expect([reply.status, reply.headers.get('retry-after')]).toEqual([status, retryAfter]);
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(await stored()).toBe(0);
  });

  it('refuse_levels: ratings of these levels only', async () => {
    await order({ mode: 'refuse_levels', levels: [1, 2] });
    const visitId = uuidv7();
    const records = [device.visit(visitId), ...([1, 2, 3] as const).map((level) => device.rating(visitId, { level }))];
    const { results } = await device.deliver(records);
    expect(results.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'accepted',
      'level_refused',
      'level_refused',
      'accepted',
    ]);
  });

  it('ends by itself after forS, counted from the last order', async () => {
    await order({ mode: 'status_500', forS: 10 });
    await order({ mode: 'status_500', forS: 20 });
    clock.advance(19_999);
    expect((await sendOne()).status).toBe(500);
    clock.advance(1);
    expect((await sendOne()).status).toBe(200);
  });

  it('meets every device-facing route, enrolment too', async () => {
    await order({ mode: 'status_500' });
    expect((await postJson(`${centre.url}/v1/enrolments`, {})).status).toBe(500);
    expect((await device.own('/configuration')).status).toBe(500);
    expect((await fetch(`${centre.url}/inspect/ratings`)).status).toBe(200);
  });

  it.each([{ mode: 'sulk' }, { mode: 'refuse_levels' }, { mode: 'down', forS: -1 }, { mode: 'down', why: 1 }, {}])(
    'refuses the order %j',
    async (fault) => {
      expect((await order(fault)).status).toBe(400);
    },
  );
});
