import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SUITES } from '../../device/identity/suite/key.ts';
import { identityKey } from '../../device/identity/suite/suite.ts';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { technicianWell } from '../../test/support/page-samples.ts';
import { acceptanceReport } from '../processes/acceptance-report.ts';
import { SIGNATURE_MARK } from './device-file.ts';
import { run } from './run.ts';

/** The acceptance report and the support bundle as a device writes them, and what somebody may do to them. */

const dir = mkdtempSync(join(tmpdir(), 'signed-'));
afterAll(() => rmSync(dir, { recursive: true }));

const keys = Object.fromEntries(SUITES.map((suite, n) => [suite, identityKey(suite, Buffer.alloc(32, n + 1))]));
const device = identityKey('ed25519', Buffer.alloc(32, 5));
const stranger = identityKey('ed25519', Buffer.alloc(32, 9));

async function check(text: string | Buffer, ...options: string[]) {
  const path = join(dir, 'file');
  writeFileSync(path, text);
  const said = { out: '', err: '' };
  const code = await run([...options, path], { out: (part) => (said.out += part), err: (part) => (said.err += part) });
  return { code, ...said };
}

async function faults(text: string | Buffer, ...options: string[]) {
  const { code, out } = await check(text, '--json', ...options);
  return { code, faults: (JSON.parse(out) as { faults: string[] }).faults };
}

/** The page names the device's key, as it does where it was made. */
const status = (fingerprint: string): typeof technicianWell => ({
  ...technicianWell,
  device: { deviceId: 'dev-1', centre: 'https://centre.example', keyFingerprint: fingerprint },
});
const report = (key = device) => acceptanceReport(status(key.fingerprint), key);

const content = { madeAt: '2026-11-26T10:15:00.000+08:00', deviceId: 'dev-1', events: [{ seq: 1, type: 'note' }] };
function bundle(of: object = content, key = device, signed: object = of) {
  const value = key.sign(Buffer.from(canonicalJson(signed))).toString('base64url');
  return { bundle: of, signature: { alg: key.alg as string, publicKey: key.publicJwk as object, value } };
}
const written = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

describe.each(SUITES)('signed by %s', (suite) => {
  const key = keys[suite] ?? device;
  it.each([
    [
      'an acceptance report',
      report(key),
      '验收报告自设备签名后未被改动',
      'The acceptance report is as the device signed it',
    ],
    ['a support bundle', written(bundle(content, key)), '支持信息包自设备签名后未被改动', 'The support bundle is as'],
    ['a support bundle in one line', JSON.stringify(bundle(content, key)), '结论：通过', 'Result: PASSED'],
  ])('%s passes and names the key', async (_what, text, zh, en) => {
    const { code, out } = await check(text);
    expect([code, out.includes(zh), out.includes(en), out.includes(key.fingerprint)]).toEqual([0, true, true, true]);
    expect((await check(text, '--fingerprint', key.fingerprint)).code).toBe(0);
    expect(await faults(text, '--fingerprint', stranger.fingerprint)).toEqual({ code: 1, faults: ['device_other'] });
  });

  it('every byte of a report counts', async () => {
    const good = Buffer.from(report(key));
    const signed = good.lastIndexOf(SIGNATURE_MARK);
    for (let at = 20; at < signed; at += 997) {
      const bent = Buffer.from(good);
      bent[at] = (bent[at] ?? 0) ^ 1;
      expect((await faults(bent)).faults).toContain('signed_otherwise');
    }
  });
});

describe('an acceptance report that somebody touched', () => {
  const good = report();
  it.each<[string, string, string[]]>([
    ['a fault called well', good.replace('正常', '异常'), ['signed_otherwise']],
    ['the last line gone', good.slice(0, good.lastIndexOf(SIGNATURE_MARK)), ['unsigned']],
    ['the last line cut', good.slice(0, -20), ['unsigned']],
    ['a line put behind', `${good}<p>更多</p>\n`, ['after_signed']],
    ['a space put behind', `${good} `, ['after_signed']],
    ['signed anew by a stranger', acceptanceReport(status(device.fingerprint), stranger), ['names_another']],
    ['another suite claimed', good.replace('"alg":"ed25519"', '"alg":"sm2-sm3"'), ['signed_otherwise']],
  ])('%s does not pass', async (_what, text, expected) => {
    expect(text).not.toBe(good);
    // The name of the key is in no report whose key is not on the page.
    const found = await faults(text);
    expect(found.code).toBe(1);
    expect(found.faults).toEqual(expected);
  });
});

describe('a support bundle that somebody touched', () => {
  const good = bundle();
  it.each<[string, string, string[]]>([
    ['another device', written({ ...good, bundle: { ...content, deviceId: 'dev-2' } }), ['signed_otherwise']],
    ['an event gone', written({ ...good, bundle: { ...content, events: [] } }), ['signed_otherwise']],
    [
      'a key of a stranger put in',
      written({ ...good, signature: { ...good.signature, publicKey: stranger.publicJwk } }),
      ['signed_otherwise'],
    ],
    ['no signature, as of a key that does not open', written({ ...good, signature: null }), ['unsigned']],
    ['a member more', written({ ...good, note: 'x' }), ['not_as_written']],
    [
      'a member twice',
      written(good).replace('"deviceId": "dev-1"', '"deviceId": "dev-2",\n    "deviceId": "dev-1"'),
      ['not_as_written'],
    ],
    ['cut', written(good).slice(0, 60), ['not_as_written']],
  ])('%s does not pass', async (_what, text, expected) => {
    expect(await faults(text)).toEqual({ code: 1, faults: expected });
  });
});

it('what is none of the files is told with exit code 2', async () => {
  for (const text of ['', 'x', '{}', '[1]']) {
    const { code, err } = await check(text);
    expect([code, err.includes('no audit export, acceptance report or support bundle')]).toEqual([2, true]);
  }
  expect(await run([join(dir, 'nowhere')], { out: () => undefined, err: () => undefined })).toBe(2);
});
