import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleConfiguration } from '../../../device/testing/appliance-fixture.ts';
import { openServerFixture, type ServerFixture } from '../testing/server-fixture.ts';

/** 追评 after rectification (林草 第十三条): a new visit of the case that names the one it rates again. */

const AUTH = { authorization: 'Bearer hall' };
const VISIT = { caseNo: 'C-1', itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1', invite: true };
/** Of another window, opened on 2026-11-03. */
const ELSEWHERE = '01a19f22-7d00-7000-8000-000000000001';

let fixture: ServerFixture;
beforeEach(async () => {
  const keySha256 = createHash('sha256').update('hall').digest('hex');
  fixture = await openServerFixture(sampleConfiguration({ clients: [{ id: 'hall', name: 'hall', keySha256 }] }));
});
afterEach(() => fixture.close());

const post = (changes: object) => fixture.send('POST', '/v1/visits', { ...VISIT, ...changes }, AUTH);
const open = async (changes: object = {}) => ((await (await post(changes)).json()) as { visitId: string }).visitId;
const view = () => fixture.device.appliance.citizenView();
const events = (type: string) =>
  fixture.device.records().flatMap(({ kind, body }) => (kind === 'event' && body.type === type ? [body.detail] : []));
const rate = (visitId: string, level: 1 | 4) => {
  fixture.device.appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  fixture.device.appliance.citizen({ type: 'submit', visitId });
};

describe('a 追评', () => {
  it('names the earlier visit on the screen and in the ledger, in the commit of its visit, and flags nobody', async () => {
    const first = await open();
    rate(first, 1);
    await fixture.device.clock.advance(3 * 86_400_000);
    const again = await open({ serviceNo: 2, reratingOf: first });
    expect(view()).toMatchObject({ screen: 'inviting', visitId: again, earlier: { day: shanghaiDayOf(first) } });
    expect(events('re_rating')).toEqual([{ visitId: again, earlierVisitId: first }]);
    const records = fixture.device.records();
    const visit = records.findIndex(({ kind, body }) => kind === 'visit' && body.visitId === again);
    expect(records[visit]?.body).not.toHaveProperty('reratingOf');
    expect(records[visit + 1]).toMatchObject({ kind: 'event', body: { type: 're_rating' } });
    await fixture.device.clock.advance(2_000);
    rate(again, 4);
    expect(events('anomaly').filter(({ kind }) => kind === 'same_case')).toEqual([]);
  });

  it('may follow a visit of another window, and says its day', async () => {
    await open({ reratingOf: ELSEWHERE });
    expect(view()).toMatchObject({ screen: 'inviting', earlier: { day: '2026-11-03' } });
  });

  it('waits behind a citizen who is rating, with its link', async () => {
    const first = await open();
    const again = await open({ caseNo: 'C-2', reratingOf: ELSEWHERE });
    expect(events('re_rating')).toEqual([{ visitId: again, earlierVisitId: ELSEWHERE }]);
    fixture.device.appliance.citizen({ type: 'decline', visitId: first });
    await fixture.device.clock.advance(5_000);
    expect(view()).toMatchObject({ screen: 'inviting', visitId: again, earlier: { day: '2026-11-03' } });
  });

  it('is refused while the earlier visit is open, and leaves nothing', async () => {
    const first = await open({ invite: false });
    const before = fixture.device.records().length;
    const answer = await post({ serviceNo: 2, reratingOf: first });
    expect([answer.status, await answer.json()]).toMatchObject([409, { code: 'earlier_visit_open' }]);
    expect(fixture.device.records().length).toBe(before);
  });

  it('needs an id that can be one', async () => expect((await post({ reratingOf: 'C-1' })).status).toBe(400));

  it('is none where nobody said so', async () => {
    await open();
    expect(view()).toMatchObject({ screen: 'inviting', earlier: null });
    expect(events('re_rating')).toEqual([]);
  });
});

/** By the wall clock of the ids, which is the real one. */
function shanghaiDayOf(visitId: string): string {
  const ms = Number.parseInt(visitId.slice(0, 8) + visitId.slice(9, 13), 16);
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
}
