import { expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance, sampleConfiguration } from '../../testing/appliance-fixture.ts';
import { FakeOpener } from '../testing/fake-port.ts';
import { readKeypadProfile } from './profile.ts';

const ASCII = await readKeypadProfile(new URL('../../../assets/keypad-profiles/ascii-digit.json', import.meta.url));

async function deviceWith(settings: unknown): Promise<{ fixture: ApplianceFixture; opener: FakeOpener }> {
  const opener = new FakeOpener();
  const fixture = await openTestAppliance(sampleConfiguration({ settings }), {
    peripherals: { opener, keypadProfiles: new Map([[ASCII.id, ASCII]]) },
  });
  await fixture.clock.advance(0);
  return { fixture, opener };
}

it('a box that the signed configuration names rates, and its loss is an event with a duration', async () => {
  const { fixture, opener } = await deviceWith({
    peripherals: { keypad: { path: '/dev/null', profile: 'ascii-digit' } },
  });
  await expect.poll(() => fixture.appliance.peripherals.status()[0]?.state).toBe('ready');
  fixture.appliance.openVisit(
    {
      caseNo: 'C',
      serviceNo: 1,
      itemCode: 'I-1',
      itemName: '事',
      staffId: 'S-1',
      servedAt: null,
      trigger: 'business',
      inviteAtOnce: true,
    },
    null,
  );
  opener.newest.send(0x34);
  expect(fixture.records().find(({ kind }) => kind === 'rating')).toMatchObject({
    body: { level: 4, channel: 'keypad' },
  });
  opener.newest.unplug();
  await fixture.clock.advance(60_000);
  await expect.poll(() => fixture.appliance.peripherals.status()[0]?.state).toBe('ready');
  await fixture.clock.advance(10_000);
  const events = fixture.records().flatMap((record) => (record.kind === 'event' ? [record.body] : []));
  expect(events.filter(({ type }) => type.startsWith('keypad_'))).toMatchObject([
    { type: 'keypad_port_lost', detail: { code: 'disconnected' } },
    { type: 'keypad_port_back', detail: { durationMs: expect.any(Number) } },
  ]);
  await fixture.close();
});

it('a profile that nobody has keeps no window from rating and is told to the technician', async () => {
  const { fixture } = await deviceWith({ peripherals: { keypad: { path: '/dev/null', profile: 'of-nobody' } } });
  expect(fixture.appliance.citizenView().screen).toBe('idle');
  expect(fixture.appliance.peripherals.status()).toMatchObject([
    { state: 'failed', hint: expect.stringContaining('of-nobody') },
  ]);
  expect(fixture.faults).toMatchObject([{ code: 'no_keypad_profile' }]);
  await fixture.close();
});
