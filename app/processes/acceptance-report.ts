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

/** A sheet of A4, in black on white; nothing is loaded, nothing runs. */
const STYLE = `@page{size:A4;margin:15mm;@bottom-right{content:counter(page) " / " counter(pages);font-size:9pt}}body{font:10.5pt/1.5 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;max-width:180mm;margin:0 auto}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:1mm 2mm;text-align:start;vertical-align:top}
h1{margin:0 0 5mm;text-align:center;font-size:18pt}th{white-space:nowrap}td{overflow-wrap:anywhere}
td:first-child{width:9em;overflow-wrap:normal}td:nth-child(2):not(:last-child){width:3em;white-space:nowrap}td b{display:block}tr{break-inside:avoid}.sign{display:flex;justify-content:space-between;margin-block:8mm}`;

const row = (cells: readonly string[]) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;

function factRows({ device, window, version, checkedAt, checks }: TechnicianStatus): string {
  const none = w('report.none');
  const fingerprint = device?.keyFingerprint ?? checks.find(({ id }) => id === 'identity')?.fill.fingerprint;
  const facts: [Word, string][] = [
    ['report.window', window === null ? none : `${window.number} ${window.name}`],
    ['report.hall', window?.hall ?? none],
    ['report.device', device?.deviceId ?? none],
    ['report.fingerprint', String(fingerprint ?? none)],
    ['report.centre', device?.centre ?? none],
    ['report.version', version],
    ['report.at', checkedAt.slice(0, 19).replace('T', ' ')],
  ];
  return facts.map(([name, value]) => row([w(name), broken(value)])).join('\n');
}

function lineRow({ name, state, cause, next }: WordedLine): string {
  const todo = next === null || next === '' ? '' : `<b>${escaped(next)}</b>`;
  return row([escaped(name), w(`selftest.word.${state}`), `${broken(cause)}${todo}`]);
}

function sheet(status: TechnicianStatus): string {
  const lines = status.checks.map((check) => wordsOf(check, checkWords));
  const counts = countsOf(lines);
  const title = `${w('report.title')}${status.trial ? ` ${w('report.trial')}` : ''}`;
  const signs = (['technician', 'hall', 'centre'] as const).map(
    (signer) => `<p class="sign"><span>${w(`report.sign.${signer}`)}</span><span>${w('report.sign.date')}</span></p>`,
  );
  return `<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
<table>
${factRows(status)}
</table>
<p>${w(counts.fail > 0 ? 'report.bad' : 'report.good', counts)}</p>
<table>
<tr><th>${w('report.line')}</th><th>${w('report.state')}</th><th>${w('report.found')}</th></tr>
${lines.map(lineRow).join('\n')}
</table>
${signs.join('\n')}
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
