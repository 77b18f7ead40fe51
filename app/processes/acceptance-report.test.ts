import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findOrMakeIdentity } from '../../device/identity/identity-store.ts';
import { SUITES } from '../../device/identity/suite/key.ts';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { technicianWell } from '../../test/support/page-samples.ts';
import { SIGNATURE_MARK } from '../verify/device-file.ts';
import { acceptanceReport, writeAcceptanceReport } from './acceptance-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rmSync(folder, { recursive: true }));

function parts(report: string) {
  const at = report.lastIndexOf(SIGNATURE_MARK);
  const json = report.slice(at + SIGNATURE_MARK.length, report.lastIndexOf(' -->'));
  return { text: Buffer.from(report.slice(0, at)), signature: JSON.parse(json) };
}

describe.each(SUITES)('a report signed by %s', (suite) => {
  const key = findOrMakeIdentity(join(folder, suite), suite);
  const isSigned = ({ text, signature }: ReturnType<typeof parts>) =>
    verifySignature(signature.publicKey, text, Buffer.from(signature.value, 'base64url'));

  it('is by this device, and not if one byte was changed', () => {
    const made = parts(acceptanceReport(technicianWell, key));
    expect(isSigned(made)).toBe(true);
    made.text[200]! ^= 1;
    expect(isSigned(made)).toBe(false);
  });
});

describe('what it says', () => {
  const key = findOrMakeIdentity(join(folder, 'words'), 'ed25519');

  it('is every line of the self-test, the device, and places to sign; nothing in it is loaded or runs', () => {
    const report = acceptanceReport(technicianWell, key);
    const { device, window, checks } = technicianWell;
    expect(report.match(/<tr class="report-line /g)).toHaveLength(checks.length);
    expect(report.match(/（签字）/g)).toHaveLength(3);
    for (const text of [device?.deviceId, window?.name, '安装人员（签字）', '正常']) expect(report).toContain(text);
    expect(report).not.toMatch(/<script|<link|src=|href=|url\(/);
  });

  it('is text, whatever stands in a name', () => {
    const window = { hall: '<script>alert(1)</script>', number: '"7"', name: '&窗口' };
    const report = acceptanceReport({ ...technicianWell, window }, key);
    expect(report).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(report).toContain('&quot;7&quot; &amp;窗口');
    expect(report).not.toContain('<script>');
  });

  it('lies in a file named by device and time', () => {
    const path = writeAcceptanceReport(folder, technicianWell, key);
    expect(basename(path)).toMatch(/^pingjiaqi-report-[\w.-]+-\d{8}-\d{6}\.html$/);
    expect(readFileSync(path, 'utf8')).toContain('评价器验收报告');
  });
});
