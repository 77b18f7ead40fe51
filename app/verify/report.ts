import type { AuditReport } from './audit.ts';
import type { DeviceFileReport } from './device-file.ts';
import { type Finding, MAX_FINDINGS } from './finding.ts';
import texts from './texts.json' with { type: 'json' };

export type Language = keyof typeof texts;
export type TextKey = keyof (typeof texts)['en'];
type Values = Record<string, string | number>;

/** The words for a key; a key that the table lacks stands for itself, so that a fault is never hidden. */
export function say(language: Language, key: TextKey, values: Values = {}): string {
  const table: Record<string, string> = texts[language];
  return (table[key] ?? key).replaceAll(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ''));
}

/** Ascending numbers as runs, like `3, 7–12`. Pure. */
export function runs(numbers: readonly number[]): string {
  const found: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last?.to === number - 1) last.to = number;
    else found.push({ from: number, to: number });
  }
  return found.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
}

function faultText(language: Language, { code, values, line }: Finding): string {
  const place = line === null ? '' : say(language, 'line', { line });
  return say(language, `fault.${code}` as TextKey, values) + place;
}

function faultLines(language: Language, findings: readonly Finding[]): string[] {
  const lines = findings.map((finding, index) =>
    say(language, index === 0 ? 'first' : 'further', { text: faultText(language, finding) }),
  );
  return findings.length < MAX_FINDINGS ? lines : [...lines, say(language, 'more', { max: MAX_FINDINGS })];
}

function kindsText(language: Language, kinds: AuditReport['kinds']): string {
  return Object.entries(kinds)
    .map(([kind, count]) => `${say(language, `kind.${kind}` as TextKey)} ${count}`)
    .join(', ');
}

function countLines(language: Language, report: AuditReport): string[] {
  const { records, receipts, proved, unproved, withoutLeaves, foreignLeaves } = report;
  const { purged } = report.head;
  return [
    say(language, 'records', { records, kinds: kindsText(language, report.kinds) }),
    say(language, 'receipts', { receipts, proved }),
    unproved.length === 0
      ? say(language, 'allProved')
      : say(language, 'unproved', { count: unproved.length, numbers: runs(unproved.toSorted((a, b) => a - b)) }),
    ...(purged.length === 0
      ? []
      : [say(language, 'purged', { runs: purged.map(({ fromSeq, toSeq }) => `${fromSeq}–${toSeq}`).join(', ') })]),
    ...(withoutLeaves === 0 ? [] : [say(language, 'withoutLeaves', { count: withoutLeaves })]),
    ...(foreignLeaves === 0 ? [] : [say(language, 'foreignLeaves', { count: foreignLeaves })]),
  ];
}

/** The report in the words of one language, for a person and for a file of the audit. */
export function describeReport(language: Language, report: AuditReport, fingerprint: string): string {
  const { deviceId, head } = report.head;
  return [
    say(language, report.ok ? 'ok' : 'notOk'),
    ...faultLines(language, report.findings),
    deviceId === null ? say(language, 'bare') : say(language, 'device', { deviceId }),
    say(language, 'fingerprint', { fingerprint }),
    say(language, 'head', head),
    ...countLines(language, report),
    say(language, report.keySource === 'file' ? 'keyFile' : 'keyExport'),
    '',
  ].join('\n');
}

/** What is to be said of an acceptance report or a support bundle. */
export function describeDeviceFile(language: Language, report: DeviceFileReport): string {
  const { kind, ok, fingerprint, deviceId, faults } = report;
  const texts = faults.map((code) => say(language, `fault.${code}` as TextKey));
  return [
    say(language, ok ? `${kind}.ok` : `${kind}.notOk`),
    ...texts.map((text, index) => say(language, index === 0 ? 'first' : 'further', { text })),
    ...(deviceId === null ? [] : [say(language, 'device', { deviceId })]),
    ...(fingerprint === null ? [] : [say(language, 'fingerprint', { fingerprint })]),
    '',
  ].join('\n');
}
