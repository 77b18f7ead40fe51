import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../device/clock.ts';
import { keepPending } from '../../device/identity/enrolment-order.ts';
import { findIdentity, keysOf } from '../../device/identity/identity-store.ts';
import type { ReferenceCentre } from '../../sync/reference-centre/centre.ts';
import { inspect } from '../support/centre-inspection.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, newDataDir, startDemoProcess } from '../support/demo-process.ts';
import { type DeviceBench, enrolBench, openDeviceBench, startTrialCentre } from '../support/device-bench.ts';
import { eventually, openVisit } from '../support/visits.ts';

/** A device that gets a new key: nothing that waits is lost or doubled, wherever the power goes meanwhile. */

const RENEWAL = 'renewal-code';

describe('a power cut', () => {
  let dataDir: string;
  let centreDir: string;
  let centre: ReferenceCentre;
  let bench: DeviceBench;
  const open = () =>
    openDeviceBench({ dataDir, clock: systemClock, agentClock: systemClock, random: () => 0, timeLimitMs: 5_000 });
  const pending = async () => (await bench.appliance.outbox.counts()).pending;

  beforeEach(async () => {
    dataDir = newDataDir();
    centreDir = newDataDir();
    centre = await startTrialCentre(centreDir);
    bench = await open();
    await enrolBench(bench, centre);
    bench.appliance.noteFact('before', {});
    await eventually(async () => expect(await pending()).toBe(0));
  });
  afterEach(async () => {
    await bench.close();
    await centre.close();
    for (const dir of [dataDir, centreDir]) rmSync(dir, { recursive: true, force: true });
  });

  const order = () => ({ baseUrl: centre.url, code: RENEWAL, renew: true });
  const pendingOrder = () =>
    keepPending(dataDir, { ...order(), key: bench.appliance.commissioning.nextKey(null).name });
  const askCentre = (publicKey: object) =>
    fetch(`${centre.url}/v1/enrolments`, {
      method: 'POST',
      body: JSON.stringify({ code: RENEWAL, publicKey, hardware: { model: 'm', serial: 's', software: 'v' } }),
    });
  /** Everything is done, and these files of before are put back: the cut came before they were changed. */
  const allBut = (names: readonly string[], hasOrder: boolean) => async () => {
    const kept = join(centreDir, 'kept');
    mkdirSync(join(kept, 'keys'), { recursive: true });
    for (const name of names) copyFileSync(join(dataDir, name), join(kept, name));
    const { name } = bench.appliance.commissioning.nextKey(null);
    expect((await bench.api.enrolment.enrol(order())).outcome).toBe('enrolled');
    for (const file of names) copyFileSync(join(kept, file), join(dataDir, file));
    if (hasOrder) keepPending(dataDir, { ...order(), key: name });
  };

  it.each<[string, () => unknown]>([
    ['once the order is kept', () => keepPending(dataDir, { ...order(), key: 'device-ed25519-2' })],
    ['once the new key is made', () => pendingOrder()],
    [
      'while the centre’s answer is on its way',
      async () => {
        pendingOrder();
        expect((await askCentre(bench.appliance.commissioning.nextKey(null).key.publicJwk)).status).toBe(201);
      },
    ],
    ['between the two files of the provisioning', allBut(['provisioning.copy.json', 'keys/device-ed25519.key'], true)],
    ['before the order is dropped', allBut(['keys/device-ed25519.key'], true)],
    ['before the old key is removed', allBut(['keys/device-ed25519.key'], false)],
  ])('%s leaves a device that goes on by itself', async (_when, cut) => {
    const deviceId = bench.appliance.provisioned()?.deviceId ?? '';
    const old = findIdentity(dataDir)?.fingerprint;
    centre.offerRenewal(RENEWAL, deviceId);
    bench.appliance.noteFact('waits', {});
    await cut();
    await bench.close();
    bench = await open();
    bench.appliance.noteFact('after', {});
    // What the appliance's process does every 20 s.
    if (bench.api.enrolment.isRenewing()) {
      await eventually(async () =>
        expect((await bench.api.enrolment.resume())?.outcome ?? 'enrolled').toBe('enrolled'),
      );
    }
    await eventually(async () => expect(await pending()).toBe(0));

    const records = await inspect(centre.url).records();
    const { seq } = bench.appliance.ledger.head();
    expect(records.map((record) => record.seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: seq }, (_, i) => i + 1),
    );
    expect(bench.appliance.provisioned()?.deviceId).toBe(deviceId);
    expect(findIdentity(dataDir)?.fingerprint).toBe(bench.appliance.key.fingerprint);
    expect(bench.appliance.key.fingerprint).not.toBe(old);
    expect([bench.api.enrolment.pending(), bench.appliance.warnings()]).toEqual([null, []]);
    await bench.close();
    bench = await open();
    const kept = keysOf(dataDir).names();
    expect(kept.filter((name) => name.startsWith('device-'))).toEqual(['device-ed25519-2']);
    expect(readdirSync(dataDir)).not.toContain('enrolment.json');
  });

  it('is not needed to keep a second order from taking the device elsewhere', async () => {
    const answer = await bench.api.enrolment.enrol({ baseUrl: 'https://elsewhere.example', code: 'any' });
    expect(answer).toMatchObject({ outcome: 'refused', code: 'already_enrolled' });
  });

  it('of an order that the centre refuses changes nothing: the old key goes on', async () => {
    const old = bench.appliance.key.fingerprint;
    expect(await bench.api.enrolment.enrol(order())).toMatchObject({ outcome: 'refused', code: 'code_unknown' });
    bench.appliance.noteFact('after', {});
    // A fact beside the visits waits for the agent's minute.
    bench.tick();
    await eventually(async () => expect(await pending()).toBe(0));
    expect([bench.appliance.key.fingerprint, bench.api.enrolment.pending()]).toEqual([old, null]);
  });
});

describe('a revoked device', () => {
  const data = newDataDir();
  afterEach(endAllDemos);
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  async function tap(demo: DemoProcess, caseNo: string): Promise<void> {
    const page = new CitizenClient(demo.ready.citizen);
    const visitId = await openVisit(demo, caseNo);
    await page.see((view) => view.screen === 'inviting' && view.visitId === visitId);
    expect(await page.send({ type: 'rate', visitId, level: 4, language: 'zh-CN' })).toMatchObject({ kept: true });
    await page.send({ type: 'submit', visitId });
    page.close();
  }

  it('stops sending and keeps taking ratings; with a new key of another suite each is delivered once', async () => {
    const demo = await startDemoProcess({ dataDir: data });
    await tap(demo, 'KEY-1');
    await eventually(async () => expect((await demo.status()).ledger.pending).toBe(0));
    const before = (await demo.status()).device;
    const deviceId = before?.deviceId ?? '';
    const desk = (path: string, body: object) =>
      fetch(`${demo.ready.centre}/inspect/${path}`, { method: 'POST', body: JSON.stringify(body) });
    await desk('revocations', { deviceId });
    await tap(demo, 'KEY-2');
    await eventually(async () => expect((await demo.status()).link?.state).toBe('refused'));
    await tap(demo, 'KEY-3');
    expect((await demo.status()).ledger.pending).toBeGreaterThan(0);

    await desk('renewals', { code: RENEWAL, deviceId });
    const order = { baseUrl: demo.ready.centre, code: RENEWAL, renew: true, suite: 'sm2-sm3' };
    const answer = await fetch(new URL('/technician/enrolment', demo.ready.technician), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
    });
    expect(await answer.json()).toEqual({ outcome: 'enrolled', deviceId });
    await eventually(async () => {
      const { ledger, link, device } = await demo.status();
      expect(ledger).toMatchObject({ pending: 0, deferred: 0, refused: 0 });
      expect(link?.state).toBe('online');
      expect(device?.keyFingerprint).not.toBe(before?.keyFingerprint);
    });
    expect(findIdentity(data)?.alg).toBe('sm2-sm3');
    const seqs = (await demo.centre.records()).map(({ seq }) => seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
    const cases = (await demo.centre.ratings()).map(({ caseNo }) => caseNo).sort();
    expect(cases).toEqual(['KEY-1', 'KEY-2', 'KEY-3']);
  });
});
