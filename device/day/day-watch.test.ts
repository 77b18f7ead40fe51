import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../testing/appliance-fixture.ts';
import { DAY_MS } from '../time.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A Sunday 10:00; Monday is a working day. */
const hours = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
];

let fixture: ApplianceFixture;
beforeEach(async () => {
  fixture = await openTestAppliance(sampleConfiguration({ settings: { hours } }));
  await fixture.clock.advance(13 * HOUR_MS + 60 * MINUTE_MS);
});
afterEach(() => fixture.close());

const days = () =>
  fixture
    .records()
    .flatMap(({ kind, body }) =>
      kind === 'event' && 'type' in body && body.type === 'window_day' ? [body.detail] : [],
    );
const light = () => fixture.appliance.screens.light();
const to = (time: string) => fixture.clock.advance(Date.parse(`${time}:00.000+08:00`) - fixture.clock.wallMs());
const open = (caseNo: string, inviteAtOnce = false) => {
  const item = { itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null, trigger: 'business' as const };
  return fixture.appliance.openVisit({ caseNo, serviceNo: 1, ...item, inviteAtOnce }, null);
};

describe('the event of each day', () => {
  it('counts what was opened, invited, skipped by reason and paused, and nothing of what citizens answered', async () => {
    light();
    await to('2026-11-23T10:00');
    const window = fixture.appliance.window();
    window.skip(open('C-1'), 'citizen_left');
    window.skip(open('C-2'), 'consultation_only');
    window.skip(open('C-3'), 'consultation_only');
    for (const [index, level] of ([1, 5] as const).entries()) {
      fixture.appliance.citizen({ type: 'rate', visitId: open(`R-${index}`, true), level, language: 'zh-CN' });
      await fixture.clock.advance(2 * MINUTE_MS);
    }
    fixture.appliance.citizen({ type: 'decline', visitId: open('R-3', true) });
    await fixture.clock.advance(2 * MINUTE_MS);
    window.pause('break', HOUR_MS);
    await fixture.clock.advance(10 * MINUTE_MS);
    window.resume();
    await to('2026-11-24T00:01');
    expect(days().at(-1)).toEqual({
      day: '2026-11-23',
      opened: 6,
      invited: 3,
      skipped: 3,
      skipped_citizen_left: 1,
      skipped_consultation_only: 2,
      pauses: 1,
      pausedS: 600,
      openS: 7 * 3_600,
      offS: 0,
      screenDarkS: 0,
    });
  });

  it('tells for how long no screen showed the page in opening hours, to the second', async () => {
    const dark = light();
    await to('2026-11-23T11:30');
    dark();
    dark();
    await fixture.clock.advance(2 * HOUR_MS + 90_500);
    light();
    await to('2026-11-24T00:01');
    // Half an hour before noon, half an hour and 90.5 s after one; the pause between is nobody's.
    expect(days().at(-1)).toMatchObject({ day: '2026-11-23', screenDarkS: 3_691, offS: 0 });
  });

  it('tells for how long the appliance was off, over several days, and of those days too', async () => {
    light();
    await to('2026-11-23T11:00');
    const { clock } = fixture;
    await fixture.appliance.close();
    await clock.advance(2 * DAY_MS + 3 * HOUR_MS);
    await fixture.restart();
    light();
    await to('2026-11-26T00:01');
    expect(days().map(({ day, openS, offS, screenDarkS }) => [day, openS, offS, screenDarkS])).toEqual([
      ['2026-11-22', 0, 0, 0],
      ['2026-11-23', 25_200, 5 * 3_600, 0],
      ['2026-11-24', 25_200, 25_200, 0],
      ['2026-11-25', 25_200, 4 * 3_600, 0],
    ]);
  });

  it('counts through a restart of a minute what it had counted before', async () => {
    light();
    await to('2026-11-23T10:00');
    fixture.appliance.window().skip(open('C-1'), 'citizen_left');
    await fixture.restart();
    light();
    await to('2026-11-24T00:01');
    expect(days().at(-1)).toMatchObject({ day: '2026-11-23', opened: 1, skipped_citizen_left: 1, offS: 0 });
  });

  it.each([
    ['the wall clock set forward by 400 days', () => fixture.clock.stepWall(400 * DAY_MS)],
    ['the wall clock set back by two days', () => fixture.clock.stepWall(-2 * DAY_MS)],
    ['the centre’s time six days ahead', () => fixture.appliance.time.learn(6 * DAY_MS, 0)],
    ['the centre’s time two days behind', () => fixture.appliance.time.learn(-2 * DAY_MS, 0)],
  ])('takes %s for no dark time', async (_name, set) => {
    light();
    await to('2026-11-23T10:00');
    set();
    await fixture.clock.advance(2 * MINUTE_MS);
    for (const { offS, screenDarkS } of days()) expect([offS, screenDarkS]).toEqual([0, 0]);
    // The day that was under way is told once, whatever the date of the next one.
    expect(days().filter(({ day }) => day === '2026-11-23').length).toBeLessThanOrEqual(1);
    expect(days().length).toBeLessThanOrEqual(2);
    expect(fixture.faults).toEqual([]);
  });

  it('says nothing of dark time where no hours are set', async () => {
    const bare = await openTestAppliance();
    await bare.clock.advance(2 * DAY_MS);
    const events = bare.records().filter(({ body }) => 'type' in body && body.type === 'window_day');
    expect(events.map(({ body }) => body)).toMatchObject([
      { detail: { openS: null, offS: null, screenDarkS: null } },
      { detail: { openS: null, offS: null, screenDarkS: null } },
    ]);
    await bare.close();
  });
});
