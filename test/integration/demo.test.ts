import { spawnSync } from 'node:child_process';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findOrMakeIdentity } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { qrSvg } from '../../device/identity/qr.ts';
import { ratingLink, signVisitToken, TOKEN_LIFE_S } from '../../device/identity/visit-token.ts';
import { CitizenClient } from '../support/citizen-client.ts';
import { type DemoProcess, endAllDemos, startDemoProcess } from '../support/demo-process.ts';
import { eventually, openVisit } from '../support/visits.ts';

const LAUNCHER = fileURLToPath(new URL('../../app/pingjiaqi.mjs', import.meta.url));
const LANGUAGE = 'zh-CN';

describe('the demo on a bare machine', () => {
  let demo: DemoProcess;
  let page: CitizenClient;

  beforeAll(async () => {
    demo = await startDemoProcess();
    page = new CitizenClient(demo.ready.citizen);
  });
  afterAll(async () => {
    page.close();
    await endAllDemos();
  });

  const inviting = async (visitId: string) => {
    const view = await page.see((now) => now.screen === 'inviting' && now.visitId === visitId);
    if (view.screen !== 'inviting') throw new Error('not inviting');
    return view;
  };

  async function standsOnce(visitId: string, rating: object): Promise<void> {
    await eventually(async () => {
      const standing = (await demo.centre.ratings()).filter((one) => one.visitId === visitId);
      expect(standing).toEqual([expect.objectContaining(rating)]);
    });
  }

  /** The token as the device makes it, from the key and the configuration that lie in its data folder. */
  async function tokenOf(visitId: string, caseNo: string, servedAt: string): Promise<{ token: string; link: string }> {
    const provisioned = await loadProvisioning(demo.ready.data);
    if (provisioned === null) throw new Error('not provisioned');
    const { deviceId, document } = provisioned;
    const key = findOrMakeIdentity(demo.ready.data, 'ed25519');
    const x = Math.floor(Date.parse(servedAt) / 1000) + TOKEN_LIFE_S;
    const claims = { v: 1, d: deviceId, w: document.window.number, i: visitId, c: caseNo, n: 1, x } as const;
    const token = signVisitToken(claims, key);
    return { token, link: ratingLink(document.centre.ratingPage, token) };
  }

  it('when it is ready then every address answers and every process lives', async () => {
    const { citizen, staff, technician, centre, pids, keypad, data } = demo.ready;
    for (const url of [citizen, staff, technician]) {
      const response = await fetch(url);
      expect(response.status, url).toBe(200);
      expect(await response.text(), url).toContain('<!doctype html>');
    }
    expect((await demo.api('/visits/01900000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await fetch(`${centre}/inspect/ratings`)).status).toBe(200);
    expect(new Set(Object.values(pids)).size).toBe(3);
    for (const pid of Object.values(pids)) expect(() => process.kill(pid ?? 0, 0)).not.toThrow();
    expect(keypad).toMatch(/^\/dev\//);
    expect(await readFile(join(data, 'provisioning.json'), 'utf8')).toContain('deviceId');
    await eventually(async () => expect(await demo.status()).toMatchObject({ trial: true, provisioned: true }));
  });

  it('when a citizen taps then the rating stands at the centre once, by touch', async () => {
    const visitId = await openVisit(demo, 'TOUCH-1');
    await inviting(visitId);
    expect(await page.send({ type: 'rate', visitId, level: 2, language: LANGUAGE })).toEqual({
      kept: true,
      code: null,
    });
    expect(page.view).toMatchObject({ screen: 'reasons', visitId, level: 2 });
    await page.send({ type: 'revise', visitId, level: 2, tags: ['207'], comment: '排队太久', language: LANGUAGE });
    expect(await page.send({ type: 'submit', visitId })).toEqual({ kept: true, code: null });
    expect(page.view?.screen).toBe('thanks');
    await standsOnce(visitId, { level: 2, channel: 'touch', tags: ['207'], comment: '排队太久', revision: 2 });
  });

  it('when a key of the box is pressed then the rating stands at the centre once, by keypad', async () => {
    await eventually(async () => expect((await demo.status()).peripherals[0]?.state).toBe('ready'));
    const visitId = await openVisit(demo, 'PAD-1');
    await inviting(visitId);
    await appendFile(demo.ready.keypad ?? '', '1');
    await page.see((view) => view.screen === 'reasons' && view.level === 1);
    await page.send({ type: 'submit', visitId });
    await standsOnce(visitId, { level: 1, channel: 'keypad', tags: [], comment: null, revision: 1 });
  });

  it('when a citizen rates on a phone then it stands once and the screen gives thanks without asking again', async () => {
    const servedAt = new Date(Date.now() - 3_600_000).toISOString();
    const visitId = await openVisit(demo, 'PHONE-1', { servedAt });
    const { token, link } = await tokenOf(visitId, 'PHONE-1', servedAt);
    expect((await inviting(visitId)).qrSvg).toBe(qrSvg(link, 'L'));
    expect((await demo.centre.phone({ token, level: 4, comment: '很好' })).status).toBe(200);
    await page.see((view) => view.screen === 'thanks');
    await standsOnce(visitId, { level: 4, channel: 'phone', comment: '很好' });
    await eventually(async () => {
      const ends = (await demo.centre.records()).flatMap(({ record }) =>
        record.kind === 'not_rated' && record.body.visitId === visitId ? [record.body.reason] : [],
      );
      expect(ends).toEqual(['rated_elsewhere']);
    });
  });

  it('when it gets SIGTERM then it ends cleanly within 5 s and nothing of it runs on', async () => {
    const pids = Object.values(demo.pids());
    const { code, signal, tookMs } = await demo.stop();
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(tookMs).toBeLessThan(5_000);
    for (const pid of pids) expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });
});

describe('a command line that is wrong', () => {
  afterEach(endAllDemos);

  it.each([
    ['an unknown policy', ['--policy', 'nowhere-1999'], 'policy'],
    ['a port that is none', ['--port-base', '80'], 'port'],
    ['a centre without a code', ['--centre', 'http://127.0.0.1:9'], '--centre-code'],
  ])('when it names %s then it says so and ends', (_what, args, word) => {
    const ran = spawnSync(process.execPath, [LAUNCHER, 'demo', '--headless', ...args], { encoding: 'utf8' });
    expect(ran.status).toBe(2);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain(word);
  });
});

describe('a wrong Node', () => {
  const oneLine = /^pingjiaqi needs Node 24, this is v\d+\.\d+\.\d+\. .+\n$/;

  /** The launcher's own text, run as a module in which `process` tells of another version. */
  async function runAs(version: string) {
    const played = `const process = { versions: { node: '${version}' }, version: 'v${version}', set exitCode(code) { globalThis.process.exitCode = code; } };`;
    const launcher = (await readFile(LAUNCHER, 'utf8')).replace(/^#!.*\n/, '');
    return spawnSync(process.execPath, ['--input-type=module', '--eval', `${played}\n${launcher}`], {
      encoding: 'utf8',
    });
  }

  it.each(['18.20.8', '20.20.2', '22.12.0', '25.0.0'])(
    'when it is %s then one line says what is needed',
    async (node) => {
      const { status, stdout, stderr } = await runAs(node);
      expect(stderr).toMatch(oneLine);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    },
  );

  it('when the machine has one of its own then that one gets the same line', () => {
    const own = ['/usr/bin/node', '/usr/local/bin/node'].flatMap((path) => {
      const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      return status === 0 && !stdout.startsWith('v24.') ? [path] : [];
    });
    // Where there is none, the played ones above are all that can be tried.
    for (const path of own) {
      const ran = spawnSync(path, [LAUNCHER, 'demo', '--headless'], { encoding: 'utf8' });
      expect(ran.stderr).toMatch(oneLine);
      expect(ran.status).toBe(1);
    }
  });
});
