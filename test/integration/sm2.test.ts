import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { visitAnswerSchema } from '../../app/server/business/schemas.ts';
import { run } from '../../app/verify/run.ts';
import { findIdentity } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { qrSvg } from '../../device/identity/qr.ts';
import { ratingLink, signVisitToken, TOKEN_LIFE_S } from '../../device/identity/visit-token.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, newDataDir, runCommand, startDemoProcess } from '../support/demo-process.ts';

const data = newDataDir();
const SM2 = { PINGJIAQI_SUITE: 'sm2-sm3' };
afterEach(endAllDemos);
afterAll(() => rmSync(data, { recursive: true, force: true }));

async function openVisit(demo: DemoProcess, caseNo: string, servedAt: string): Promise<string> {
  const body = {
    caseNo,
    serviceNo: 1,
    itemCode: 'T-001',
    itemName: '事项',
    staffId: 'trial-1',
    servedAt,
    invite: true,
  };
  const response = await demo.api('/visits', body);
  return visitAnswerSchema.parse(await response.json()).visitId;
}

const ratings = async (demo: DemoProcess) => {
  const standing = await demo.centre.ratings();
  return standing.map(({ caseNo, level, channel }) => ({ caseNo, level, channel }));
};

async function tap(demo: DemoProcess, caseNo: string, level: 1 | 5): Promise<void> {
  const page = new CitizenClient(demo.ready.citizen);
  const visitId = await openVisit(demo, caseNo, new Date().toISOString());
  await page.see((view) => view.screen === 'inviting');
  expect(await page.send({ type: 'rate', visitId, level, language: 'zh-CN' })).toEqual({ kept: true, code: null });
  await page.send({ type: 'submit', visitId });
  page.close();
}

async function phone(demo: DemoProcess, caseNo: string): Promise<void> {
  const page = new CitizenClient(demo.ready.citizen);
  const servedAt = new Date(Date.now() - 60_000).toISOString();
  const visitId = await openVisit(demo, caseNo, servedAt);
  const view = await page.see((seen) => seen.screen === 'inviting');
  const provisioned = await loadProvisioning(data);
  const key = findIdentity(data);
  if (provisioned === null || key === null) throw new Error('not provisioned');
  const { document, deviceId } = provisioned;
  const x = Math.floor(Date.parse(servedAt) / 1000) + TOKEN_LIFE_S;
  const token = { v: 1, d: deviceId, w: document.window.number, i: visitId, c: caseNo, n: 1, x } as const;
  // An SM2 signature is different each time, so the QR is compared by its size only: and digits in a row pack closer than
  // letters, so that one signature of a link may need the next version (4 modules more), where another does not.
  const link = ratingLink(document.centre.ratingPage, signVisitToken(token, key));
  const modules = (svg: string | null | undefined) => Number(/viewBox="0 0 (\d+) /.exec(svg ?? '')?.[1]);
  const [shown, own] = [modules('qrSvg' in view ? view.qrSvg : null), modules(qrSvg(link, 'L'))];
  expect(Math.abs(shown - own)).toBeLessThanOrEqual(4);
  expect((await demo.centre.phone({ token: signVisitToken(token, key), level: 4 })).status).toBe(200);
  page.close();
}

it('a device with SM2 enrols, delivers, is rated by phone, keeps its suite, evacuates and is audited', async () => {
  const demo = await startDemoProcess({ dataDir: data, env: SM2 });
  await tap(demo, 'SM2-1', 1);
  await phone(demo, 'SM2-2');
  const both = [
    { caseNo: 'SM2-1', level: 1, channel: 'touch' },
    { caseNo: 'SM2-2', level: 4, channel: 'phone' },
  ];
  await vi.waitFor(async () => expect(await ratings(demo)).toEqual(expect.arrayContaining(both)), 30_000);
  await demo.stop();

  const key = findIdentity(data);
  expect(key).toMatchObject({ alg: 'sm2-sm3', publicJwk: { kty: 'EC', crv: 'SM2' } });

  const again = await startDemoProcess({ dataDir: data });
  expect(findIdentity(data)?.fingerprint).toBe(key?.fingerprint);
  await vi.waitFor(async () => expect((await again.status()).ledger.pending).toBe(0), 30_000);
  await again.centre.fault({ mode: 'down' });
  await tap(again, 'SM2-3', 5);
  const stick = join(data, 'stick');
  mkdirSync(stick);
  expect((await runCommand(['export', '--to', stick, '--data', data])).code).toBe(0);
  await again.centre.fault({ mode: 'none' });
  const [bundle = ''] = readdirSync(stick);
  const carried = await fetch(`${again.ready.centre}/v1/bundles`, {
    method: 'POST',
    body: readFileSync(join(stick, bundle)),
    headers: { 'content-type': 'application/octet-stream' },
  });
  expect(carried.status).toBe(200);
  // A fresh agent asks at once; the old one waits a minute after a centre that was down.
  again.kill('agent');
  await vi.waitFor(async () => expect((await again.status()).ledger.pending).toBe(0), 60_000);
  expect(await ratings(again)).toHaveLength(3);

  const file = join(data, 'audit.ndjson');
  expect((await runCommand(['audit', '--to', file, '--data', data])).code).toBe(0);
  expect((await runCommand(['verify', '--data', data])).code).toBe(0);
  await again.stop();
  const said: string[] = [];
  const fingerprint = key?.fingerprint ?? '';
  const output = { out: (text: string) => void said.push(text), err: (text: string) => void said.push(text) };
  expect(await run([file, '--lang', 'en', '--fingerprint', fingerprint], output), said.join('')).toBe(0);
  expect(said.join('')).toContain('Records without a receipt yet: 0');
});
