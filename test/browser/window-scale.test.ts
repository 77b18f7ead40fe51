import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTestAppliance, sampleConfiguration, signConfiguration } from '../../device/testing/appliance-fixture.ts';
import { type LoadedShell, loadShell, quitShell, SHELL_SETTINGS } from '../electron-double/load-shell.ts';

/** The built shell on a panel of 8 inches with the real appliance, whose configuration arrives while the window is up. */

const MAIN = join(import.meta.dirname, '../../dist/main');
const TOKEN = 'c'.repeat(43);

const centre = { baseUrl: 'https://127.0.0.1:9', ratingPage: 'https://127.0.0.1:9/rate' };

let dataDir: string;
let double: LoadedShell;

beforeAll(async () => {
  expect(existsSync(join(MAIN, 'appliance.mjs')), 'npm run build comes first').toBe(true);
  const fixture = await openTestAppliance(sampleConfiguration({ centre }));
  dataDir = fixture.dataDir;
  await fixture.appliance.close();
  for (const [name, value] of Object.entries({ ...SHELL_SETTINGS, PINGJIAQI_DATA: dataDir })) vi.stubEnv(name, value);
  double = await loadShell(TOKEN);
  await double.runShell(MAIN, () => undefined);
});

afterAll(async () => {
  await quitShell(double);
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true });
});

/** How the citizen's page sees itself: its viewport, and what its media queries take it for. */
async function seen(): Promise<string> {
  const page = await double.control.window.page;
  await page.waitForSelector('main', { timeout: 1_000 });
  const { viewport, ratio, isSmall } = await page.evaluate(() => ({
    viewport: `${innerWidth} × ${innerHeight}`,
    ratio: devicePixelRatio,
    isSmall: matchMedia('(max-height: 600px)').matches,
  }));
  return `${viewport} at ${Number(ratio.toFixed(4))}${isSmall ? ', small' : ''}`;
}
const sees = (text: string) =>
  vi.waitFor(async () => expect(await seen()).toBe(text), { timeout: 60_000, interval: 200 });

/** As a centre's configuration from a stick. */
async function apply(version: number, given: Record<string, unknown>): Promise<void> {
  const jws = signConfiguration(sampleConfiguration({ version, centre, settings: given }));
  const page = await double.control.window.page;
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const url = new URL(`/technician/configuration/${path}`, page.url());
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return (await response.json()) as { sha256: string };
  };
  const source = { text: jws };
  const { sha256 } = await post('check', { source });
  await post('apply', { source, sha256 });
}

/** What the self-test says of the panel. */
async function line(): Promise<string | undefined> {
  const page = await double.control.window.page;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(new URL('/technician/status', page.url()), { headers });
  const { checks } = (await response.json()) as { checks: { id: string; code: string; fill: { mm?: string } }[] };
  return checks.filter(({ id }) => id === 'screen').map(({ code, fill }) => `${code} ${fill.mm}`)[0];
}
const says = (text: string) =>
  vi.waitFor(async () => expect(await line()).toBe(text), { timeout: 60_000, interval: 200 });

it('a configuration that arrives makes the page as large as its panel asks for, in the window that stands', async () => {
  await sees('1280 × 800 at 1');
  const { window } = double.control;
  const page = await window.page;
  await page.evaluate(`globalThis.isSame = true`);
  await apply(2, { screen: { dpi: 189 } });
  await sees('901 × 563 at 1.42, small');
  await says('measured 20.1');
  expect([double.control.windows, await page.evaluate('isSame')]).toEqual([[window], true]);
});

it('a page that was brought back has the same size', async () => {
  await double.killRenderers();
  await sees('901 × 563 at 1.42, small');
});

it('without dots to an inch it is what the system makes it', async () => {
  await apply(3, {});
  await sees('1280 × 800 at 1');
});
