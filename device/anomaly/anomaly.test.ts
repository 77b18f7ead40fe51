import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Level } from '../ledger/record.ts';
import { builtinCalendar } from '../policy/builtin.ts';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../testing/appliance-fixture.ts';
import { anomaliesOf, BURST, FAST_TAP_MS } from './flags.ts';

const MONDAY = Date.parse('2026-11-23T10:00:00.000+08:00');
const HOURS = [{ from: '08:30', to: '17:30' }];
const calm = { recentMs: [0], hours: HOURS, calendar: builtinCalendar, isSameCase: false };

describe('what is odd', () => {
  it('is nothing about a citizen who reads and taps in office hours', () => {
    expect(anomaliesOf({ sinceInvitedMs: FAST_TAP_MS, at: MONDAY }, calm)).toEqual([]);
    expect(anomaliesOf({ sinceInvitedMs: null, at: MONDAY }, calm)).toEqual([]);
  });

  it('is a tap sooner than 1.5 s', () => {
    expect(anomaliesOf({ sinceInvitedMs: FAST_TAP_MS - 1, at: MONDAY }, calm)).toEqual(['fast_tap']);
  });

  it('is the fifth grade within two minutes, not one later', () => {
    const spread = (lastMs: number) => ({ ...calm, recentMs: [0, 1, 2, 3, lastMs] });
    expect(anomaliesOf({ sinceInvitedMs: 9_000, at: MONDAY }, spread(BURST.withinMs))).toEqual(['burst']);
    expect(anomaliesOf({ sinceInvitedMs: 9_000, at: MONDAY }, spread(BURST.withinMs + 1))).toEqual([]);
  });

  it('is a grade when the window is shut, and a second service of a case', () => {
    const around = { ...calm, isSameCase: true };
    expect(anomaliesOf({ sinceInvitedMs: 9_000, at: MONDAY - 8 * 3_600_000 }, around)).toEqual([
      'after_hours',
      'same_case',
    ]);
  });
});

describe('a flag', () => {
  let fixture: ApplianceFixture;
  beforeEach(async () => {
    // Sunday: after hours.
    fixture = await openTestAppliance(sampleConfiguration({ settings: { hours: HOURS } }));
  });
  afterEach(() => fixture.close());

  const open = (caseNo: string, serviceNo: number) =>
    fixture.appliance.openVisit(
      {
        caseNo,
        serviceNo,
        itemCode: 'I-1',
        itemName: '事项',
        staffId: 'S-1',
        servedAt: null,
        trigger: 'business',
        inviteAtOnce: true,
      },
      null,
    );
  async function rate(caseNo: string, serviceNo: number, level: Level, afterMs: number): Promise<string> {
    const visitId = open(caseNo, serviceNo);
    await fixture.clock.advance(afterMs);
    fixture.appliance.citizen({ type: 'rate', visitId, level, language: 'zh-CN' });
    fixture.appliance.citizen({ type: 'submit', visitId });
    await fixture.clock.advance(10_000);
    return visitId;
  }
  const flags = () =>
    fixture
      .records()
      .flatMap((record) => (record.kind === 'event' && record.body.type === 'anomaly' ? [record.body.detail] : []));

  it('is an event beside the rating, which stands untouched', async () => {
    const visitId = await rate('C', 1, 5, 1_000);
    expect(flags()).toEqual([
      { kind: 'fast_tap', visitId },
      { kind: 'after_hours', visitId },
    ]);
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toMatchObject([{ body: { visitId, level: 5 } }]);
    const again = await rate('C', 2, 1, 5_000);
    expect(flags().slice(2)).toEqual([
      { kind: 'after_hours', visitId: again },
      { kind: 'same_case', visitId: again },
    ]);
  });

  it('of a burst comes with the fifth grade in a row, whatever the grades, and with none that has its time', async () => {
    const bursts = () => flags().filter(({ kind }) => kind === 'burst');
    const visitIds: string[] = [];
    for (const level of [5, 1, 4, 2, 3] as const) {
      expect(bursts()).toEqual([]);
      visitIds.push(await rate(`C-${level}`, 1, level, 5_000));
    }
    expect(bursts()).toEqual([{ kind: 'burst', visitId: visitIds.at(-1) }]);
    expect(fixture.records().filter(({ kind }) => kind === 'rating')).toHaveLength(5);
    await fixture.clock.advance(BURST.withinMs);
    for (const caseNo of ['D-1', 'D-2', 'D-3', 'D-4', 'D-5']) {
      await fixture.clock.advance(BURST.withinMs / 4);
      await rate(caseNo, 1, 3, 5_000);
    }
    expect(bursts()).toHaveLength(1);
  });

  it.each([1, 2, 3, 4, 5] as const)(
    'says the same of grade %d, and nothing of it reaches the staff side',
    async (level) => {
      await rate('C', 1, level, 1_000);
      expect(flags().map(({ kind }) => kind)).toEqual(['fast_tap', 'after_hours']);
      expect(JSON.stringify(fixture.appliance.staffView())).not.toMatch(/anomaly|fast|burst|hours|same_case/);
    },
  );
});
