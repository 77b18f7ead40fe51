import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Appliance } from './appliance.ts';
import {
  type ApplianceFixture,
  applianceOptions,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from './testing/appliance-fixture.ts';
import type { CitizenView } from './visit/views.ts';

const VISIT = {
  caseNo: 'CASE-1',
  serviceNo: 1,
  itemCode: 'I-1',
  itemName: '居民身份证换领',
  staffId: 'S-1',
  servedAt: null,
  trigger: 'business',
  inviteAtOnce: true,
} as const;

let fixture: ApplianceFixture;
beforeEach(async () => {
  fixture = await openTestAppliance();
});
afterEach(() => fixture.close());

const open = (changes: Partial<Parameters<Appliance['openVisit']>[0]> = {}) =>
  fixture.appliance.openVisit({ ...VISIT, ...changes }, null);
const bodies = (kind: string) =>
  fixture
    .records()
    .filter((record) => record.kind === kind)
    .map((record) => record.body);
const view = () => fixture.appliance.citizenView();
const screen = (wanted: CitizenView['screen']) => expect(view().screen).toBe(wanted);

describe('a rating', () => {
  it('is in the ledger before the screen changes', () => {
    const visitId = open();
    const shown: [string, number][] = [];
    fixture.appliance.subscribe(() => shown.push([view().screen, bodies('rating').length]));
    fixture.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    expect(shown).toEqual([['reasons', 1]]);
  });

  it('leaves the screen as it was when it could not be kept', () => {
    const visitId = open();
    fixture.appliance.ledger.close();
    expect(() => fixture.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' })).toThrow(
      expect.objectContaining({ code: 'ledger_closed' }),
    );
    screen('inviting');
  });

  it('names the revision before it by the id that the ledger holds', () => {
    const visitId = open();
    fixture.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    fixture.appliance.citizen({ type: 'revise', visitId, level: 2, tags: ['214'], comment: '', language: 'zh-CN' });
    fixture.appliance.citizen({ type: 'submit', visitId });
    const [first, second] = fixture.records().filter((record) => record.kind === 'rating');
    expect(second).toMatchObject({ body: { revision: 2, supersedes: first?.id, tags: ['214'] } });
  });

  it.each([[['999']], [['510']], [['214', '214']], [['501']]])('takes no reason tags %j for 不满意', (tags) => {
    const visitId = open();
    fixture.appliance.citizen({ type: 'rate', visitId, level: 2, language: 'zh-CN' });
    expect(fixture.appliance.citizen({ type: 'revise', visitId, level: 2, tags, comment: '', language: 'zh-CN' })).toBe(
      false,
    );
  });

  it('survives a restart in every screen', async () => {
    const visitId = open();
    await fixture.restart();
    screen('inviting');
    fixture.appliance.citizen({ type: 'rate', visitId, level: 1, language: 'zh-CN' });
    fixture.appliance.citizen({ type: 'revise', visitId, level: 1, tags: ['113'], comment: '慢', language: 'zh-CN' });
    await fixture.restart();
    expect(view()).toMatchObject({ screen: 'reasons', level: 1, tags: ['113'], comment: '慢' });
    await fixture.clock.advance(30_000);
    screen('thanks');
    await fixture.restart();
    screen('idle');
    expect(bodies('rating')).toHaveLength(2);
    expect(bodies('not_rated')).toHaveLength(0);
  });

  it('is asked for under names of items that say where a line of them may break', async () => {
    expect(view()).toMatchObject({ screen: 'idle', items: [{ code: 'I-1', pieces: ['居民', '身份证换领'] }] });
  });

  it('says where a line of the name of its window and department may break', async () => {
    expect(view()).toMatchObject({ screen: 'idle', place: { name: expect.any(Array), department: ['局'] } });
  });

  it('knows when it is due', async () => {
    open({ servedAt: Date.parse('2026-11-20T09:00:00+08:00') });
    const { nextDueAt } = await fixture.appliance.outbox.counts();
    expect(nextDueAt).toBe(Date.parse('2026-11-28T00:00:00+08:00'));
  });
});

describe('a visit', () => {
  it('is opened once for one case and service, also after a restart', async () => {
    open();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'case_known' }));
    await fixture.restart();
    expect(() => open()).toThrow(expect.objectContaining({ code: 'case_known' }));
    expect(open({ serviceNo: 2 })).toMatch(/^0/);
  });

  it('gives a repeated request the first answer, and refuses another request under the same key', async () => {
    const key = { client: 'c', key: 'k', requestHash: 'aa' };
    const first = fixture.appliance.openVisit(VISIT, key);
    await fixture.restart();
    expect(fixture.appliance.openVisit(VISIT, key)).toBe(first);
    expect(() => fixture.appliance.openVisit(VISIT, { ...key, requestHash: 'bb' })).toThrow(
      expect.objectContaining({ code: 'idempotency_conflict' }),
    );
    expect(bodies('visit')).toHaveLength(1);
  });

  it('was not served later than now, whatever another clock says', () => {
    open({ servedAt: fixture.clock.wallMs() + 3_600_000 });
    expect(bodies('visit')).toMatchObject([{ servedAt: '2026-11-22T10:00:00.000+08:00' }]);
  });

  it('shows a QR while inviting and never on another screen', () => {
    const visitId = open();
    expect(view()).toMatchObject({ qrSvg: expect.stringMatching(/^<svg/) });
    fixture.appliance.citizen({ type: 'rate', visitId, level: 5, language: 'zh-CN' });
    expect(JSON.stringify(view())).not.toContain('<svg');
  });

  it('goes on without a QR when the case number is too long for one', async () => {
    await fixture.close();
    fixture = await openTestAppliance(
      sampleConfiguration({ window: { ...(sampleConfiguration().window as object), number: '窗'.repeat(32) } }),
    );
    open({ caseNo: 'x'.repeat(64) });
    expect(view()).toMatchObject({ screen: 'inviting', qrSvg: null });
  });

  it('is closed for the staff side only after the grid, and unknown where it never was', async () => {
    const visitId = open();
    const { appliance, clock } = fixture;
    appliance.citizen({ type: 'decline', visitId });
    await clock.advance(4_999);
    expect(appliance.window().visitState(visitId)).toBe('open');
    await clock.advance(1);
    expect(appliance.window().visitState(visitId)).toBe('closed');
    expect(() => appliance.window().visitState('019aa000-0000-7000-8000-000000000009')).toThrow(
      expect.objectContaining({ code: 'visit_unknown' }),
    );
  });
});

describe('a bare device', () => {
  it('is out of service, refuses visits and keeps its ledger', async () => {
    await fixture.close();
    fixture = await openTestAppliance(null);
    expect(view()).toMatchObject({ screen: 'out_of_service', reason: 'not_provisioned' });
    expect(() => open()).toThrow(expect.objectContaining({ code: 'not_provisioned' }));
    expect(fixture.appliance.ledger.head().seq).toBe(0);
  });

  it('does not start twice on one folder', async () => {
    const second = Appliance.open(applianceOptions(fixture.dataDir, fixture.clock, []));
    await expect(second).rejects.toMatchObject({
      code: 'ledger_in_use',
      message: expect.stringContaining(String(process.pid)),
    });
  });
});

describe('a new configuration', () => {
  const offer = (changes: Record<string, unknown>) =>
    fixture.appliance.offerConfiguration(signConfiguration(sampleConfiguration(changes)));

  it('is in force at once, kept over a restart, and leaves an event', async () => {
    const visitId = open();
    await offer({ version: 2, policy: { id: 'forestry-draft', version: '1' }, settings: { layout: 'best-right' } });
    expect(view()).toMatchObject({ screen: 'inviting', layout: 'best-right' });
    fixture.appliance.citizen({ type: 'rate', visitId, level: 3, language: 'zh-CN' });
    expect(bodies('rating')).toMatchObject([{ policy: { id: 'forestry-draft' }, layout: 'best-right' }]);
    expect(bodies('event')).toContainEqual({ type: 'configuration_changed', detail: { version: 2 } });
    await fixture.restart();
    expect(fixture.appliance.rules()?.pack.id).toBe('forestry-draft');
  });

  it.each([
    ['an unknown policy', { version: 2, policy: { id: 'nowhere', version: '1' } }, 'policy_unknown'],
    ['a lower version', { version: 1, policy: { id: 'forestry-draft', version: '1' } }, null],
    ['an unknown setting', { version: 2, settings: { volume: 3 } }, 'configuration_schema'],
    ['a later beginning', { version: 2, notBefore: '2027-01-01T00:00:00.000+08:00' }, 'configuration_early'],
  ])('with %s leaves the last good one', async (_name, changes, code) => {
    if (code === null) {
      await offer({ version: 3 });
      await expect(offer({ ...changes, version: 2 })).rejects.toMatchObject({ code: 'configuration_version' });
    } else await expect(offer(changes)).rejects.toMatchObject({ code });
    expect(fixture.appliance.rules()?.pack.id).toBe('neimenggu-2022');
    await fixture.restart();
    expect(fixture.appliance.rules()?.pack.id).toBe('neimenggu-2022');
  });

  it('tells the technician when a built-in document of another version stands in', async () => {
    await offer({ version: 2, policy: { id: 'neimenggu-2022', version: '2030' } });
    expect(fixture.appliance.warnings()).toMatchObject([{ code: 'policy_version_differs' }]);
  });
});

describe('the night', () => {
  it('does the upkeep once, and not while a citizen is rating', async () => {
    const { clock, appliance } = fixture;
    const visitId = open();
    const done: string[] = [];
    const tick = appliance.ledger.dailyTick.bind(appliance.ledger);
    appliance.ledger.dailyTick = () => {
      done.push(new Date(clock.wallMs() + 8 * 3_600_000).toISOString());
      return tick();
    };
    appliance.citizen({ type: 'decline', visitId });
    await clock.advance(48 * 3_600_000);
    expect(done.map((at) => at.slice(0, 13))).toEqual(['2026-11-23T03', '2026-11-24T03']);
    expect(fixture.faults).toEqual([]);
  });

  it('forgets after 180 days that a case was opened, and not before', () => {
    const { appliance, clock } = fixture;
    const window = appliance.window();
    // Ids carry the time of the machine, not of the test's clock.
    const openedAt = Date.now();
    open();
    clock.stepWall(1);
    expect(window.forgetVisits(openedAt - 60_000)).toBe(false);
    expect(() => open()).toThrow(expect.objectContaining({ code: 'case_known' }));
    expect(window.forgetVisits(openedAt + 60_000)).toBe(false);
    expect(open()).toMatch(/^0/);
  });
});
