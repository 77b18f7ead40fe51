import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ApplianceFixture, openTestAppliance } from '../../device/testing/appliance-fixture.ts';
import type { EnrolmentAnswer } from '../server/technician/status.ts';
import { enrolmentApi } from './enrolment-api.ts';

const ORDER = { baseUrl: 'https://centre.example', code: 'K7Q2-9F' };

let fixture: ApplianceFixture;
let roots: string;
let asked: object[];
let answers: EnrolmentAnswer[];
beforeEach(async () => {
  fixture = await openTestAppliance(null);
  roots = mkdtempSync(join(tmpdir(), 'sticks-'));
  asked = [];
  answers = [];
});
afterEach(async () => {
  await fixture.close();
  rmSync(roots, { recursive: true });
});

const api = () =>
  enrolmentApi({
    appliance: fixture.appliance,
    stickRoots: [roots],
    link: {
      enrol: async (request) => {
        asked.push(request);
        return answers.shift() ?? { outcome: 'waiting', retryAfterS: 30 };
      },
    },
  });

/** A stick with a file on it. */
function stick(path: string, content: string): string {
  const file = join(roots, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

describe('an order', () => {
  it.each([
    ['JSON', JSON.stringify(ORDER)],
    ['a link', 'pingjiaqi://enrol?u=https%3A%2F%2Fcentre.example&c=K7Q2-9F'],
    ['JSON with a line end, as scanners add one', `${JSON.stringify(ORDER)}\r\n`],
  ])('is taken as %s', async (_how, text) => {
    expect(await api().enrolText(text, 'scanned code')).toEqual({ outcome: 'waiting', retryAfterS: 30 });
    expect(asked).toEqual([ORDER]);
  });

  it.each([
    ['nothing that it knows', 'hello', 'order'],
    ['no code', '{"baseUrl":"https://centre.example"}', 'code'],
    ['plain HTTP over the network', '{"baseUrl":"http://centre.example","code":"c"}', 'baseUrl'],
    ['another member', '{"baseUrl":"https://centre.example","code":"c","kode":"d"}', 'order'],
    ['an authority that is none', '{"baseUrl":"https://centre.example","code":"c","ca":["x"]}', 'ca.0'],
    ['a link without a code', 'pingjiaqi://enrol?u=https://centre.example', 'code'],
  ])('with %s is refused with its path, and nothing is asked or kept', (_what, text, path) => {
    expect(() => api().enrolText(text, 'scanned code')).toThrow(`scanned code: ${path}`);
    expect(asked).toEqual([]);
    expect(api().pending()).toBeNull();
  });

  it('sets the way to the centre before it asks', async () => {
    const proxy = { kind: 'proxy', url: 'http://hall:secret@proxy.hall.example:3128/' } as const;
    await api().enrol({ ...ORDER, proxy });
    expect(api().network()).toEqual({
      proxy: { ...proxy, url: proxy.url.replace('secret', '***') },
      ca: [],
      nameServers: [],
    });
    const nameServers = ['10.0.0.53'];
    await api().enrol({ ...ORDER, nameServers });
    expect(api().network()).toMatchObject({ proxy: { kind: 'proxy' }, nameServers });
    expect(readFileSync(join(fixture.dataDir, 'network.json'), 'utf8')).toContain('secret');
  });
});

describe('an enrolment that waits for a person', () => {
  it('goes on after a power cut, and is forgotten when it is decided', async () => {
    await api().enrol(ORDER);
    await fixture.restart();
    expect(api().pending()).toBe(ORDER.baseUrl);
    answers.push({ outcome: 'enrolled', deviceId: 'd-1' });
    expect(await api().resume()).toEqual({ outcome: 'enrolled', deviceId: 'd-1' });
    expect(asked).toEqual([ORDER, ORDER]);
    expect([api().pending(), await api().resume()]).toEqual([null, null]);
  });

  it('outlives a network that is away, and ends with a refusal', async () => {
    answers.push({ outcome: 'unreachable', code: 'unreachable', message: '' });
    await api().enrol(ORDER);
    expect(api().pending()).toBe(ORDER.baseUrl);
    answers.push({ outcome: 'refused', code: 'code_used', message: '' });
    await api().resume();
    expect(api().pending()).toBeNull();
  });
});

describe('a stick', () => {
  it('is searched in its top folder for plain files of the name', async () => {
    const found = [stick('STICK/pingjiaqi.json', JSON.stringify(ORDER)), stick('user/STICK2/Pingjiaqi-a07.json', '{}')];
    stick('STICK/other.json', '{}');
    stick('STICK/deep/er/pingjiaqi.json', '{}');
    stick('STICK/pingjiaqi-big.json', ' '.repeat(300_000));
    symlinkSync('/etc/passwd', join(roots, 'STICK', 'pingjiaqi-link.json'));
    expect(api().sticks().sort()).toEqual(found.sort());
    expect(await api().fromStick(String(found.find((path) => path.includes('STICK/'))))).toMatchObject({
      outcome: 'waiting',
    });
    expect(asked).toEqual([ORDER]);
  });

  it('gives no file that was not listed', () => {
    expect(() => api().fromStick('/etc/passwd')).toThrow('no longer there');
    expect(() => api().fromStick(join(roots, '..', 'pingjiaqi.json'))).toThrow('no longer there');
  });
});

it('shows the key by its fingerprint, and says where it is kept', () => {
  const { fingerprint, keptIn, qrSvg } = api().identity();
  expect(fingerprint).toBe(fixture.appliance.key.fingerprint);
  expect(keptIn).toBe('file');
  expect(qrSvg).toMatch(/^<svg/);
});
