import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Appliance } from '../appliance.ts';
import type { ApplianceOptions } from '../appliance-options.ts';
import type { Clock } from '../clock.ts';
import type { LedgerRecord } from '../ledger/record.ts';
import { VirtualClock } from './virtual-clock.ts';

/** A centre that signs configurations, and a device of it in a folder of its own. For tests. */

const centre = generateKeyPairSync('ed25519');

const sealing = generateKeyPairSync('x25519');

/** Opens what was sealed to the centre. */
export const CENTRE_SEALING_KEY: KeyObject = sealing.privateKey;

export const CENTRE_KEYS = {
  keys: [
    {
      ...(sealing.publicKey.export({ format: 'jwk' }) as { kty: 'OKP'; crv: string; x: string }),
      kid: 'k2',
      use: 'enc' as const,
    },
    {
      ...(centre.publicKey.export({ format: 'jwk' }) as { kty: 'OKP'; crv: string; x: string }),
      kid: 'k1',
      use: 'sig' as const,
    },
  ],
};

export function sampleConfiguration(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    version: 1,
    notBefore: '2026-01-01T00:00:00.000+08:00',
    window: {
      hall: '大厅',
      number: 'A-07',
      name: '综合窗口',
      department: '局',
      departmentCode: 'D',
      regionCode: '150000',
    },
    items: [{ code: 'I-1', name: '居民身份证换领' }],
    staff: [{ id: 'S-1', number: '0007', name: '甲', post: '受理岗' }],
    policy: { id: 'neimenggu-2022', version: '1' },
    catalogue: { version: 'national-2020' },
    calendar: { version: 'c' },
    centre: { baseUrl: 'https://centre.example', ratingPage: 'https://centre.example/rate' },
    clients: [],
    ...changes,
  };
}

export function signConfiguration(payload: unknown, key: KeyObject = centre.privateKey): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg: 'EdDSA', kid: 'k1' })}.${part(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), key).toString('base64url')}`;
}

export const neverOpens = { open: () => Promise.reject(new Error('no port in this test')) };

export interface ApplianceFixture {
  appliance: Appliance;
  clock: VirtualClock;
  dataDir: string;
  faults: unknown[];
  records(): LedgerRecord[];
  /** Closes and opens the same folder again, as a restart does. */
  restart(): Promise<Appliance>;
  close(): Promise<void>;
}

export function applianceOptions(dataDir: string, clock: Clock, faults: unknown[]): ApplianceOptions {
  return {
    dataDir,
    clock,
    trial: false,
    trialPolicyId: null,
    peripherals: { opener: neverOpens, keypadProfiles: new Map() },
    onDamage: (problem) => faults.push(new Error(problem)),
    onFault: (error) => faults.push(error),
  };
}

/** @param configuration null leaves the device bare */
export async function openTestAppliance(
  configuration: Record<string, unknown> | null = sampleConfiguration(),
  changes: Partial<ApplianceOptions> = {},
): Promise<ApplianceFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), 'appliance-'));
  const clock = new VirtualClock();
  const faults: unknown[] = [];
  const options = { ...applianceOptions(dataDir, clock, faults), ...changes };
  const fixture: ApplianceFixture = {
    appliance: await Appliance.open(options),
    clock,
    dataDir,
    faults,
    records: () => fixture.appliance.ledger.read(1, 100_000),
    async restart() {
      await fixture.appliance.close();
      fixture.appliance = await Appliance.open(options);
      return fixture.appliance;
    },
    async close() {
      await fixture.appliance.close();
      rmSync(dataDir, { recursive: true });
    },
  };
  if (configuration !== null) {
    const given = { deviceId: 'device-1', baseUrl: 'https://centre.example', centreKeys: CENTRE_KEYS };
    await fixture.appliance.commissioning.enrolled({ ...given, configuration: signConfiguration(configuration) });
  }
  return fixture;
}
