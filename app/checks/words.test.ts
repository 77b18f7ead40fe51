import { describe, expect, it } from 'vitest';
import en from '../../assets/technician/checks/en.json' with { type: 'json' };
import zhCN from '../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import type { IdCardCounters } from '../../device/peripherals/id-card/id-card.ts';
import { STATUS_WORDS } from '../../device/peripherals/id-card/sdt-status.ts';
import { noProfileHint } from '../../device/peripherals/keypad/keypad-family.ts';
import type { KeyCounters } from '../../device/peripherals/keypad/keypad-model.ts';
import type { PortCounters } from '../../device/peripherals/port/port.ts';
import { PORT_HINTS } from '../../device/peripherals/port/port-error.ts';
import { PRINTER_HINTS } from '../../device/peripherals/printer/printer.ts';
import type { PrinterCounters } from '../../device/peripherals/printer/printer-family.ts';
import type { ScanCounters } from '../../device/peripherals/scanner/scanner.ts';
import type { Facts } from './facts.ts';
import { integrityRule } from './rules/machine.ts';
import { refusedRule } from './rules/queue.ts';
import type { CheckWords } from './words.ts';
import { wordsOf } from './words.ts';

type Counter =
  | keyof PortCounters
  | keyof KeyCounters
  | keyof PrinterCounters
  | keyof IdCardCounters
  | keyof ScanCounters;

/** The compiler asks for every counter that a driver has. */
const COUNTERS: Readonly<Record<Counter, true>> = {
  badFrames: true,
  bounces: true,
  boxKeys: true,
  bytesIn: true,
  bytesOut: true,
  cardsRead: true,
  discardedBytes: true,
  ignored: true,
  losses: true,
  notPrinted: true,
  openFailures: true,
  opens: true,
  outsideInvitation: true,
  presses: true,
  printed: true,
  repeats: true,
  replacedCharacters: true,
  scans: true,
  silences: true,
  tooLong: true,
  unknown: true,
  withoutGrade: true,
  writeFailures: true,
  writeTimeouts: true,
};
const HINTS = [
  noProfileHint('{0}'),
  ...Object.values(PORT_HINTS),
  ...Object.values(PRINTER_HINTS),
  ...Object.values(STATUS_WORDS).map(([, hint]) => hint),
];
const printer = (fill: Record<string, string | number>, words: CheckWords) =>
  wordsOf({ id: 'peripheral:printer', state: 'warn', code: 'hint', fill: { path: '/dev/lp0', ...fill } }, words);

describe('what a driver says', () => {
  it.each(Object.keys(COUNTERS))('has a Chinese name for the counter %s', (name) => {
    const { cause } = printer({ [`count:${name}`]: 41 }, zhCN);
    expect(cause.replace('/dev/lp0', '')).toMatch(/^[^a-z]+ 41$/i);
  });

  it.each([...new Set(HINTS)])('has Chinese words for: %s', (hint) => {
    const { next } = printer({ hint }, zhCN);
    expect(next).toMatch(/\p{Script=Han}/u);
  });

  it('says a name of this device inside the Chinese sentence', () => {
    const { next } = printer({ hint: noProfileHint('sundyn-$&') }, zhCN);
    expect(next).toContain('「sundyn-$&」');
    expect(next).not.toMatch(/there is/i);
  });

  it('stays English at a terminal, and its own where nobody gave it words', () => {
    const fill = { 'count:printed': 41, 'count:jams': 1, hint: 'Shake it.' };
    expect(printer(fill, en)).toMatchObject({ cause: expect.stringMatching(/printed 41, jams 1$/), next: 'Shake it.' });
    expect(printer(fill, zhCN)).toMatchObject({
      cause: expect.stringMatching(/已打印 41，jams 1$/),
      next: 'Shake it.',
    });
  });
});

/** Each error and warning that can stand in such a line. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  identity: ['key_damaged', 'key_unreadable', 'key_locked', 'key_foreign', 'key_differs'],
  configuration: [
    'configuration_signature',
    'configuration_version',
    'configuration_schema',
    'configuration_early',
    'policy_unusable',
    'provisioning_unreadable',
    'provisioning_missing',
  ],
  note: [
    'policy_version_differs',
    'catalogue_version_differs',
    'content_picture',
    'configuration_refused',
    'configuration_restored',
    'configuration_rolled_back',
  ],
  authority: ['network_unreadable'],
};
const LINE: Readonly<Record<string, string>> = { note: 'said', authority: 'unreadable' };
const ROWS = Object.entries(SAID).flatMap(([topic, codes]) => codes.map((code) => [topic, code] as const));

describe('what the device says of itself', () => {
  it.each(ROWS)('has Chinese words in the line %s for %s, and its own beside them', (topic, code) => {
    const fill = { code, fault: 'In English.', text: 'In English.', hint: 'Do this.' };
    const { cause, next } = wordsOf({ id: topic, state: 'fail', code: LINE[topic] ?? 'unusable', fill }, zhCN);
    expect(cause).toMatch(/^\p{Script=Han}.*（原文：In English\.）。$/u);
    expect(next).toMatch(/\p{Script=Han}/u);
    expect(next).not.toContain('Do this.');
  });

  it.each(['edited', 'removed', 'reordered', 'truncated', 'unreadable', 'forgotten'] as const)(
    'names the record of a damaged ledger in Chinese, and the code %s for whoever is called',
    (kind) => {
      const integrity = { at: 0, problem: `record 812 is ${kind}: in English`, fault: { seq: 812, kind } };
      const [finding] = integrityRule({ integrity } as Facts);
      const { cause, next } = wordsOf(finding!, zhCN);
      expect(cause).toMatch(/第 812 号(?=[^a-z]*（代码)/);
      expect(cause).toContain(`（代码 ${kind}）`);
      expect(cause).not.toContain('in English');
      expect(next).toMatch(/\p{Script=Han}/u);
    },
  );

  it('calls a file without a readable record damaged in Chinese, and keeps what the database said', () => {
    const [finding] = integrityRule({ integrity: { at: 0, problem: 'malformed', fault: null } } as Facts);
    expect(wordsOf(finding!, zhCN).cause).toBe('数据库文件损坏（原文：malformed）。');
  });

  it.each([
    'content_mismatch',
    'hash_mismatch',
    'malformed_record',
    'malformed',
    'too_large',
    'unreadable',
    'own_reason',
  ])('says in Chinese why a centre does not take a record, and the code %s behind it', (code) => {
    const delivery = { refused: 2 } as Facts['delivery'];
    const [finding] = refusedRule({ delivery, refusals: { [code]: 2 } } as unknown as Facts);
    const { cause } = wordsOf(finding!, zhCN);
    expect(cause).toMatch(new RegExp(`^中心不收 2 条，原样保存。\\p{Script=Han}+.*（${code}） 2$`, 'u'));
    expect(wordsOf(finding!, en).cause).toMatch(new RegExp(`are kept\\. ${code} 2$`));
  });

  it('goes as it is where the code is a new one', () => {
    const fill = { code: 'new', fault: 'In English.', hint: 'Do this.' };
    expect(wordsOf({ id: 'identity', state: 'fail', code: 'unusable', fill }, zhCN)).toMatchObject({
      cause: expect.stringContaining('In English.'),
      next: expect.stringContaining('Do this.'),
    });
  });
});
