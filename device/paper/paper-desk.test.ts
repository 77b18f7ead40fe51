import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationSchema } from '../identity/configuration.ts';
import type { EventBody, RatingBody, RecordFact } from '../ledger/record.ts';
import { newId } from '../new-id.ts';
import { rulesOf } from '../rules.ts';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../testing/appliance-fixture.ts';
import { DAY_MS } from '../time.ts';
import { isSameReading, type PaperEntry, paperEntrySchema } from './entry.ts';
import { FormMarks } from './form-marks.ts';
import { seqOfForm } from './form-number.ts';
import { PaperDesk } from './paper-desk.ts';

let fixture: ApplianceFixture;
beforeEach(async () => {
  fixture = await openTestAppliance();
});
afterEach(() => fixture.close());

const ONE = 'S-2';
const OTHER = 'S-3';
const desk = () => fixture.appliance.desks().paper;
const issue = async () => (await fixture.appliance.attached.printPaperForm()).form;
const TODAY = '2026-11-22';
const entry = (form: string, more: Partial<PaperEntry> = {}): PaperEntry =>
  paperEntrySchema.parse({ form, paperDate: TODAY, level: 2, ...more });
const bodies = <K extends RecordFact['kind']>(kind: K) =>
  fixture
    .records()
    .filter((record) => record.kind === kind)
    .map(({ body }) => body as Extract<RecordFact, { kind: K }>['body']);
const paperEvents = () => bodies('event').filter(({ type }) => type.startsWith('paper_form') || type === 'anomaly');
const enterTwice = (of: PaperEntry) => {
  desk().first(of, ONE);
  return desk().second(of, OTHER).outcome;
};
const code = (act: () => unknown): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** A service at the window whose citizen turned the screen down, or rated there. */
async function serve(caseNo: string, rated: boolean): Promise<string> {
  const { appliance, clock } = fixture;
  const item = { itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null, trigger: 'business' as const };
  const visitId = appliance.openVisit({ caseNo, serviceNo: 1, ...item, inviteAtOnce: true }, null);
  if (rated) appliance.citizen({ type: 'rate', visitId, level: 5, language: 'zh-CN' });
  else appliance.citizen({ type: 'decline', visitId });
  await clock.advance(70_000);
  return visitId;
}

const keep = (events: readonly EventBody[], also: { state: Record<string, null> }) =>
  fixture.appliance.window().keep(events, also) !== undefined;

/** The ledger as retention leaves it when the record that issued `form` has left: the number is skipped. */
function whenGone(form: string) {
  const { ledger } = fixture.appliance;
  const seq = seqOfForm(form)!;
  return {
    read: (from: number, limit: number) => ledger.read(from === seq ? seq + 1 : from, limit),
    append: ledger.append.bind(ledger),
    state: ledger.state.bind(ledger),
    stateKeys: ledger.stateKeys.bind(ledger),
  };
}

describe('a paper form', () => {
  it('entered twice alike is one rating, dated by the paper, with a visit and a trace of who entered it', async () => {
    const form = await issue();
    await fixture.clock.advance(2 * DAY_MS);
    expect(enterTwice(entry(form, { comment: '排队太久' }))).toBe('agreed');
    const [rating, ...more] = bodies('rating');
    expect(more).toEqual([]);
    expect(rating).toMatchObject({ level: 2, channel: 'paper', comment: '排队太久', layout: 'paper', revision: 1 });
    expect(rating!.ratedAt).toBe('2026-11-22T00:00:00.000+08:00');
    const [visit] = bodies('visit');
    expect(visit).toMatchObject({
      visitId: rating!.visitId,
      caseNo: rating!.caseNo,
      window: 'A-07',
      staffId: 'unknown',
    });
    const record = fixture.records().find(({ kind }) => kind === 'rating');
    expect(record!.recordedAt.slice(0, 10)).toBe('2026-11-24');
    expect(paperEvents().at(-1)).toEqual({
      type: 'paper_form_entered',
      detail: { form, visitId: rating!.visitId, paperDate: TODAY, firstBy: ONE, secondBy: OTHER },
    });
    expect(JSON.stringify(paperEvents())).not.toMatch(/level|comment|排队/);
  });

  it('is forgotten as entered when the record that issued it has left, and can never be entered again', async () => {
    const [old, young] = [await issue(), await issue()];
    for (const form of [old, young]) expect(enterTwice(entry(form))).toBe('agreed');
    const { ledger } = fixture.appliance;
    const marks = () => ledger.stateKeys('paper-done:', 'paper-done:~', 9);
    expect(marks()).toEqual([`paper-done:${old}`, `paper-done:${young}`]);
    expect(new FormMarks({ store: ledger, keep }).forget()).toBe(false);
    expect(marks()).toHaveLength(2);
    expect(code(() => desk().first(entry(old), ONE))).toBe('form_entered');

    const later = whenGone(old);
    new FormMarks({ store: later, keep }).forget();
    expect(marks()).toEqual([`paper-done:${young}`]);
    const rules = () => rulesOf(configurationSchema.parse(sampleConfiguration()));
    const fingerprint = young.split('-').at(-2)!;
    const again = new PaperDesk({ store: later, nowMs: () => fixture.clock.wallMs(), newId, rules, fingerprint });
    expect(code(() => again.first(entry(old), ONE))).toBe('form_unknown');
    expect(code(() => again.first(entry(young), ONE))).toBe('form_entered');
  });

  it('that waited in vain until the record of its issue left is forgotten, and leaves a trace without what was entered', async () => {
    const [once, differing, young] = [await issue(), await issue(), await issue()];
    for (const form of [once, differing, young]) desk().first(entry(form, { comment: 'MARKER-7731' }), ONE);
    desk().second(entry(differing, { level: 5 }), OTHER);
    new FormMarks({ store: fixture.appliance.ledger, keep }).forget();
    expect(desk().forms()).toEqual({ again: [differing], waiting: [once, young] });

    for (const form of [once, differing]) new FormMarks({ store: whenGone(form), keep }).forget();
    expect(desk().forms()).toEqual({ again: [], waiting: [young] });
    const traces = paperEvents().filter(({ type }) => type === 'paper_form_lapsed');
    expect(traces).toEqual([
      { type: 'paper_form_lapsed', detail: { form: once, state: 'first' } },
      { type: 'paper_form_lapsed', detail: { form: differing, state: 'differs' } },
    ]);
    expect(JSON.stringify(traces)).not.toMatch(/level|MARKER/);
    expect(bodies('rating')).toEqual([]);
  });

  it('stays while the device is out of service, nobody is sent round for it again, and it leaves in service', async () => {
    const marksOf = (count: number) =>
      Array.from({ length: count }, (_none, n) => `paper-done:A-07-GONE-${900_000 + n}`);
    const { ledger } = fixture.appliance;
    // As many as are looked at in one go: whoever is told of more comes back at once, and for ever.
    ledger.append([], { state: Object.fromEntries(marksOf(100).map((mark) => [mark, 'a visit'])) });
    let isInService = false;
    const forms = new FormMarks({ store: ledger, keep: (events, also) => isInService && keep(events, also) });
    expect(forms.forget()).toBe(false);
    expect(ledger.stateKeys('paper-done:', 'paper-done:~', 200)).toEqual(marksOf(100));
    isInService = true;
    expect(forms.forget()).toBe(true);
    expect(ledger.stateKeys('paper-done:', 'paper-done:~', 200)).toEqual([]);
  });

  it('waits for its second entry over a restart, and not a byte of it is on the disk in clear', async () => {
    const form = await issue();
    desk().first(entry(form, { comment: 'MARKER-7731' }), ONE);
    await fixture.restart();
    expect(desk().forms()).toEqual({ again: [], waiting: [form] });
    const files = readdirSync(fixture.dataDir, { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    const bytes = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('');
    // The number of a form is no secret, so the right files were read.
    expect(bytes).toContain(`paper-open:${form}`);
    expect(bytes).not.toContain('MARKER-7731');
    expect(desk().second(entry(form, { comment: 'marker 7731。' }), OTHER).outcome).toBe('agreed');
    expect(bodies('rating')).toHaveLength(1);
  });

  it('entered differently goes back to both, and nobody is told where or how', async () => {
    const form = await issue();
    desk().first(entry(form, { level: 5 }), ONE);
    expect(desk().second(entry(form, { level: 1 }), OTHER)).toEqual({ form, outcome: 'differs' });
    expect(bodies('rating')).toEqual([]);
    expect(paperEvents().at(-1)).toEqual({
      type: 'paper_form_differs',
      detail: { form, firstBy: ONE, secondBy: OTHER, times: 1 },
    });
    expect(desk().forms()).toEqual({ again: [form], waiting: [] });
    // What was entered first is forgotten: the second person cannot try until it fits.
    expect(code(() => desk().second(entry(form, { level: 5 }), OTHER))).toBe('form_not_entered');
    expect(enterTwice(entry(form, { level: 4 }))).toBe('agreed');
    expect(bodies('rating')).toHaveLength(1);
  });

  it('is entered once in its life, by two people, and only where this device issued it', async () => {
    const form = await issue();
    const entered = entry(form.toLowerCase());
    expect(desk().first(entered, ONE)).toBe(form);
    expect(code(() => desk().first(entered, ONE))).toBe('form_waits');
    expect(code(() => desk().second(entered, ONE))).toBe('form_same_person');
    expect(desk().second(entered, OTHER).outcome).toBe('agreed');
    for (const again of [() => desk().first(entered, ONE), () => desk().second(entered, OTHER)]) {
      expect(code(again)).toBe('form_entered');
    }
    const seq = form.slice(-6);
    const next = String(Number(seq) + 1).padStart(6, '0');
    const foreign = [
      `B-07${form.slice(4)}`,
      form.slice(0, -6) + next,
      form.replace(/-\w{4}-/, '-ZZZZ-'),
      seq,
      '',
      '-99999999999999999999',
    ];
    for (const number of foreign) {
      expect(
        code(() => desk().first({ ...entered, form: number }, ONE)),
        number,
      ).toBe('form_unknown');
    }
    expect(bodies('rating')).toHaveLength(1);
  });

  it.each([
    ['tomorrow', '2026-11-23'],
    ['the day before it was handed out', '2026-11-21'],
  ])('dated %s is refused, whoever enters it', async (_name, paperDate) => {
    const form = await issue();
    expect(code(() => desk().first(entry(form, { paperDate }), ONE))).toBe('paper_date_wrong');
    desk().first(entry(form), ONE);
    expect(code(() => desk().second(entry(form, { paperDate }), OTHER))).toBe('paper_date_wrong');
    expect(desk().forms().waiting).toEqual([form]);
  });

  it('that names a case without a rating rates that visit, and nobody is reminded of it any more', async () => {
    const form = await issue();
    const visitId = await serve('C-1', false);
    expect(enterTwice(entry(form, { caseNo: 'C-1' }))).toBe('agreed');
    const visit = bodies('visit')[0]!;
    expect(bodies('visit')).toHaveLength(1);
    expect(bodies('rating')[0]).toMatchObject({ visitId, caseNo: 'C-1', ratedAt: visit.servedAt });
    expect(fixture.appliance.ledger.state(`unrated:${visitId}`)).toBeNull();
  });

  it('that names a case not known here makes its visit, which no business system can open again', async () => {
    const form = await issue();
    expect(enterTwice(entry(form, { caseNo: 'C-9', serviceNo: 2 }))).toBe('agreed');
    expect(bodies('visit')).toMatchObject([{ caseNo: 'C-9', serviceNo: 2 }]);
    expect(fixture.appliance.window().visitOf('C-9', 2)).toBe(bodies('rating')[0]!.visitId);
  });

  it('that names a rated case leaves its rating alone, says so to the centre and to nobody who types', async () => {
    const form = await issue();
    const visitId = await serve('C-1', true);
    const before = bodies('rating').filter((rating) => rating.visitId === visitId);
    expect(enterTwice(entry(form, { caseNo: 'C-1' }))).toBe('agreed');
    expect(bodies('rating').filter((rating) => rating.visitId === visitId)).toEqual(before);
    const paper = bodies('rating').find(({ channel }) => channel === 'paper') as RatingBody;
    expect(paper.caseNo).toBe(`PAPER${form.slice(4)}`);
    expect(paperEvents()).toContainEqual({ type: 'anomaly', detail: { kind: 'same_case', visitId: paper.visitId } });
  });

  it('a store that fails keeps nothing: the form can be entered again', async () => {
    const form = await issue();
    desk().first(entry(form), ONE);
    const { ledger } = fixture.appliance;
    const append = ledger.append.bind(ledger);
    ledger.append = () => {
      throw new Error('disk full');
    };
    expect(() => desk().second(entry(form), OTHER)).toThrow('disk full');
    ledger.append = append;
    expect(desk().second(entry(form), OTHER).outcome).toBe('agreed');
    expect(bodies('rating')).toHaveLength(1);
  });
});

it('two readings are the same exactly where day, grade, case and words are; what spaces and points are between plays no part', () => {
  const reading = fc.record({
    form: fc.constantFrom('A', 'a'),
    paperDate: fc.constantFrom('2026-11-22', '2026-11-23'),
    level: fc.constantFrom(1 as const, 2 as const),
    comment: fc.constantFrom('', '太慢', '太 慢。', '太快'),
    caseNo: fc.constantFrom(null, 'C-1', 'C-2'),
    serviceNo: fc.constantFrom(1, 2),
  });
  const plain = (text: string) => text.replaceAll(/[ 。]/g, '');
  fc.assert(
    fc.property(reading, reading, (a, b) => {
      const same =
        a.paperDate === b.paperDate &&
        a.level === b.level &&
        plain(a.comment) === plain(b.comment) &&
        a.caseNo === b.caseNo &&
        (a.caseNo === null || a.serviceNo === b.serviceNo);
      expect(isSameReading(a, b)).toBe(same);
      expect(isSameReading(b, a)).toBe(same);
    }),
  );
});
