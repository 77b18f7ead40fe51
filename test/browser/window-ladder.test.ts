import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Appliance } from '../../device/appliance.ts';
import { applianceOptions, openTestAppliance, sampleConfiguration } from '../../device/testing/appliance-fixture.ts';
import { VirtualClock } from '../../device/testing/virtual-clock.ts';
import { type LoadedShell, loadShell, quitShell, SHELL_SETTINGS } from '../electron-double/load-shell.ts';

/** The built shell with the real appliance and the real agent, over a real Chromium: what breaks is back, counted, and nothing is lost. */

const MAIN = join(import.meta.dirname, '../../dist/main');
/** The shell's secret; the test asks with it as a command of the device's user would. */
const TOKEN = 'c'.repeat(43);

let dataDir: string;
let before: string[];
let double: LoadedShell;
const reports: { event: string; detail: Record<string, unknown> }[] = [];

/** A device in service with one rating that waits, and its records. */
async function prepare(): Promise<void> {
  const centre = { baseUrl: 'https://127.0.0.1:9', ratingPage: 'https://127.0.0.1:9/rate' };
  const fixture = await openTestAppliance(sampleConfiguration({ centre }));
  const item = { itemCode: 'I-1', itemName: '事项', staffId: 'S-1', servedAt: null, trigger: 'business' as const };
  const visitId = fixture.appliance.openVisit({ caseNo: 'C-1', serviceNo: 1, ...item, inviteAtOnce: true }, null);
  fixture.appliance.citizen({ type: 'rate', visitId, level: 4, language: 'zh-CN' });
  fixture.appliance.citizen({ type: 'submit', visitId });
  before = fixture.records().map(({ hash }) => hash);
  dataDir = fixture.dataDir;
  await fixture.appliance.close();
}

beforeAll(async () => {
  expect(existsSync(join(MAIN, 'appliance.mjs')), 'npm run build comes first').toBe(true);
  await prepare();
  for (const [name, value] of Object.entries({ ...SHELL_SETTINGS, PINGJIAQI_DATA: dataDir })) vi.stubEnv(name, value);
  double = await loadShell(TOKEN);
  await double.runShell(MAIN, (event, detail) => reports.push({ event, detail }));
  await isBack('renderer-gone', 0);
});

afterAll(async () => {
  await quitShell(double);
  vi.unstubAllEnvs();
  rmSync(dataDir, { recursive: true });
});

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 90_000, interval: 200 });
const reported = (event: string) => reports.filter((report) => report.event === event);
const pids = () => reported('pids').at(-1)?.detail.pids as Record<'appliance' | 'agent', number | null>;

/** What the device itself says, asked where its page is now. */
async function metrics(): Promise<string> {
  const page = await double.control.window.page;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await fetch(new URL('/metrics', page.url()), { headers });
  expect(response.status).toBe(200);
  return response.text();
}

const recoveries = (reason: string, count: number) =>
  `pingjiaqi_recoveries_total{keeper="shell",reason="${reason}"} ${count}`;

/** The page is there, frames are painted, and the device knows what was brought back, how often. */
async function isBack(reason: string, count: number): Promise<void> {
  await until(async () => {
    const page = await double.control.window.page;
    expect(await page.textContent('h1', { timeout: 1_000 })).not.toBe('');
    const text = await metrics();
    expect(text).toContain('pingjiaqi_window_frames{state="painted"} 1');
    if (count > 0) expect(text).toContain(recoveries(reason, count));
  });
}

const steps = () =>
  reported('window recovery').map(({ detail }) => `${String(detail.trouble)}: ${String(detail.step)}`);

afterEach(() => {
  expect(double.control.relaunches).toEqual([]);
});

it('a killed renderer', async () => {
  await double.killRenderers();
  await isBack('renderer-gone', 1);
  expect(steps()).toEqual(['renderer-gone: reload']);
});

it('a page whose main thread hangs, which Chromium itself does not tell', async () => {
  const page = await double.control.window.page;
  const hang = page.evaluate('for (;;) {}').catch(() => 'ended');
  await isBack('no-frames', 1);
  expect(await hang).toBe('ended');
  expect(steps().at(-1)).toBe('no-frames: reload');
});

it('a white page whose scripts run', async () => {
  const page = await double.control.window.page;
  await page.evaluate(`document.querySelector('#app').remove()`);
  await isBack('no-frames', 2);
  expect(steps().at(-1)).toBe('no-frames: recreate');
});

it('a killed GPU process', async () => {
  expect(await double.killGpu()).toBeGreaterThan(0);
  double.app.emit('child-process-gone', {}, { type: 'GPU', reason: 'killed' });
  await isBack('gpu-gone', 1);
  expect(steps().at(-1)).toBe('gpu-gone: recreate');
});

it.each(['appliance', 'agent'] as const)('a killed %s, which is no fault of the window', async (name) => {
  const had = steps();
  const pid = pids()[name];
  process.kill(pid ?? 0, 'SIGKILL');
  await until(() => expect([null, pid]).not.toContain(pids()[name]));
  await isBack(`${name}-ended`, 1);
  expect(steps()).toEqual(had);
});

it('a hidden page is dark and brings nothing about', async () => {
  const had = steps();
  const page = await double.control.window.page;
  await page.evaluate(`Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
    globalThis.requestAnimationFrame = () => 0;`);
  await until(async () => expect(await metrics()).toContain('pingjiaqi_window_frames{state="dark"} 1'));
  expect(steps()).toEqual(had);
});

it('after all of it there is one window, and the queue is as it was', async () => {
  expect(double.control.windows).toHaveLength(1);
  double.app.quit();
  await double.app.ended;
  const faults: unknown[] = [];
  const appliance = await Appliance.open(applianceOptions(dataDir, new VirtualClock(Date.now()), faults));
  const after = appliance.ledger.read(1, 10_000).map(({ hash }) => hash);
  const { pending } = await appliance.outbox.counts();
  await appliance.close();
  expect(after.slice(0, before.length)).toEqual(before);
  expect(pending).toBeGreaterThanOrEqual(before.length);
  expect(faults).toEqual([]);
});
