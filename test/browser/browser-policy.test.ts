import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { saveProvisioning } from '../../device/identity/provisioning.ts';
import { CENTRE_KEYS, sampleConfiguration, signConfiguration } from '../../device/testing/appliance-fixture.ts';
import { runCommand } from '../support/demo-process.ts';
import { openPlainBrowser } from '../support/plain-browser.ts';

/**
 * The package's policy in a real Chromium: the official page gets into its frame by the command that the package calls, and
 * nothing else does. The browser has no debugger here, for the policy takes it away: what it asked for is what was shown.
 */

const work = mkdtempSync(join(tmpdir(), 'browser-policy-'));
const endings: (() => void)[] = [() => rmSync(work, { recursive: true, force: true })];
afterAll(() => {
  for (const end of endings.toReversed()) end();
});

async function serve(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  endings.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

const html: [number, Record<string, string>] = [200, { 'content-type': 'text/html' }];
const POLICY = join(import.meta.dirname, '../../app/packaging/os/chromium-policy.json');

function provision(dataDir: string, page: 'own' | 'unified', official: string): void {
  const centre = { baseUrl: official, ratingPage: `${official}/rate` };
  const configuration = signConfiguration(sampleConfiguration({ centre, settings: { page } }));
  mkdirSync(dataDir, { recursive: true });
  saveProvisioning(dataDir, { deviceId: 'D-1', baseUrl: official, centreKeys: CENTRE_KEYS, configuration });
}

const isRoot = process.getuid?.() === 0;
it.skipIf(!isRoot)(
  `the official page and nothing else gets in, and out again, by the policy${isRoot ? '' : ' (NOT RUN: needs root)'}`,
  async () => {
    const shown = new Map<string, number>();
    const count: RequestListener = ({ headers, url }, response) => {
      const address = `${headers.host}${url}`;
      shown.set(address, (shown.get(address) ?? 0) + 1);
      response.writeHead(...html).end();
    };
    const official = await serve(count);
    const elsewhere = await serve(count);
    let looks = 0;
    const frames = [`below.localhost:${official}`, `localhost:${elsewhere}`, `localhost:${official}`];
    const own = await serve(({ url }, response) => {
      if (url === '/') looks += 1;
      // Rarer than a busy machine needs for the frames: a page that goes on before them shows none.
      const body = frames.map((host) => `<iframe src="http://${host}/rate"></iframe>`).join('');
      response.writeHead(200, { ...html[1], refresh: '3' }).end(url === '/' ? body : '');
    });
    const policies = join(work, 'policies');
    mkdirSync(policies);
    // The device's own port is the package's; here it is whatever was free.
    const withPort = (text: string) => text.replaceAll('127.0.0.1:8080', `127.0.0.1:${own}`);
    writeFileSync(join(policies, 'pingjiaqi.json'), withPort(readFileSync(POLICY, 'utf8')));
    const data = join(work, 'data');
    const added = join(policies, 'pingjiaqi.page.json');
    const apply = async (page: 'own' | 'unified') => {
      provision(data, page, `http://localhost:${official}`);
      const made = join(work, 'made.json');
      const { code, out } = await runCommand(['browser-policy', '--data', data, '--to', page === 'own' ? added : made]);
      expect(code, out).toBe(0);
      if (page === 'unified') writeFileSync(added, withPort(readFileSync(made, 'utf8')));
    };
    const looked = (more: number) => {
      const from = looks;
      return expect.poll(() => looks - from).toBeGreaterThanOrEqual(more);
    };

    const flags = ['--host-resolver-rules=MAP below.localhost 127.0.0.1'];
    endings.push(openPlainBrowser(`http://127.0.0.1:${own}/`, flags, policies));
    await looked(3);
    expect([...shown.keys()]).toEqual([]);
    await apply('unified');
    await expect.poll(() => shown.get(`localhost:${official}/rate`) ?? 0).toBeGreaterThan(1);
    expect([...shown.keys()]).toEqual([`localhost:${official}/rate`]);
    await apply('own');
    // The browser follows within seconds; the poll ends with the first look at which the page was not shown again.
    const rounds: number[] = [];
    await expect
      .poll(async () => {
        await looked(2);
        rounds.push(shown.get(`localhost:${official}/rate`) ?? 0);
        return rounds.at(-1) === rounds.at(-2);
      })
      .toBe(true);
  },
);
