import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyFile } from '../../app/cli/configuration.ts';
import { openTestAppliance, sampleConfiguration, signConfiguration } from '../../device/testing/appliance-fixture.ts';
import ensureBrowser from '../support/ensure-browser.ts';
import { forgetKiosk, kioskBrowser, lookIntoKiosk } from '../support/kiosk-browser.ts';
import { until } from '../support/until.ts';
import { BareDevice } from '../technician/bare-device.ts';

/** Without Electron: `pingjiaqi start` with a Chromium of its own on a panel of 8 inches, which a configuration names. */

const folder = mkdtempSync(join(tmpdir(), 'window-scale-'));
const dataDir = join(folder, 'data');
const centre = { baseUrl: 'https://127.0.0.1:9', ratingPage: 'https://127.0.0.1:9/rate' };
/** Chromium rounds up, twice. */
const SCALED = '903 × 565 at 1.42';
let device: BareDevice;

beforeAll(async () => {
  ensureBrowser();
  mkdirSync(join(folder, 'media'));
  const fixture = await openTestAppliance(sampleConfiguration({ centre }));
  await fixture.appliance.close();
  renameSync(fixture.dataDir, dataDir);
  // A screen of its own: a kiosk fills it, whatever size of window was asked for.
  const browser = kioskBrowser(folder, ['--screen-info={1280x800}']);
  device = new BareDevice({ dataDir, sticks: join(folder, 'media'), browser });
  await device.switchOn();
});
afterAll(async () => {
  await device.switchOff();
  rmSync(folder, { recursive: true });
});

/** How the page that the device shows now sees itself; null while no window is there. */
async function seen(): Promise<string | null> {
  const kiosk = await lookIntoKiosk(dataDir).catch(() => null);
  if (kiosk === null) return null;
  try {
    const [width, height, ratio] = await kiosk.page.evaluate(() => [innerWidth, innerHeight, devicePixelRatio]);
    return `${width} × ${height} at ${Number(ratio!.toFixed(4))}`;
  } catch {
    return null;
  } finally {
    await kiosk.browser.close().catch(() => undefined);
  }
}

it('takes the scale for its panel when the configuration names it, and opens with it from then on', async () => {
  await until(async () => (await seen()) === '1280 × 800 at 1');
  const file = join(folder, 'pingjiaqi-8-inches.jws');
  writeFileSync(
    file,
    signConfiguration(sampleConfiguration({ version: 2, centre, settings: { screen: { dpi: 189 } } })),
  );
  forgetKiosk(dataDir);
  await applyFile(file, dataDir);
  await until(async () => (await seen()) === SCALED);
  expect(device.log.match(/the window gets/g)).toHaveLength(1);
  await device.switchOff();
  await device.switchOn();
  await until(async () => (await seen()) === SCALED);
  expect(device.log.match(/the window gets/g)).toHaveLength(1);
});
