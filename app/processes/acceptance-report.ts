import { join } from 'node:path';
import checkWords from '../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import words from '../../assets/technician/zh-CN.json' with { type: 'json' };
import { writeDurably } from '../../device/durable-file.ts';
import type { IdentityKey } from '../../device/identity/suite/key.ts';
import { countsOf } from '../checks/finding.ts';
import { piecesOf } from '../checks/pieces.ts';
import { type WordedLine, wordsOf } from '../checks/words.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { SIGNATURE_MARK } from '../verify/device-file.ts';
import { REPORT_STYLE } from './report-style.ts';

/** 验收报告 as a file: for a window that may not print, and for the hall's records. */

type Word = keyof typeof words;
const w = (key: Word, fill: Readonly<Record<string, string | number>> = {}): string =>
  words[key].replace(/\{(\w+)\}/g, (hole, name: string) => String(fill[name] ?? hole));

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string) => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
/** A fingerprint is longer than a line: it breaks between its groups. */
const broken = (text: string) =>
  piecesOf(text)
    .map(({ groups }) => groups.map(escaped).join('<wbr>'))
    .join('');

function facts({ device, window, version, checkedAt, checks }: TechnicianStatus): string {
  const none = w('report.none');
  const fingerprint = device?.keyFingerprint ?? checks.find(({ id }) => id === 'identity')?.fill.fingerprint;
  const named: [Word, string][] = [
    ['report.hall', window?.hall ?? none],
    ['report.centre', device?.centre ?? none],
    ['report.fingerprint', String(fingerprint ?? none)],
    ['report.version', version],
    ['report.at', checkedAt.slice(0, 19).replace('T', ' ')],
  ];
  return named.map(([name, value]) => `<div><dt>${w(name)}</dt><dd>${broken(value)}</dd></div>`).join('\n');
}

/** At the head of every sheet: those of several devices lie on one pile, and are signed on the last one. */
function head({ device, window, trial }: TechnicianStatus): string {
  const place = window === null ? w('report.none') : `${window.number} ${window.name}`;
  const whose = [
    [w('report.device'), device?.deviceId ?? w('report.none')],
    [w('report.window'), place],
  ].map(([name = '', value = '']) => `<span>${name} <b>${escaped(value)}</b></span>`);
  const mark = trial ? `<span>${w('report.trial')}</span>` : '';
  return `<h1>${w('report.title')}${mark}</h1>\n<p class="report-whose">${whose.join('')}</p>`;
}

function lineRow({ name, state, cause, next }: WordedLine): string {
  const todo = next === null || next === '' ? '' : `<b>${escaped(next)}</b>`;
  const cells = `<th>${escaped(name)}</th><td>${w(`selftest.word.${state}`)}</td><td>${broken(cause)}${todo}</td>`;
  return `<tr class="report-line report-line--${state}">${cells}</tr>`;
}

/** One table around it all, since the head of a table is what browsers repeat on every sheet. */
function sheet(status: TechnicianStatus): string {
  const lines = status.checks.map((check) => wordsOf(check, checkWords));
  const counts = countsOf(lines);
  const signs = (['technician', 'hall', 'centre'] as const).map(
    (signer) => `<p><span>${w(`report.sign.${signer}`)}</span><span>${w('report.sign.date')}</span></p>`,
  );
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>${w('report.title')}</title>
<style>${REPORT_STYLE}</style>
<table class="report">
<thead><tr><td>
${head(status)}
</td></tr></thead>
<tbody><tr><td>
<dl class="report-facts">
${facts(status)}
</dl>
<p class="report-verdict">${w(counts.fail > 0 ? 'report.bad' : 'report.good', counts)}</p>
<table class="report-lines">
<thead><tr><th>${w('report.line')}</th><th>${w('report.state')}</th><th>${w('report.found')}</th></tr></thead>
<tbody>
${lines.map(lineRow).join('\n')}
</tbody>
</table>
<div class="report-signatures">
${signs.join('\n')}
</div>
</td></tr></tbody>
</table>
</html>
`;
}

/**
 * What the maintenance page says at this moment, as one HTML file that loads nothing, with the device's signature in its
 * last line: over the UTF-8 bytes of everything before that line.
 */
export function acceptanceReport(status: TechnicianStatus, { alg, publicJwk, sign }: IdentityKey): string {
  const text = sheet(status);
  const value = sign(Buffer.from(text)).toString('base64url');
  return `${text}${SIGNATURE_MARK}${JSON.stringify({ alg, publicKey: publicJwk, value })} -->\n`;
}

/** Named by device and time, so that those of a hall lie beside each other in one folder. */
function fileName({ device, checkedAt }: TechnicianStatus): string {
  const name = (device?.deviceId ?? 'bare').replace(/[^\w.-]+/g, '_').slice(0, 64);
  return `pingjiaqi-report-${name}-${checkedAt.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}.html`;
}

/**
 * A power cut leaves the whole file or none.
 * @param folder such as that of a stick
 * @returns the path written
 */
export function writeAcceptanceReport(folder: string, status: TechnicianStatus, key: IdentityKey): string {
  const path = join(folder, fileName(status));
  writeDurably(path, acceptanceReport(status, key));
  return path;
}
