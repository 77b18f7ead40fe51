import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EventBody } from '../ledger/record.ts';
import {
  type ApplianceFixture,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from '../testing/appliance-fixture.ts';
import { hashPin } from './pin-hash.ts';

const HOUR = 3_600_000;
let pins: Record<'A' | 'B' | 'E', string>;
beforeAll(async () => {
  const quick = (pin: string) => hashPin(pin, { log2Cost: 12 });
  pins = { A: await quick('111111'), B: await quick('222222'), E: await quick('333333') };
});

const configuration = (changes: Record<string, unknown> = {}) =>
  sampleConfiguration({
    staff: [
      { id: 'S-A', number: '0001', name: '甲', post: '受理岗', pinHash: pins.A },
      { id: 'S-B', number: '0002', name: '乙', post: '受理岗', pinHash: pins.B },
      { id: 'S-C', number: '0003', name: '丙', post: '受理岗' },
      { id: 'S-E', number: '0005', name: '戊', post: '录入岗', pinHash: pins.E },
    ],
    settings: { roles: { 'S-E': 'paper_entry' }, hours: [{ from: '08:30', to: '17:30' }] },
    ...changes,
  });

let fixture: ApplianceFixture;
const desk = () => fixture.appliance.desks().staff;
const events = (type: string) =>
  fixture
    .records()
    .flatMap((record) => (record.kind === 'event' && record.body.type === type ? [record.body] : []))
    .map(({ detail }: EventBody) => detail);
const refusal = (number: string, pin: string) =>
  desk()
    .signIn(number, pin)
    .then(
      () => 'signed in',
      (error: { code: string }) => error.code,
    );

beforeEach(async () => {
  fixture = await openTestAppliance(configuration());
});
afterEach(() => fixture.close());

describe('signing in', () => {
  it('gives a session until the shift ends, in the ledger as an event without PIN or name', async () => {
    const { token, session } = await desk().signIn('0001', '111111');
    expect(desk().session(token)).toEqual(session);
    expect(desk().atWindow()).toBe('S-A');
    expect(fixture.appliance.staffView().staff).toEqual({ number: '0001', name: '甲' });
    expect(events('staff_signed_in')).toEqual([{ staffId: 'S-A', role: 'window' }]);
    await fixture.clock.advance(7 * HOUR + 45 * 60_000 - 1);
    expect(desk().session(token)).not.toBeNull();
    await fixture.clock.advance(60_001);
    expect([desk().session(token), desk().atWindow()]).toEqual([null, null]);
    expect(events('staff_signed_out')).toEqual([{ staffId: 'S-A', cause: 'shift' }]);
  });

  it.each([
    ['0001', '222222'],
    ['0002', '111111'],
    ['0003', ''],
    ['0003', '000000'],
    ['9999', '111111'],
  ])('refuses %s with %s by the same words', async (number, pin) => {
    expect(await refusal(number, pin)).toBe('pin_wrong');
    expect(desk().atWindow()).toBeNull();
  });

  it('locks a number after five wrong PINs, over a restart too, and tells the centre', async () => {
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push(await refusal('0001', '000000'));
    expect(codes).toEqual(['pin_wrong', 'pin_wrong', 'pin_wrong', 'pin_wrong', 'sign_in_locked']);
    expect(await refusal('0001', '111111')).toBe('sign_in_locked');
    expect(await refusal('0002', '222222')).toBe('signed in');
    await fixture.restart();
    expect(await refusal('0001', '111111')).toBe('sign_in_locked');
    expect(events('staff_locked_out')).toEqual([{ staffId: 'S-A', lockS: 900 }]);
    await fixture.clock.advance(15 * 60_000);
    expect(await refusal('0001', '111111')).toBe('signed in');
  });

  it('judges guesses made at once one after the other', async () => {
    const codes = await Promise.all(['1', '2', '3', '4', '5', '6', '111111'].map((pin) => refusal('0001', pin)));
    expect(codes.filter((code) => code === 'pin_wrong')).toHaveLength(4);
    expect(codes.slice(4)).toEqual(['sign_in_locked', 'sign_in_locked', 'sign_in_locked']);
  });

  it('tells the ninth at once to come back', async () => {
    const codes = await Promise.all(
      ['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((pin) => refusal(`77${pin}`, pin)),
    );
    expect(codes.filter((code) => code === 'sign_in_busy')).toHaveLength(1);
  });

  it('locks numbers that nobody has alike', async () => {
    const codes = [];
    for (let i = 0; i < 5; i++) codes.push(await refusal('4711', '000000'));
    expect(codes.at(-1)).toBe('sign_in_locked');
    expect(events('staff_locked_out')).toEqual([{ staffId: null, lockS: 900 }]);
  });
});

describe('a session', () => {
  it('has the counts of its own person, not of the window; what is held back of the one before is nobody else’s', async () => {
    const { appliance, clock } = fixture;
    let cases = 0;
    const serve = (staffId: string) => {
      const visit = { caseNo: `C-${++cases}`, serviceNo: 1, itemCode: 'I-1', itemName: '事项', staffId };
      appliance.openVisit({ ...visit, servedAt: null, trigger: 'business', inviteAtOnce: true }, null);
    };
    const counts = () => Object.values(appliance.staffView().today);
    await desk().signIn('0002', '222222');
    serve('S-B');
    await clock.advance(120_000);
    expect(counts()).toEqual([1, 1, 1]);
    await desk().signIn('0001', '111111');
    expect(counts()).toEqual([0, 0, 0]);
    serve('S-A');
    await clock.advance(1_000);
    appliance.citizen({ type: 'decline', visitId: appliance.staffView().visit?.visitId ?? '' });
    await clock.advance(1_000);
    expect(counts()).toEqual([1, 1, 0]);
    const { token } = await desk().signIn('0002', '222222');
    expect(counts()).toEqual([1, 1, 1]);
    await clock.advance(120_000);
    serve('S-B');
    expect(counts()).toEqual([2, 2, 1]);
    await clock.advance(120_000);
    desk().signOut(token);
    expect(counts()).toEqual([3, 3, 3]);
    await desk().signIn('0001', '111111');
    expect(counts()).toEqual([1, 1, 1]);
  });

  it('ends when another person signs in at the window, not when somebody enters paper forms', async () => {
    const { token } = await desk().signIn('0001', '111111');
    const entry = await desk().signIn('0005', '333333');
    expect(entry.session.role).toBe('paper_entry');
    expect(desk().session(token)).not.toBeNull();
    await desk().signIn('0002', '222222');
    expect([desk().session(token), desk().atWindow()]).toEqual([null, 'S-B']);
    expect(desk().session(entry.token)).not.toBeNull();
    expect(events('staff_signed_out')).toEqual([{ staffId: 'S-A', cause: 'replaced' }]);
  });

  it('goes on after a restart, and what is kept of it opens nothing', async () => {
    const { token, session } = await desk().signIn('0001', '111111');
    await fixture.restart();
    expect(desk().session(token)).toEqual(session);
    expect(desk().session(session.tokenSha256)).toBeNull();
    expect(fixture.appliance.ledger.state('staff-sessions')).not.toContain(token);
  });

  it('waits for the citizen who is being served when the shift ends', async () => {
    const { token } = await desk().signIn('0001', '111111');
    await fixture.clock.advance(7 * HOUR);
    fixture.appliance.openVisit(
      {
        caseNo: 'C-1',
        serviceNo: 1,
        itemCode: 'I-1',
        itemName: '事项',
        staffId: 'S-A',
        servedAt: null,
        trigger: 'business',
        inviteAtOnce: false,
      },
      null,
    );
    await fixture.clock.advance(2 * HOUR);
    expect(desk().session(token)).not.toBeNull();
    const { visit } = fixture.appliance.staffView();
    fixture.appliance.window().invite(visit?.visitId ?? '');
    await fixture.clock.advance(3 * 60_000);
    expect(desk().session(token)).toBeNull();
  });

  it.each([
    ['the person leaves the roster', () => ({ staff: [] })],
    ['the PIN is another', () => ({ staff: [{ id: 'S-A', number: '0001', name: '甲', post: '', pinHash: pins.B }] })],
    ['the role is another', () => ({ settings: { roles: { 'S-A': 'paper_review' } } })],
  ])('ends when %s', async (_name, changes: () => Record<string, unknown>) => {
    const { token } = await desk().signIn('0001', '111111');
    await fixture.appliance.offerConfiguration(signConfiguration(configuration({ version: 2, ...changes() })));
    expect(desk().session(token)).toBeNull();
    expect(events('staff_signed_out')).toEqual([{ staffId: 'S-A', cause: 'configuration' }]);
  });

  it('ends by signing out, once', async () => {
    const { token } = await desk().signIn('0001', '111111');
    desk().signOut(token);
    desk().signOut(token);
    expect(desk().session(token)).toBeNull();
    expect(events('staff_signed_out')).toEqual([{ staffId: 'S-A', cause: 'staff' }]);
  });
});
