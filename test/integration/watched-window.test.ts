import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readRuntime } from '../../app/cli/runtime-file.ts';
import ensureBrowser from '../support/ensure-browser.ts';
import { kioskBrowser } from '../support/kiosk-browser.ts';
import { until } from '../support/until.ts';
import { BareDevice } from '../technician/bare-device.ts';

/** Without Electron: `pingjiaqi start` with a Chromium of its own, whose page hangs. */

const folder = mkdtempSync(join(tmpdir(), 'watched-window-'));
const dataDir = join(folder, 'data');
let device: BareDevice;

beforeAll(async () => {
  ensureBrowser();
  mkdirSync(join(folder, 'media'));
  device = new BareDevice({ dataDir, sticks: join(folder, 'media'), browser: kioskBrowser(folder) });
  await device.switchOn();
});
afterAll(async () => {
  await device.switchOff();
  rmSync(folder, { recursive: true });
});

/** What the device says of its window; empty while it does not answer. */
async function metrics(): Promise<string> {
  const runtime = readRuntime(dataDir);
  if (runtime === null) return '';
  const headers = { authorization: `Bearer ${runtime.console}` };
  const response = await fetch(new URL('/metrics', runtime.citizen), { headers });
  return response.text();
}
const says = (...lines: string[]) =>
  until(async () => {
    const text = await metrics();
    return lines.every((line) => text.includes(line));
  });

const PAINTED = 'pingjiaqi_window_frames{state="painted"} 1';

it('a page that hangs gets another browser, which the device counts with its reason', async () => {
  await says(PAINTED);
  const hang = device.page.evaluate('for (;;) {}').catch(() => 'ended');
  expect(await hang).toBe('ended');
  await says(PAINTED, 'pingjiaqi_recoveries_total{keeper="browser",reason="no-frames"} 1');
  expect(device.log).toContain('the window shows nothing');
});
