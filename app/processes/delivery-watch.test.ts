import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance } from '../../device/testing/appliance-fixture.ts';
import { DAY_MS, formatTime } from '../../device/time.ts';
import { DeliveryWatch } from './delivery-watch.ts';

/** The watch over a real ledger, with a line that has been down since the beginning. */

const HOUR = 3_600_000;
interface Line {
  level: string;
  to: string;
  advice?: string;
}

let fixture: ApplianceFixture;
let watch: DeliveryWatch;
let said: Line[];

beforeEach(async () => {
  fixture = await openTestAppliance();
  said = [];
  const line = (level: string) => (fields: Omit<Line, 'level'>) => void said.push({ level, ...fields });
  const log = { info: line('info'), warn: line('warn'), error: line('error') };
  watch = new DeliveryWatch({
    appliance: fixture.appliance,
    clock: fixture.clock,
    log: log as never,
    report: () => null,
  });
});
afterEach(async () => {
  watch.stop();
  await fixture.close();
});

function openVisit(caseNo: string): string {
  const request = { caseNo, serviceNo: 1, itemCode: 'I-1', itemName: '户口登记', staffId: 'S-1', servedAt: null };
  return fixture.appliance.openVisit({ ...request, trigger: 'business', inviteAtOnce: true }, null);
}

function rate(caseNo: string, level: 1 | 5): void {
  const visitId = openVisit(caseNo);
  expect(fixture.appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' })).toBe(true);
}

const passed = async (ms: number): Promise<void> => {
  // A step that the centre confirms stands for hours that nobody need wait for; a bare step would move no date.
  fixture.clock.stepWall(ms);
  fixture.appliance.time.learn(0, 20);
  await fixture.clock.advance(60_000);
};

describe('the state of delivery', () => {
  it('goes from fine to missed, says each change once with what to do, and leaves a trace', async () => {
    openVisit('C-1');
    await passed(0);
    expect(await watch.state()).toMatchObject({
      standing: 'fine',
      missed: 0,
      clock: { quality: 'synced', offsetMs: 0 },
    });
    // 内蒙古 第十四条: seven natural days, to 24:00 of the last.
    const { nextLegalDueAt } = await watch.state();
    expect(formatTime(nextLegalDueAt ?? 0)).toBe('2026-11-30T00:00:00.000+08:00');
    const leftMs = (nextLegalDueAt ?? 0) - fixture.clock.wallMs();
    await passed(leftMs - DAY_MS + HOUR);
    await passed(HOUR);
    expect(said.map(({ to }) => to)).toEqual(['at_risk']);
    await passed(18 * HOUR);
    await passed(0);
    expect(said.map(({ to }) => to)).toEqual(['at_risk', 'critical']);
    await passed(5 * HOUR);
    await passed(HOUR);
    expect(said.map(({ level, to }) => [level, to])).toEqual([
      ['warn', 'at_risk'],
      ['warn', 'critical'],
      ['warn', 'missed'],
    ]);
    expect(said[0]?.advice).toContain('export --to DIR" before 2026-11-30T00:00:00.000+08:00');
    expect(said[2]?.advice).toContain('late');
    const traces = fixture.records().filter(({ kind, body }) => kind === 'event' && 'type' in body);
    expect(traces.map(({ body }) => 'type' in body && body.type)).toContain('deadline_missed');
    // Late is not lost: it still waits first in line.
    const batch = await fixture.appliance.outbox.claim({ limit: 1, maxBytes: 100_000 });
    expect(batch?.records[0]?.json).toContain('C-1');
  });

  it('never alarms for what only a date of the house orders', async () => {
    fixture.appliance.noteFact('something_happened', {});
    await passed(100 * DAY_MS);
    expect(await watch.state()).toMatchObject({ standing: 'fine', nextLegalDueAt: null });
    expect(said).toEqual([]);
  });

  it('tells staff that something waits after the same time for every grade', async () => {
    const notices = [];
    for (const level of [1, 5] as const) {
      rate(`C-${level}`, level);
      await passed(29 * 60_000);
      const before = fixture.appliance.staffView().notice;
      await passed(60_000);
      notices.push([before, fixture.appliance.staffView().notice]);
      const batch = await fixture.appliance.outbox.claim({ limit: 500, maxBytes: 1_000_000 });
      await fixture.appliance.outbox.settle({
        leaseId: batch?.leaseId ?? '',
        receipt: null,
        delivered: [],
        deferred: [],
        refused: (batch?.records ?? []).map(({ id }) => ({ id, code: 'x', message: '' })),
      });
      await passed(0);
    }
    expect(notices[0]).toEqual(notices[1]);
    expect(notices[0]).toEqual([null, 'delivery_pending']);
  });
});
