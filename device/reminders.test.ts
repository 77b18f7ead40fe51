import { afterEach, describe, expect, it } from 'vitest';
import type { NotRatedBody } from './ledger/record.ts';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from './testing/appliance-fixture.ts';
import { formatTime } from './time.ts';

const HOUR = 3_600_000;
const FORESTRY = { policy: { id: 'forestry-draft', version: '1' } };
let fixture: ApplianceFixture;
afterEach(() => fixture.close());

const window = () => fixture.appliance.window();
const list = (after: string | null = null, limit = 100) => fixture.appliance.desks().reminders.list(after, limit);
const cases = () => list().reminders.map(({ caseNo }) => caseNo);

function open(caseNo: string): string {
  const item = { serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId: 'S-1' };
  const request = { ...item, caseNo, servedAt: null, trigger: 'business' as const, inviteAtOnce: false };
  return fixture.appliance.openVisit(request, null);
}

/** A visit that ends in the way named; a rating ends it otherwise. */
async function end(caseNo: string, how: NotRatedBody['reason'] | 'rated', detail = 'citizen_left'): Promise<string> {
  const visitId = open(caseNo);
  if (how === 'skipped') window().skip(visitId, detail);
  else if (how === 'paused') {
    window().pause('break', 60_000);
    window().resume();
  } else {
    window().invite(visitId);
    await fixture.clock.advance(2_000);
    if (how === 'declined') window().citizen({ type: 'decline', visitId });
    if (how === 'rated_elsewhere') window().ratedElsewhere(visitId);
    if (how === 'rated') window().citizen({ type: 'rate', visitId, level: 1, language: 'zh-CN' });
    await fixture.clock.advance(120_000);
  }
  return visitId;
}

describe('reminders', () => {
  it('name what was left unrated for 24 h, never who rated, declined, or came only to ask', async () => {
    fixture = await openTestAppliance(sampleConfiguration(FORESTRY));
    await end('TIMEOUT', 'timeout');
    await end('LEFT', 'skipped');
    await end('FAULT', 'skipped', 'device_fault');
    await end('PAUSED', 'paused');
    await end('RATED', 'rated');
    await end('PHONE', 'rated_elsewhere');
    await end('DECLINED', 'declined');
    await end('ASKED', 'skipped', 'consultation_only');
    await end('BEFORE', 'skipped', 'already_rated_case');
    expect(cases()).toEqual([]);
    await fixture.clock.advance(24 * HOUR);
    expect(cases()).toEqual(['TIMEOUT', 'LEFT', 'FAULT', 'PAUSED']);
    expect(Object.keys(list().reminders[0] ?? {}).sort()).toEqual([
      'caseNo',
      'dueAt',
      'endsAt',
      'serviceNo',
      'visitId',
    ]);
  });

  it('begin 24 h after the case was closed, to the millisecond, and end with the default rating', async () => {
    fixture = await openTestAppliance(sampleConfiguration(FORESTRY));
    const visitId = await end('C', 'timeout');
    await fixture.clock.advance(5 * HOUR);
    window().close(visitId, null);
    const closedAt = fixture.clock.wallMs();
    await fixture.clock.advance(24 * HOUR - 1);
    expect(cases()).toEqual([]);
    await fixture.clock.advance(1);
    const [reminder] = list().reminders;
    expect(reminder).toMatchObject({ visitId, dueAt: closedAt + 24 * HOUR });
    // Sunday 22 November; five working days from Monday on.
    expect(formatTime(reminder?.endsAt ?? 0)).toBe('2026-11-28T00:00:00.000+08:00');
    await fixture.clock.advance((reminder?.endsAt ?? 0) - fixture.clock.wallMs());
    expect(cases()).toEqual([]);
  });

  it('are given once when the hall says it is done, over a restart too, and leave an event without a grade', async () => {
    fixture = await openTestAppliance(sampleConfiguration(FORESTRY));
    const visitId = await end('C', 'timeout');
    await fixture.clock.advance(24 * HOUR);
    await fixture.restart();
    expect(cases()).toEqual(['C']);
    fixture.appliance.desks().reminders.done(visitId);
    expect(cases()).toEqual([]);
    expect(() => fixture.appliance.desks().reminders.done(visitId)).toThrow('no reminder');
    expect(fixture.records().at(-1)).toMatchObject({ body: { type: 'citizen_reminded', detail: { visitId } } });
  });

  it('come in pages, each once', async () => {
    fixture = await openTestAppliance(sampleConfiguration(FORESTRY));
    for (let n = 0; n < 7; n++) {
      await end(`C-${n}`, 'skipped');
      await fixture.clock.advance(1);
    }
    await fixture.clock.advance(24 * HOUR);
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page = list(after, 3);
      seen.push(...page.reminders.map(({ caseNo }) => caseNo));
      after = page.reminders.at(-1)?.visitId ?? null;
      more = page.more;
    }
    expect(seen).toEqual(['C-0', 'C-1', 'C-2', 'C-3', 'C-4', 'C-5', 'C-6']);
  });

  it('are none where the regulation names none', async () => {
    fixture = await openTestAppliance();
    await end('C', 'timeout');
    await fixture.clock.advance(48 * HOUR);
    expect(cases()).toEqual([]);
  });
});

describe('closing a case', () => {
  it('invites at once and leaves the moment as an event, once', async () => {
    fixture = await openTestAppliance();
    const visitId = open('C');
    window().close(visitId, fixture.clock.wallMs() - 1_000);
    expect(fixture.appliance.citizenView().screen).toBe('inviting');
    const before = fixture.records().length;
    window().close(visitId, null);
    expect(fixture.records()).toHaveLength(before);
    const closed = fixture
      .records()
      .filter(({ kind, body }) => kind === 'event' && 'type' in body && body.type === 'case_closed');
    expect(closed).toMatchObject([{ body: { detail: { visitId, closedAt: '2026-11-22T09:59:59.000+08:00' } } }]);
  });
});
