import { compactDecrypt } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import neimenggu from '../../assets/policy-packs/neimenggu-2022.json' with { type: 'json' };
import { encodeSdt } from '../peripherals/id-card/sdt-frame.ts';
import { encodeFf68, FF68_FUNC } from '../peripherals/keypad/framing/ff68-frame.ts';
import { readKeypadProfile } from '../peripherals/keypad/profile.ts';
import type { PortOpener } from '../peripherals/port/opener.ts';
import type { DatagramSetup } from '../peripherals/queue/datagrams.ts';
import { FakeConnection } from '../peripherals/testing/fake-port.ts';
import { GOLDEN_CARDS, goldenFrame } from '../peripherals/testing/golden-cards.ts';
import { hashStaffCard } from '../staff/staff-card.ts';
import {
  type ApplianceFixture,
  CENTRE_SEALING_KEY,
  openTestAppliance,
  sampleConfiguration,
} from '../testing/appliance-fixture.ts';
import { CALLED_SHOWN_MS } from './called-number.ts';
import { CARD_TEST_MS, testCard } from './technician-tests.ts';

/** Every device on a line of its own, by its path. */
const lines = new Map<string, FakeConnection>();
const opener: PortOpener = {
  async open(path) {
    const connection = new FakeConnection();
    lines.set(path, connection);
    return connection;
  },
};
const HALL = '192.0.2.9';
let queue: DatagramSetup | null;
let answers: string[];
const datagrams = {
  async open(setup: DatagramSetup) {
    queue = setup;
    return {
      port: setup.port,
      send: (bytes: Uint8Array) => void answers.push(Buffer.from(bytes).toString()),
      close: async () => undefined,
    };
  },
};

const PERIPHERALS = {
  scanner: { path: '/dev/null', caseSlip: ['BJ\\d{10}'], enrolmentCode: ['ENROL-[A-Z]{4}'], serviceMark: '#' },
  queue: { from: [HALL] },
};
const BY_DEVICE = {
  ...neimenggu,
  raterIdentity: { realName: { value: true, article: '第十三条' }, by: { value: 'device', article: '第十三条' } },
};

let fixture: ApplianceFixture;
const undo: (() => unknown)[] = [];

async function device(
  peripherals: object = PERIPHERALS,
  policy: object | null = null,
  more: object = {},
): Promise<void> {
  const profile = await readKeypadProfile(new URL('../../assets/keypad-profiles/ff68-four-key.json', import.meta.url));
  const configuration = sampleConfiguration({
    settings: { peripherals, ...more },
    ...(policy === null ? {} : { policy: { id: 'neimenggu-2022', version: '1', document: policy } }),
  });
  fixture = await openTestAppliance(configuration, {
    peripherals: { opener, datagrams, keypadProfiles: new Map([[profile.id, profile]]) },
  });
  undo.push(() => fixture.close());
  // The path's identity is asked of the real file system.
  await until(() =>
    Object.keys(peripherals).every((family) => family === 'queue' || family === 'idCard' || lines.size > 0),
  );
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !isTrue(); turn += 1) await fixture.clock.settle();
  if (!isTrue()) throw new Error('it did not come true');
}

beforeEach(() => {
  lines.clear();
  queue = null;
  answers = [];
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const state = () => fixture.appliance.window().state;
const bodies = (kind: string) =>
  fixture.records().flatMap((record) => (record.kind === kind ? [record.body as Record<string, unknown>] : []));
const events = () => bodies('event').map(({ type }) => type);
const scan = (text: string) => lines.get('/dev/null')!.send(...Buffer.from(`${text}\r`));
const tell = (message: object, address = HALL) =>
  queue!.onMessage(Buffer.from(JSON.stringify(message)), { address, port: 7000 });
const rate = (level: 1 | 2 | 3 | 4 | 5) =>
  fixture.appliance.citizen({ type: 'rate', visitId: state().context.current!.visitId, level, language: 'zh-CN' });

describe('a scanned slip', () => {
  it('opens the visit of its case and invites', async () => {
    await device();
    scan('BJ2026000001');
    expect(state().name).toBe('inviting');
    expect(bodies('visit')).toMatchObject([
      { caseNo: 'BJ2026000001', serviceNo: 1, trigger: 'scan', itemCode: 'I-1', staffId: 'S-1', window: 'A-07' },
    ]);
  });

  it('names the service behind the mark', async () => {
    await device();
    scan('BJ2026000001#3');
    expect(bodies('visit')).toMatchObject([{ caseNo: 'BJ2026000001', serviceNo: 3 }]);
  });

  it('when the business system opened the visit before then it invites', async () => {
    await device();
    const request = { caseNo: 'BJ2026000001', serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId: 'S-1' };
    fixture.appliance.openVisit({ ...request, servedAt: null, trigger: 'business', inviteAtOnce: false }, null);
    scan('BJ2026000001');
    expect([state().name, bodies('visit').length]).toEqual(['inviting', 1]);
  });

  it('when its service had its rating then it opens none, however often it is scanned', async () => {
    await device();
    scan('BJ2026000001');
    rate(5);
    await fixture.clock.advance(60_000);
    scan('BJ2026000001');
    expect([state().name, bodies('visit').length, bodies('rating').length]).toEqual(['idle', 1, 1]);
    expect(events()).toContain('visit_asked_again');
  });

  it('when only staff may invite then it opens and waits', async () => {
    await device({ scanner: { ...PERIPHERALS.scanner, invite: false } });
    scan('BJ2026000001');
    expect(state().name).toBe('serving');
  });

  it('when too many wait then that is an event and nothing is lost', async () => {
    await device();
    for (let number = 0; number < 23; number += 1) {
      scan(`BJ20260000${String(number).padStart(2, '0')}`);
      await fixture.clock.advance(1);
    }
    expect(bodies('visit')).toHaveLength(21);
    expect(bodies('event')).toContainEqual({
      type: 'visit_not_opened',
      detail: { trigger: 'scan', code: 'window_full' },
    });
  });
});

describe('a scanned enrolment code', () => {
  it('is handed to the technician’s page once, and opens nothing', async () => {
    await device();
    scan('ENROL-ABCD');
    expect(state().name).toBe('idle');
    const { enrolmentScan } = fixture.appliance.attached;
    expect([enrolmentScan.handOut(), enrolmentScan.handOut()]).toEqual(['ENROL-ABCD', null]);
    await fixture.clock.advance(5000);
    scan('ENROL-ABCD');
    await fixture.clock.advance(120_000);
    expect(enrolmentScan.handOut()).toBe(null);
  });
});

describe('a queue system', () => {
  beforeEach(() => device());

  const idle = () => fixture.appliance.citizenView() as { screen: string; called: unknown };

  it('calls a number to the idle screen, for two minutes', async () => {
    tell({ command: 'call', number: 'A012' });
    tell({ command: 'call', number: 'A012' });
    expect(idle()).toMatchObject({ screen: 'idle', called: { ticket: 'A012', times: 2 } });
    expect([answers, bodies('visit')]).toEqual([['{"succ":"0"}', '{"succ":"0"}'], []]);
    await fixture.clock.advance(CALLED_SHOWN_MS);
    expect(idle()).toMatchObject({ screen: 'idle', called: null });
  });

  it('opens and invites the visit of the number that it called', () => {
    tell({ command: 'call', number: 'a012' });
    tell({ command: 'apprise' });
    expect(state().name).toBe('inviting');
    expect(bodies('visit')).toMatchObject([{ caseNo: 'Q-20261122-A012', trigger: 'queue' }]);
  });

  it('learns that it was obeyed, and nothing else, whatever the citizen does', async () => {
    tell({ command: 'apprise', number: '7' });
    rate(1);
    await fixture.clock.advance(60_000);
    expect(answers).toEqual(['{"succ":"0"}']);
  });

  it('pauses and resumes; a second pause is not obeyed', () => {
    for (const command of ['pause', 'pause', 'reset', 'reset']) tell({ command });
    expect([answers.length, state().name]).toEqual([2, 'idle']);
    expect(events()).toEqual(['window_paused', 'window_resumed']);
  });

  it('ends a visit that was not invited, and none that was', async () => {
    fixture.appliance.openVisit(
      {
        caseNo: 'C',
        serviceNo: 1,
        itemCode: 'I',
        itemName: 'I',
        staffId: 'S',
        servedAt: null,
        trigger: 'business',
        inviteAtOnce: false,
      },
      null,
    );
    tell({ command: 'reset' });
    expect(bodies('not_rated')).toMatchObject([{ reason: 'skipped', detail: 'queue_reset' }]);
    tell({ command: 'apprise', number: '7' });
    tell({ command: 'reset' });
    expect(state().name).toBe('inviting');
  });

  it.each([
    ['from another address', { command: 'pause' }, '192.0.2.10'],
    ['without a known command', { command: 'format' }, HALL],
    ['with a number that is none', { command: 'call', number: '<b>' }, HALL],
    ['to call nobody', { command: 'call' }, HALL],
    ['that is no object', [1], HALL],
  ])('a message %s does nothing and has no answer', (_what, message, address) => {
    tell(message, address);
    expect([answers, state().name, idle().called]).toEqual([[], 'idle', null]);
  });

  it('names who logged in, where the roster knows the number', () => {
    tell({ command: 'login', sno: '0007' });
    tell({ command: 'login', sno: '9999' });
    expect(answers).toHaveLength(1);
  });
});

describe('the digits of a call box', () => {
  beforeEach(() => device({ keypad: { path: '/dev/zero', profile: 'ff68-four-key' }, queue: { from: [HALL] } }));

  const isIdleForStaff = () => fixture.appliance.staffView().window.state === 'idle';
  /** What was sent to the digits. */
  const shown = async () => {
    await fixture.clock.settle();
    return lines
      .get('/dev/zero')!
      .written.filter((frame) => frame[6] === FF68_FUNC.show && frame.length === 15)
      .map((frame) =>
        frame
          .slice(7, 13)
          .map((digit) => (digit === 10 ? '.' : digit))
          .join(''),
      );
  };

  it('show the called number until its visit has ended for the staff, whatever the citizen did', async () => {
    const doings: (() => unknown)[] = [
      ...([1, 2, 3, 4, 5] as const).map((level) => () => rate(level)),
      () => fixture.appliance.citizen({ type: 'decline', visitId: state().context.current!.visitId }),
      () => undefined,
    ];
    for (const [number, does] of doings.entries()) {
      tell({ command: 'call', number: `A0${number + 12}` });
      tell({ command: 'apprise' });
      await fixture.clock.advance(3000);
      does();
      // Not one digit changes before the staff's own page says that it is over.
      while (!isIdleForStaff()) {
        expect(await shown()).toHaveLength(2 * number + 1);
        await fixture.clock.advance(500);
      }
      expect(await shown()).toHaveLength(2 * number + 2);
      await fixture.clock.advance(120_000);
    }
    expect(await shown()).toEqual(doings.flatMap((_does, number) => [`...0${number + 12}`, '......']));
  });

  it('keep a number that is called while another visit is still open', async () => {
    tell({ command: 'call', number: 'A012' });
    tell({ command: 'apprise' });
    await fixture.clock.advance(1000);
    tell({ command: 'call', number: 'A013' });
    rate(4);
    await fixture.clock.advance(60_000);
    expect(await shown()).toEqual(['...012', '...013']);
    await fixture.clock.advance(CALLED_SHOWN_MS);
    expect((await shown()).at(-1)).toBe('......');
  });

  it('show it again on a box that lost its power', async () => {
    tell({ command: 'call', number: 'A012' });
    await fixture.clock.settle();
    lines.get('/dev/zero')!.unplug();
    await fixture.clock.advance(1000);
    await until(() => lines.get('/dev/zero')!.written.length > 0);
    expect(await shown()).toEqual(['...012']);
  });
});

describe('the keys of a call box', () => {
  beforeEach(() => device({ keypad: { path: '/dev/zero', profile: 'ff68-four-key' } }));

  const press = async (...data: number[]) => {
    lines.get('/dev/zero')!.send(...encodeFf68({ address: 1, func: FF68_FUNC.box, data }));
    await fixture.clock.advance(1000);
  };

  it('open and invite a visit, and end one that was not invited', async () => {
    await press(0x0b);
    expect([state().name, bodies('visit')]).toMatchObject(['inviting', [{ trigger: 'queue' }]]);
    await press(0x0c);
    expect(state().name).toBe('inviting');
    await fixture.clock.advance(120_000);
    fixture.appliance.openVisit(
      {
        caseNo: 'C',
        serviceNo: 1,
        itemCode: 'I',
        itemName: 'I',
        staffId: 'S',
        servedAt: null,
        trigger: 'business',
        inviteAtOnce: false,
      },
      null,
    );
    await press(0x0c);
    expect(bodies('not_rated')).toMatchObject([{ reason: 'timeout' }, { reason: 'skipped', detail: 'call_next' }]);
  });

  it('pause and resume', async () => {
    await press(0x12);
    expect(state().name).toBe('paused');
    await press(0x12);
    expect(state().name).toBe('idle');
  });
});

describe('an identity card', () => {
  const CARD_READER = { idCard: { path: '/dev/full' }, scanner: PERIPHERALS.scanner };

  /** Plays a reader with a card on it until it was read. */
  async function lay(card: keyof typeof GOLDEN_CARDS): Promise<void> {
    await until(() => lines.has('/dev/full') && !lines.get('/dev/full')!.closed);
    const line = lines.get('/dev/full')!;
    const answersOf = [
      encodeSdt(Uint8Array.of(0, 0, 0x9f, 0, 0, 0, 0)),
      encodeSdt(Uint8Array.of(0, 0, 0x90, ...new Uint8Array(8))),
    ];
    for (const [count, answer] of [...answersOf, goldenFrame(GOLDEN_CARDS[card])].entries()) {
      await until(() => line.written.length > count);
      line.send(...answer);
    }
    await until(() => line.closed);
  }
  const sealedOf = async (jwe: unknown) =>
    JSON.parse(Buffer.from((await compactDecrypt(jwe as string, CENTRE_SEALING_KEY)).plaintext).toString());
  const known = () =>
    until(() => fixture.appliance.attached.raterCard.sealedFor(state().context.current!.visitId) !== null);

  it('is read where the policy asks, and travels sealed for this visit alone', async () => {
    await device(CARD_READER, BY_DEVICE);
    scan('BJ2026000001');
    await lay('A');
    await known();
    rate(4);
    const [rating] = bodies('rating');
    expect(await sealedOf(rating!.rater)).toEqual({
      v: 1,
      visitId: rating!.visitId,
      name: '测试甲',
      number: '999999190001019992',
      kind: 'resident',
    });
    await fixture.clock.advance(60_000);
    scan('BJ2026000002');
    rate(5);
    expect(bodies('rating').at(-1)).toMatchObject({ caseNo: 'BJ2026000002', rater: null });
  });

  it('is asked for on the screen until it was read, and nowhere else', async () => {
    const card = () => (fixture.appliance.citizenView() as { card?: string | null }).card;
    await device(CARD_READER, BY_DEVICE);
    expect(card()).toBe(null);
    scan('BJ2026000001');
    expect(card()).toBe('wanted');
    await lay('A');
    await known();
    expect(card()).toBe('read');
    rate(4);
    await fixture.clock.advance(60_000);
    expect([state().name, card()]).toEqual(['idle', null]);
    expect(JSON.stringify(fixture.appliance.staffView())).not.toContain('card');
  });

  it.each([
    ['the policy asks for none', CARD_READER, null],
    ['no reader is attached', { scanner: PERIPHERALS.scanner }, BY_DEVICE],
  ])('is not asked for where %s', async (_where, peripherals, policy) => {
    await device(peripherals, policy);
    scan('BJ2026000001');
    expect(fixture.appliance.citizenView()).toMatchObject({ screen: 'inviting', card: null });
  });

  it('when it is laid down after the grade then the next revision says who rated, and nothing else', async () => {
    await device(CARD_READER, BY_DEVICE);
    scan('BJ2026000001');
    rate(2);
    await lay('B');
    await until(() => bodies('rating').length === 2);
    const [first, second] = bodies('rating');
    const { rater, revision, supersedes, ratedAt: _at, ...same } = second!;
    expect(first).toMatchObject({ ...same, rater: null, revision: 1 });
    expect([revision, supersedes !== null]).toEqual([2, true]);
    expect(await sealedOf(rater)).toMatchObject({ name: '样例·阿乙' });
  });

  it('when a grade changes then who rated is not lost', async () => {
    await device(CARD_READER, BY_DEVICE);
    scan('BJ2026000001');
    await lay('A');
    await known();
    rate(2);
    const { visitId } = state().context.current!;
    await fixture.clock.advance(1000);
    fixture.appliance.citizen({ type: 'revise', visitId, level: 3, tags: [], comment: '', language: 'zh-CN' });
    expect(bodies('rating').map(({ rater }) => typeof rater)).toEqual(['string', 'string']);
  });

  it('when the device starts again in between then who rated is not lost', async () => {
    await device(CARD_READER, BY_DEVICE);
    scan('BJ2026000001');
    await lay('A');
    await known();
    rate(2);
    const { visitId } = state().context.current!;
    await fixture.restart();
    fixture.appliance.citizen({ type: 'revise', visitId, level: 2, tags: [], comment: '慢', language: 'zh-CN' });
    await fixture.clock.advance(4000);
    expect(bodies('rating')).toMatchObject([
      { revision: 1 },
      { revision: 2, comment: '慢', rater: expect.any(String) },
    ]);
  });

  it('when the citizen declines or nobody rates then nothing of the card is kept', async () => {
    await device(CARD_READER, BY_DEVICE);
    scan('BJ2026000001');
    await lay('A');
    await known();
    const { visitId } = state().context.current!;
    fixture.appliance.citizen({ type: 'decline', visitId });
    expect(fixture.appliance.attached.raterCard.sealedFor(visitId)).toBe(null);
    expect(JSON.stringify(fixture.records())).not.toContain('eyJ');
  });

  describe('of the staff', () => {
    const recipe = { log2Cost: 12, salt: 'A'.repeat(22) };
    const [OWN, OTHER] = ['999999190001019992', '99999919000202001X'];
    const withCards = async (...numbers: string[]) => ({
      staffCards: { ...recipe, hashes: await Promise.all(numbers.map((number) => hashStaffCard(number, recipe))) },
    });
    const hints = () => fixture.records().filter(({ body }) => JSON.stringify(body).includes('staff_card'));

    it('leaves an event of the visit and nothing more: no number, no grade, and nothing for the staff to see', async () => {
      const settings = await withCards(OTHER, OWN);
      await device(CARD_READER, BY_DEVICE, settings);
      scan('BJ2026000001');
      rate(2);
      await lay('A');
      await until(() => hints().length === 1);
      const { visitId } = state().context.current!;
      expect(hints()).toMatchObject([{ kind: 'event' }]);
      expect(hints()[0]?.body).toEqual({ type: 'anomaly', detail: { kind: 'staff_card', visitId } });
      await known();
      expect(await sealedOf(bodies('rating').at(-1)?.rater)).toMatchObject({ number: OWN });
      const kept = JSON.stringify(fixture.records());
      for (const secret of [OWN, ...settings.staffCards.hashes]) expect(kept).not.toContain(secret);
      expect(JSON.stringify(fixture.appliance.staffView())).not.toContain('anomaly');
    });

    it.each([
      ['the card is a citizen’s', () => withCards(OTHER)],
      ['the configuration names no cards', async () => ({})],
    ])('leaves none where %s', async (_where, settings) => {
      await device(CARD_READER, BY_DEVICE, await settings());
      scan('BJ2026000001');
      await lay('A');
      await known();
      rate(4);
      await fixture.clock.advance(60_000);
      expect(hints()).toEqual([]);
    });
  });

  it('can be tried by a technician, who learns that it was read and nothing else', async () => {
    await device(CARD_READER);
    const tested = testCard(fixture.appliance.attached, fixture.clock);
    await lay('A');
    const found = await tested;
    expect(found).toEqual({ outcome: 'read', kind: 'resident', numberChars: 18, checkDigit: 'right' });
    expect(JSON.stringify([found, fixture.records(), fixture.appliance.peripherals.status()])).not.toMatch(
      /测试甲|999999/,
    );
  });

  it('when a citizen needs the reader then no test gets it, and a citizen takes it from a test', async () => {
    await device(CARD_READER, BY_DEVICE);
    const early = testCard(fixture.appliance.attached, fixture.clock);
    const second = testCard(fixture.appliance.attached, fixture.clock);
    expect(await second).toEqual({ outcome: 'in_use' });
    scan('BJ2026000001');
    expect(await testCard(fixture.appliance.attached, fixture.clock)).toEqual({ outcome: 'in_use' });
    await lay('A');
    await known();
    await fixture.clock.advance(CARD_TEST_MS);
    expect(await early).toMatchObject({ outcome: 'no_card' });
  });

  it('when the window has no reader then the test says so', async () => {
    await device();
    expect(await testCard(fixture.appliance.attached, fixture.clock)).toEqual({ outcome: 'none' });
  });

  it('when the policy does not ask then the reader stays closed', async () => {
    await device(CARD_READER);
    scan('BJ2026000001');
    rate(5);
    await fixture.clock.advance(30_000);
    expect(lines.has('/dev/full')).toBe(false);
  });
});
