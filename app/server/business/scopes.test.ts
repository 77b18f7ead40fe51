import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleConfiguration } from '../../../device/testing/appliance-fixture.ts';
import { openServerFixture, type ServerFixture } from '../testing/server-fixture.ts';

const client = (id: string) => ({ id, name: id, keySha256: createHash('sha256').update(id).digest('hex') });
const HALL = { authorization: 'Bearer hall' };
const SMS = { authorization: 'Bearer sms' };
const VISIT = { caseNo: 'C-1', itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1' };
const UNKNOWN = '019aa000-0000-7000-8000-000000000009';

let fixture: ServerFixture;
beforeEach(async () => {
  fixture = await openServerFixture(
    sampleConfiguration({
      policy: { id: 'forestry-draft', version: '1' },
      clients: [client('hall'), client('sms')],
      settings: { scopes: { sms: ['reminders'] } },
    }),
  );
});
afterEach(() => fixture.close());

const open = async () => {
  const answer = await fixture.send('POST', '/v1/visits', VISIT, HALL);
  return ((await answer.json()) as { visitId: string }).visitId;
};

describe('a closed case', () => {
  it('has its citizen invited by the time the call returns', async () => {
    const visitId = await open();
    const closed = await fixture.send('POST', `/v1/visits/${visitId}/closure`, {}, HALL);
    expect([closed.status, await closed.json()]).toEqual([200, { visitId, state: 'open' }]);
    expect(fixture.device.appliance.citizenView().screen).toBe('inviting');
    const again = await fixture.send(
      'POST',
      `/v1/visits/${visitId}/closure`,
      { closedAt: '2026-11-22T09:00:00+08:00' },
      HALL,
    );
    expect(again.status).toBe(200);
    expect((await fixture.send('POST', `/v1/visits/${UNKNOWN}/closure`, {}, HALL)).status).toBe(404);
    expect((await fixture.send('POST', `/v1/visits/${visitId}/closure`, { level: 5 }, HALL)).status).toBe(400);
  });
});

describe('reminders over HTTP', () => {
  it('are for the key that has the scope, which opens nothing else', async () => {
    expect((await fixture.send('GET', '/v1/reminders', undefined, HALL)).status).toBe(403);
    expect((await fixture.send('POST', '/v1/visits', VISIT, SMS)).status).toBe(403);
    expect((await fixture.send('GET', '/v1/events', undefined, SMS)).status).toBe(403);
    expect((await fixture.send('GET', '/v1/reminders')).status).toBe(401);
    const visitId = await open();
    await fixture.send('POST', `/v1/visits/${visitId}/skip`, { reason: 'citizen_left' }, HALL);
    expect(await (await fixture.send('GET', '/v1/reminders', undefined, SMS)).json()).toEqual({
      reminders: [],
      more: false,
    });
    await fixture.device.clock.advance(24 * 3_600_000);
    const answer = (await (await fixture.send('GET', '/v1/reminders?limit=1', undefined, SMS)).json()) as object;
    expect(answer).toEqual({
      reminders: [
        {
          visitId,
          caseNo: 'C-1',
          serviceNo: 1,
          dueAt: '2026-11-23T10:00:00.000+08:00',
          endsAt: '2026-11-28T00:00:00.000+08:00',
        },
      ],
      more: false,
    });
    expect((await fixture.send('POST', `/v1/reminders/${visitId}/done`, undefined, SMS)).status).toBe(204);
    expect((await fixture.send('POST', `/v1/reminders/${visitId}/done`, undefined, SMS)).status).toBe(404);
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'after=1', 'level=5'])('refuse ?%s', async (query) => {
    const answer = await fixture.send('GET', `/v1/reminders?${query}`, undefined, SMS);
    expect(answer.status).toBe(400);
  });
});
