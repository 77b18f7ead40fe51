import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '../../../device/ledger/ledger-fixture.ts';
import { sampleConfiguration } from '../../../device/testing/appliance-fixture.ts';
import { openServerFixture, type ServerFixture } from '../testing/server-fixture.ts';

let fixture: ServerFixture;
beforeAll(async () => {
  fixture = await openServerFixture(sampleConfiguration(), { trial: true });
});
afterAll(() => fixture.close());

async function scrape(): Promise<{ type: string; text: string; value: (series: string) => number | undefined }> {
  const answer = await fetch(new URL('/metrics', fixture.servers.urls.citizen));
  expect(answer.status).toBe(200);
  const text = await answer.text();
  const lines = new Map(
    text
      .split('\n')
      .flatMap((line) => (line.startsWith('#') || line === '' ? [] : [line.split(' ') as [string, string]])),
  );
  const value = (series: string) => {
    const found = lines.get(`pingjiaqi_${series}`);
    return found === undefined ? undefined : Number(found.replace('Nan', 'NaN'));
  };
  return { type: answer.headers.get('content-type') ?? '', text, value };
}

async function rate(level: 1 | 5, caseNo: string): Promise<void> {
  const { appliance, clock } = fixture.device;
  const item = { itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1', servedAt: null };
  const visitId = appliance.openVisit({ ...item, caseNo, serviceNo: 1, trigger: 'business', inviteAtOnce: true }, null);
  appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
  appliance.citizen({ type: 'submit', visitId });
  await clock.advance(10_000);
}

describe('the metrics', () => {
  it('carry what waits, how old, how near its date, what became of attempts, and the clock', async () => {
    await rate(5, 'C-1');
    await fixture.device.clock.advance(60_000);
    const before = await scrape();
    expect(before.type).toContain('text/plain');
    const { pending } = await fixture.device.appliance.outbox.counts();
    expect(before.value('records{state="pending"}')).toBe(pending);
    expect(before.value('oldest_pending_age_seconds')).toBeGreaterThanOrEqual(60);
    const nextDeadlineMs = 1000 * (before.value('next_deadline_timestamp_seconds') ?? Number.NaN);
    expect(nextDeadlineMs).toBeGreaterThan(fixture.device.clock.wallMs());
    expect(before.value('records_in_danger{state="at_risk"}')).toBe(0);
    expect(before.value('delivery_attempts_total{outcome="down"}')).toBe(0);
    expect(before.value('clock_quality{quality="holdover"}')).toBe(1);
    expect(before.value('clock_offset_seconds')).toBeNaN();
    expect(before.value('link_state{state="no_agent"}')).toBe(1);
    // Past the first date: late, and said so.
    await fixture.device.clock.advance(nextDeadlineMs - fixture.device.clock.wallMs() + 3_600_000);
    const late = await scrape();
    expect(late.value('records_in_danger{state="missed"}')).toBeGreaterThan(0);
    expect(late.value('delivery_standing{state="missed"}')).toBe(1);
    await deliver(fixture.device.appliance.ledger, 500);
    const after = await scrape();
    expect(after.value('records{state="pending"}')).toBe(0);
    expect(after.value('oldest_pending_age_seconds')).toBe(0);
    expect(after.value('next_deadline_timestamp_seconds')).toBeNaN();
  });

  it('tell one grade from another by nothing', async () => {
    const shape = async (level: 1 | 5, caseNo: string) => {
      await deliver(fixture.device.appliance.ledger, 500);
      const seqs = await scrape();
      await rate(level, caseNo);
      const { text, value } = await scrape();
      const since = (value('ledger_head_seq') ?? 0) - (seqs.value('ledger_head_seq') ?? 0);
      // The date of a 差评 is shorter: that is why the technician alone is told of dates. All else is alike.
      const series = text.split('\n').filter((line) => !/seq|timestamp|slack|records\{state="delivered"/.test(line));
      return [since, ...series];
    };
    expect(await shape(1, 'C-2')).toEqual(await shape(5, 'C-3'));
  });
});
