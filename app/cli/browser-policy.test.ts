import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveProvisioning } from '../../device/identity/provisioning.ts';
import { CENTRE_KEYS, sampleConfiguration, signConfiguration } from '../../device/testing/appliance-fixture.ts';
import { allowedAddress, browserPolicy } from './browser-policy.ts';

describe('an origin in Chromium’s list', () => {
  it.each([
    ['https://rate.example', 'https://.rate.example:443'],
    ['http://rate.example', 'http://.rate.example:80'],
    ['https://rate.example:8443', 'https://.rate.example:8443'],
    ['https://10.1.2.3', 'https://10.1.2.3:443'],
    ['http://[fd00::1]:8080', 'http://[fd00::1]:8080'],
  ])('%s is %s, without names below it or other ports', (origin, listed) => {
    expect(allowedAddress(origin)).toBe(listed);
  });
});

describe('what the browser must be told', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'browser-policy-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true }));

  function provision(changes: Record<string, unknown>): void {
    const configuration = signConfiguration(sampleConfiguration(changes));
    saveProvisioning(dataDir, {
      deviceId: 'D-1',
      baseUrl: 'https://centre.example',
      centreKeys: CENTRE_KEYS,
      configuration,
    });
  }

  it('is the origin of the rating page beside our own, where the configuration wants that page', async () => {
    provision({ settings: { page: 'unified' } });
    const own = JSON.parse(
      readFileSync(join(import.meta.dirname, '../packaging/os/chromium-policy.json'), 'utf8'),
    ).URLAllowlist;
    expect(JSON.parse((await browserPolicy(dataDir)) ?? '')).toEqual({
      URLAllowlist: [...own, 'https://.centre.example:443'],
    });
  });

  it.each([
    ['our own screen is wanted', { settings: { page: 'own' } }],
    ['nothing is said of it', {}],
  ])('is nothing where %s', async (_case, changes) => {
    provision(changes);
    expect(await browserPolicy(dataDir)).toBeNull();
  });

  it('is nothing on a bare device', async () => {
    expect(await browserPolicy(dataDir)).toBeNull();
  });

  it('is refused where the centre did not sign', async () => {
    saveProvisioning(dataDir, {
      deviceId: 'D-1',
      baseUrl: 'https://centre.example',
      centreKeys: CENTRE_KEYS,
      configuration: `${signConfiguration(sampleConfiguration({ settings: { page: 'unified' } })).slice(0, -6)}AAAAAA`,
    });
    await expect(browserPolicy(dataDir)).rejects.toMatchObject({ code: 'configuration_signature' });
  });
});
