import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ApplianceFixture,
  CENTRE_KEYS,
  openTestAppliance,
  sampleConfiguration,
  signConfiguration,
} from './testing/appliance-fixture.ts';

let device: ApplianceFixture;
beforeEach(async () => {
  device = await openTestAppliance();
});
afterEach(() => device.close());

const MAIN = 'provisioning.json';
const COPY = 'provisioning.copy.json';
const path = (name: string) => join(device.dataDir, name);
const offer = (changes: Record<string, unknown>) =>
  device.appliance.offerConfiguration(signConfiguration(sampleConfiguration(changes)));
const version = () => device.appliance.provisioned()?.document.version ?? null;
const events = (type: string) =>
  device.records().flatMap(({ kind, body }) => (kind === 'event' && body.type === type ? [body.detail] : []));
const codes = () => device.appliance.warnings().map(({ code }) => code);
const files = () => readdirSync(device.dataDir).filter((name) => name.startsWith('provisioning'));
const whole = () => readFileSync(path(MAIN), 'utf8') === readFileSync(path(COPY), 'utf8');

describe('a refused configuration', () => {
  const bad = { version: 2, settings: { layout: 'sideways', volume: 3 } };

  it('leaves the last good one in force, names each path, and leaves one trace however often it is offered', async () => {
    for (let i = 0; i < 3; i++) await expect(offer(bad)).rejects.toMatchObject({ code: 'configuration_schema' });
    await device.restart();
    await expect(offer(bad)).rejects.toMatchObject({
      faults: [{ path: 'settings.layout' }, { path: 'settings.volume' }],
    });
    expect(version()).toBe(1);
    expect(events('configuration_refused')).toEqual([
      { code: 'configuration_schema', reason: expect.stringMatching(/settings\.layout: .*settings\.volume: /) },
    ]);
    expect(device.appliance.warnings()).toContainEqual({
      code: 'configuration_refused',
      text: expect.stringContaining('settings.layout'),
    });
  });

  it('never leaves a value of the document in a record', async () => {
    const secret = 'VALUE-THAT-NOBODY-MAY-READ';
    await expect(offer({ version: secret, window: secret, settings: { guide: secret } })).rejects.toThrow();
    expect(JSON.stringify(device.records())).not.toContain(secret);
    expect(JSON.stringify(device.appliance.warnings())).not.toContain(secret);
  });

  it('is forgotten by the technician’s page once a good one came', async () => {
    await expect(offer(bad)).rejects.toThrow();
    await offer({ version: 3 });
    expect(codes()).not.toContain('configuration_refused');
  });

  it('is traced again when another one is at fault', async () => {
    await expect(offer(bad)).rejects.toThrow();
    await expect(offer({ ...bad, version: 3 })).rejects.toThrow();
    await expect(offer({ version: 4, policy: { id: 'nowhere', version: '1' } })).rejects.toThrow();
    expect(events('configuration_refused').map(({ code }) => code)).toEqual([
      'configuration_schema',
      'configuration_schema',
      'policy_unknown',
    ]);
  });

  it('is no fault where its time has not come', async () => {
    await expect(offer({ version: 2, notBefore: '2999-01-01T00:00:00.000+08:00' })).rejects.toMatchObject({
      code: 'configuration_early',
    });
    expect([events('configuration_refused'), codes()]).toEqual([[], []]);
  });
});

describe('a dry run', () => {
  const stored = () => readdirSync(device.dataDir).map((name) => [name, existsSync(path(name))]);
  const run = (changes: Record<string, unknown>) =>
    device.appliance.tryConfiguration(signConfiguration(sampleConfiguration(changes)));

  it('says what would change and writes nothing', async () => {
    const before = [stored(), readFileSync(path(MAIN), 'utf8'), device.records().length];
    const good = await run({ version: 2, settings: { layout: 'best-right', technician: { codeKey: 'A'.repeat(43) } } });
    expect(good).toMatchObject({ verdict: 'accepted', version: 2, presentVersion: 1, restart: false, refusal: null });
    expect(good.changes.map(({ path, before, after }) => [path, before, after])).toEqual([
      ['version', '1', '2'],
      ['settings.layout', '"best-left"', '"best-right"'],
      ['settings.technician.codeKey', null, '(secret)'],
    ]);
    expect(await run({ version: 2, settings: { volume: 3 } })).toMatchObject({
      verdict: 'refused',
      refusal: { code: 'configuration_schema', faults: [{ path: 'settings.volume' }] },
    });
    expect((await run({})).verdict).toBe('same');
    expect([stored(), readFileSync(path(MAIN), 'utf8'), device.records().length]).toEqual(before);
    expect([version(), codes()]).toEqual([1, []]);
  });
});

describe('the stored configuration', () => {
  it.each<[string, () => void]>([
    ['the first file is torn', () => writeFileSync(path(MAIN), readFileSync(path(MAIN), 'utf8').slice(0, 50))],
    ['the first file is empty', () => writeFileSync(path(MAIN), '')],
    ['the first file is gone', () => rmSync(path(MAIN))],
    [
      'somebody exchanged what is in it',
      () => writeFileSync(path(MAIN), readFileSync(path(MAIN), 'utf8').replace('eyJhbGci', 'eyJhbGcj')),
    ],
  ])('is taken from its copy where %s: said once, and the window stays open', async (_name, harm) => {
    await offer({ version: 2 });
    harm();
    await device.restart();
    expect(version()).toBe(2);
    expect(device.appliance.citizenView().screen).toBe('idle');
    expect(codes()).toEqual(['configuration_restored']);
    expect([events('configuration_restored').length, whole()]).toEqual([1, true]);
    await device.restart();
    expect([version(), codes(), events('configuration_restored').length]).toEqual([2, [], 1]);
  });

  it('needs no word where a power cut came between its two files, or a release before had only one', async () => {
    const old = readFileSync(path(COPY), 'utf8');
    await offer({ version: 2 });
    for (const harm of [() => writeFileSync(path(COPY), old), () => rmSync(path(COPY))]) {
      harm();
      await device.restart();
      expect([version(), codes(), whole()]).toEqual([2, [], true]);
    }
  });

  it('is never replaced by defaults where both files are amiss: the device says so and stays enrolled nowhere', async () => {
    for (const [harm, code] of [
      [(name: string) => writeFileSync(path(name), '{'), 'provisioning_unreadable'],
      [(name: string) => rmSync(path(name)), 'provisioning_missing'],
    ] as const) {
      for (const name of [MAIN, COPY]) harm(name);
      await device.restart();
      expect([version(), codes()]).toEqual([null, [code]]);
      expect(device.appliance.citizenView().screen).toBe('out_of_service');
    }
  });

  it('tells that an older one was put back, goes on by it, and takes nothing below what was in force', async () => {
    const old = readFileSync(path(MAIN), 'utf8');
    await offer({ version: 5 });
    for (const name of [MAIN, COPY]) writeFileSync(path(name), old);
    await device.restart();
    expect([version(), codes()]).toEqual([1, ['configuration_rolled_back']]);
    expect(device.appliance.citizenView().screen).toBe('idle');
    expect(events('configuration_rolled_back')).toEqual([{ version: 1, highest: 5 }]);
    await expect(offer({ version: 4 })).rejects.toMatchObject({ code: 'configuration_version' });
    await offer({ version: 5 });
    expect(version()).toBe(5);
  });

  it('takes the copy where only the first file was put back', async () => {
    const old = readFileSync(path(MAIN), 'utf8');
    await offer({ version: 5 });
    writeFileSync(path(MAIN), old);
    await device.restart();
    expect([version(), codes()]).toEqual([5, ['configuration_restored']]);
  });

  it('of an older format is read through its steps, stays as it was, and is kept aside when the next one comes', async () => {
    const keypad = { path: '/dev/ttyUSB0', profile: 'ascii-digit' };
    const configuration = signConfiguration(sampleConfiguration({ settings: { keypad } }));
    const text = JSON.stringify({
      deviceId: 'device-1',
      baseUrl: 'https://centre.example',
      centreKeys: CENTRE_KEYS,
      configuration,
    });
    writeFileSync(path(MAIN), text);
    writeFileSync(path(COPY), text);
    await device.restart();
    expect(device.appliance.provisioned()?.document.settings.peripherals.keypad).toEqual(keypad);
    expect(readFileSync(path(MAIN), 'utf8')).toBe(text);
    // Offered anew it is what it is: a document with a setting that nobody obeys.
    await expect(offer({ version: 2, settings: { keypad } })).rejects.toMatchObject({ code: 'configuration_schema' });
    await offer({ version: 2, settings: { peripherals: { keypad } } });
    expect(files()).toEqual([COPY, 'provisioning.format-10.json', MAIN]);
    expect(readFileSync(path('provisioning.format-10.json'), 'utf8')).toBe(text);
  });
});

describe('an enrolment under another id', () => {
  it('keeps the chain and asks the new centre only for what comes after', async () => {
    const { seq } = device.appliance.ledger.head();
    const given = { baseUrl: 'https://other.example', centreKeys: CENTRE_KEYS };
    const configuration = signConfiguration(sampleConfiguration());
    await device.appliance.commissioning.enrolled(
      { ...given, deviceId: 'device-2', configuration },
      device.appliance.commissioning.nextKey(null),
    );
    expect(device.appliance.manifests.plan().ranges).toEqual([]);
    expect(device.appliance.ledger.head().seq).toBe(seq + 1);
    expect(events('key_renewed')).toEqual([
      { alg: 'ed25519', former: expect.any(String), fingerprint: device.appliance.key.fingerprint },
    ]);
    await device.restart();
    expect(device.appliance.provisioned()).toMatchObject({ deviceId: 'device-2', key: 'device-ed25519-2' });
    expect(codes()).toEqual([]);
  });

  it('may begin with a lower version: versions are each centre’s own', async () => {
    await offer({ version: 9 });
    const given = { baseUrl: 'https://other.example', centreKeys: CENTRE_KEYS, deviceId: 'device-2' };
    await device.appliance.commissioning.enrolled({
      ...given,
      configuration: signConfiguration(sampleConfiguration({ version: 1 })),
    });
    await device.restart();
    expect([version(), codes()]).toEqual([1, []]);
  });
});
