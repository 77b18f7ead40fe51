import { expect, it } from 'vitest';
import en from '../../assets/technician/checks/en.json' with { type: 'json' };
import zhCN from '../../assets/technician/checks/zh-CN.json' with { type: 'json' };
import { ruinFacts, technicianSamples, wellFacts } from '../../test/support/technician-samples.ts';
import type { CentreProbe } from './centre-probe.ts';
import type { Facts } from './facts.ts';
import { countsOf, type Standing, worstFirst } from './finding.ts';
import { findingsOf } from './findings.ts';
import { type CheckWords, wordsOf } from './words.ts';

const { nowMs } = wellFacts;
const DAY_MS = 86_400_000;
const MIB = 1024 * 1024;
type Row = [string, Partial<Facts>, `${string} ${Standing} ${string}`];

const { centre, delivery, clock, canary, disk, lanCertificate, versions } = wellFacts;
const { tls: _tls, answer: _answer, signature: _signature, ...untilTcp } = centre;
const { tcp: _tcp, ...untilDns } = untilTcp;
const walked = (change: Partial<CentreProbe>): Partial<Facts> => ({ centre: { ...centre, ...change } });
const tcpFault = (fault: string): Partial<Facts> => ({ centre: { ...untilDns, tcp: { fault } } });
const tlsFault = (fault: string): Partial<Facts> => ({ centre: { ...untilTcp, tls: { fault } } });
const due = (change: Partial<Facts['delivery'] & object>): Partial<Facts> => ({
  delivery: { ...delivery, nextLegalDueAt: nowMs + DAY_MS, ...change },
});
const line = (state: NonNullable<Facts['line']>['state']): Partial<Facts> => ({
  line: { state, since: '2026-11-22T09:00:00.000+08:00', detail: null },
});
const keypad = (change: object): Partial<Facts> => ({ peripherals: [{ ...wellFacts.peripherals[0], ...change }] });
const lan = (change: object): Partial<Facts> => ({ lanCertificate: { ...lanCertificate, ...change } });
const window = (change: object): Partial<Facts> => ({
  window: { frames: 'painted', recovered: 0, last: null, ...change },
});
const screen = (change: object): Partial<Facts> => ({ screen: { ...wellFacts.screen, ...change } });
const eightInches = { widthPx: 1280, heightPx: 800 };
const broughtBack = (reason: string, agoMs: number) => window({ recovered: 3, last: { reason, at: nowMs - agoMs } });
const authority = (validUntil: number): Partial<Facts> => ({ authorities: [{ fingerprint: '11:22', validUntil }] });
const found = (code: string): Partial<Facts> => ({ manifest: { confirmedAt: nowMs, found: [code] } });

const NOVEMBER_ENDS = Date.parse('2026-12-01T00:00:00+08:00');
const next = { version: 'centre-2027', coveredYears: [2025, 2026, 2027] };

/** Every line in every state that it can have. */
const ROWS: Row[] = [
  ['a key', {}, 'identity pass file'],
  ['a key in the TPM', { identity: { ...wellFacts.identity, keptIn: 'tpm' } }, 'identity pass tpm'],
  [
    'a key in the key store of the system',
    { identity: { ...wellFacts.identity, keptIn: 'system' } },
    'identity pass system',
  ],
  [
    'a key in a file beside a TPM',
    { identity: { ...wellFacts.identity, inFile: 'no tools' } },
    'identity warn in_file',
  ],
  [
    'a key in a file, no keyring',
    { identity: { ...wellFacts.identity, lacksKeyring: true } },
    'identity pass no_keyring',
  ],
  ['no key yet', { identity: null }, 'identity warn none'],
  ['a damaged key', { identity: { code: 'c', fault: 'f', hint: 'h' } }, 'identity fail unusable'],
  ['a configuration', {}, 'configuration pass in_force'],
  ['a bare device', { configuration: null }, 'configuration warn none'],
  ['a broken configuration', { configuration: { code: 'c', fault: 'f', hint: 'h' } }, 'configuration fail unusable'],
  ['the days off of this year', {}, 'calendar pass covers'],
  ['the days off until November', { nowMs: NOVEMBER_ENDS - 1 }, 'calendar pass covers'],
  ['no days off of the next year in December', { nowMs: NOVEMBER_ENDS }, 'calendar warn ends_soon'],
  ['days off of the next year in December', { nowMs: NOVEMBER_ENDS, calendar: next }, 'calendar pass covers'],
  ['no days off of this year', { nowMs: NOVEMBER_ENDS + 31 * DAY_MS }, 'calendar warn ran_out'],
  ['a warning without a line of its own', { warnings: [{ code: 'x', text: 't' }] }, 'note:x warn said'],
  ['a line that begins', line('starting'), 'line warn starting'],
  ['a line', line('online'), 'line pass online'],
  ['a line that is down', line('offline'), 'line warn offline'],
  ['a stranger on the line', line('not_the_centre'), 'line fail not_the_centre'],
  ['a centre that disowns us', line('refused'), 'line fail refused'],
  ['no agent', { line: null }, 'line fail no_agent'],
  ['a walk under way', { centre: null }, 'centre pass under_way'],
  ['a name', {}, 'centre:dns pass name_known'],
  ['an unknown name', { centre: { ...untilDns, dns: { fault: 'ENOTFOUND' } } }, 'centre:dns fail name_unknown'],
  ['no name server', { centre: { ...untilDns, dns: { fault: 'EAI_AGAIN' } } }, 'centre:dns fail no_dns'],
  ['an open port', {}, 'centre:tcp pass open'],
  ['a closed port', tcpFault('ECONNREFUSED'), 'centre:tcp fail connection_refused'],
  ['a swallowed packet', tcpFault('ETIMEDOUT'), 'centre:tcp fail no_answer'],
  ['no route', tcpFault('EHOSTUNREACH'), 'centre:tcp fail no_way'],
  ['a fault nobody knows', tcpFault('EODD'), 'centre:tcp fail other'],
  ['a proxy', walked({ via: 'p:1', proxy: { passed: true } }), 'centre:proxy pass passed'],
  ['a proxy that asks', walked({ via: 'p:1', proxy: { signIn: true } }), 'centre:proxy fail sign_in'],
  ['a proxy that hangs up', walked({ via: 'p:1', proxy: { fault: 'ECONNRESET' } }), 'centre:proxy fail broken_off'],
  ['TLS', {}, 'centre:tls pass trusted'],
  ['loopback', walked({ tls: { protocol: null } }), 'centre:tls pass loopback'],
  ['an ended certificate', tlsFault('CERT_HAS_EXPIRED'), 'centre:tls fail certificate_time'],
  ['an unknown authority', tlsFault('SELF_SIGNED_CERT_IN_CHAIN'), 'centre:tls fail certificate_unknown'],
  ['another name', tlsFault('ERR_TLS_CERT_ALTNAME_INVALID'), 'centre:tls fail certificate_name'],
  ['no TLS there', tlsFault('ERR_SSL_WRONG_VERSION_NUMBER'), 'centre:tls fail no_tls'],
  ['the centre', {}, 'centre:answer pass centre'],
  [
    'a login page',
    walked({ answer: { isCentre: false, status: 200, type: 'text/html' } }),
    'centre:answer fail portal',
  ],
  ['a redirect', walked({ answer: { isCentre: false, status: 302, type: '' } }), 'centre:answer fail portal'],
  ['another server', walked({ answer: { isCentre: false, status: 404, type: '' } }), 'centre:answer fail stranger'],
  ['a sick centre', walked({ answer: { isCentre: false, status: 502, type: '' } }), 'centre:answer fail centre_fault'],
  ['two good signatures', {}, 'centre:signature pass good'],
  [
    'an unknown device',
    walked({ signature: { kind: 'unauthorised', code: 'unknown_device' } }),
    'centre:signature fail unknown_device',
  ],
  [
    'a revoked device',
    walked({ signature: { kind: 'unauthorised', code: 'revoked' } }),
    'centre:signature fail revoked',
  ],
  ['a foreign signature', walked({ signature: { kind: 'foreign', code: 'c' } }), 'centre:signature fail foreign'],
  ['no signed answer', walked({ signature: { kind: 'failed', detail: 'd' } }), 'centre:signature warn not_answered'],
  ['clocks that agree', walked({ offsetMs: 300_000 }), 'centre:clock pass near'],
  ['clocks apart', walked({ offsetMs: -300_001 }), 'centre:clock warn far_off'],
  ['nothing waits', {}, 'queue pass empty'],
  ['something waits', { delivery: { ...delivery, pending: 3, oldestPendingAt: nowMs } }, 'queue pass waiting'],
  ['something put off', { delivery: { ...delivery, deferred: 3, oldestPendingAt: nowMs } }, 'queue warn deferred'],
  ['no date', {}, 'deadline pass none'],
  ['dates in time', due({}), 'deadline pass fine'],
  ['dates near', due({ standing: 'at_risk', atRisk: 1 }), 'deadline warn at_risk'],
  ['dates very near', due({ standing: 'critical', critical: 1 }), 'deadline fail critical'],
  ['dates missed', due({ standing: 'missed', missed: 1 }), 'deadline fail missed'],
  ['dates unknown', due({ standing: 'at_risk', undated: 1 }), 'deadline warn undated'],
  ['nothing refused', {}, 'refused pass none'],
  ['something refused', { delivery: { ...delivery, refused: 1 } }, 'refused warn some'],
  ['a receipt', {}, 'receipt pass came'],
  ['no receipt and nothing sent', { receipts: { delivered: 0, lastAt: null } }, 'receipt pass none'],
  [
    'no receipt for what waits',
    { receipts: { delivered: 0, lastAt: null }, delivery: { ...delivery, pending: 1 } },
    'receipt warn awaited',
  ],
  ['a manifest', {}, 'manifest pass confirmed'],
  ['no manifest yet', { manifest: { confirmedAt: null, found: [] } }, 'manifest pass not_yet'],
  [
    'nothing to compare',
    { manifest: { confirmedAt: null, found: [] }, receipts: { delivered: 0, lastAt: null } },
    'manifest pass nothing',
  ],
  ['an old manifest', { manifest: { confirmedAt: nowMs - 4 * DAY_MS, found: [] } }, 'manifest warn old'],
  ['a database set back', found('ledger_behind_centre'), 'manifest fail ledger_behind_centre'],
  ['two chains', found('ledger_forked'), 'manifest fail ledger_forked'],
  ['lost records', found('records_lost'), 'manifest fail records_lost'],
  ['test records that arrived', {}, 'canary pass reached'],
  ['test records on their way', { canary: { ...canary, reached: [1], waiting: [2] } }, 'canary pass under_way'],
  [
    'all of yesterday’s still waiting',
    { canary: { ...canary, day: '2026-11-21', reached: [], waiting: [1, 2] } },
    'canary pass under_way',
  ],
  [
    'one of yesterday’s missing',
    { canary: { ...canary, day: '2026-11-21', reached: [1], waiting: [2] } },
    'canary fail partly',
  ],
  ['a refused test record', { canary: { ...canary, reached: [1], refused: [2] } }, 'canary fail partly'],
  ['no test record yet', { canary: { ...canary, day: null } }, 'canary pass not_yet'],
  ['a centre that proves nothing', { canary: { ...canary, isSupported: false } }, 'canary pass unsupported'],
  ['a database', {}, 'database pass size'],
  ['a sound ledger', {}, 'integrity pass whole'],
  ['a large ledger', { integrity: { at: null, problem: null } }, 'integrity pass due_tonight'],
  ['a damaged ledger', { integrity: { at: nowMs, problem: 'p' } }, 'integrity fail damaged'],
  [
    'a ledger without its key',
    { integrity: { at: nowMs, problem: null, checked: 'numbers' } },
    'integrity warn numbers',
  ],
  ['no ledger', { integrity: null }, 'integrity warn no_ledger'],
  ['room', {}, 'disk pass room'],
  ['little room', { disk: { ...disk, freeBytes: 499 * MIB } }, 'disk warn low'],
  ['no room', { disk: { ...disk, freeBytes: 127 * MIB } }, 'disk fail full'],
  ['a reserve', {}, 'reserve pass held'],
  ['half a reserve', { disk: { ...disk, reserve: { heldBytes: 1, wantedBytes: 2 } } }, 'reserve warn short'],
  ['a clock that the centre told', {}, 'clock pass synced'],
  ['a clock carried on', { clock: { ...clock, quality: 'holdover' } }, 'clock pass holdover'],
  ['a clock nobody told', { clock: { ...clock, quality: 'unset', offsetMs: null } }, 'clock warn unset'],
  ['a clock looked at from outside', { clock: { ...clock, quality: null, offsetMs: null } }, 'clock pass plausible'],
  ['a clock of 1970', { clock: { ...clock, wallMs: 0 } }, 'clock fail never_set'],
  ['a clock of 2190', { clock: { ...clock, wallMs: Date.UTC(2190, 0) } }, 'clock fail never_set'],
  ['a clock behind the last record', { clock: { ...clock, writtenAt: nowMs + 3_600_000 } }, 'clock fail went_back'],
  ['a clock an hour off', { clock: { ...clock, offsetMs: 3_600_000 } }, 'clock warn far_off'],
  ['a button box', {}, 'peripheral:keypad pass ready'],
  ['a reader at rest', {}, 'peripheral:idCard pass closed'],
  ['none plugged in', { peripherals: [] }, 'peripheral pass none'],
  ['a box that opens', keypad({ state: 'opening' }), 'peripheral:keypad warn opening'],
  ['a silent box', keypad({ state: 'suspect' }), 'peripheral:keypad warn suspect'],
  ['a lost box', keypad({ state: 'lost' }), 'peripheral:keypad warn lost'],
  ['a box tried again', keypad({ state: 'reopening' }), 'peripheral:keypad warn reopening'],
  ['a box with a wish', keypad({ hint: 'h' }), 'peripheral:keypad warn hint'],
  ['a wrong setting', keypad({ state: 'failed', hint: 'h' }), 'peripheral:keypad fail failed'],
  ['a picture', {}, 'window pass painted'],
  ['no page yet', window({ frames: 'unseen' }), 'window pass unseen'],
  ['a display that is off', window({ frames: 'dark' }), 'window warn dark'],
  ['a page that hangs', window({ frames: 'silent' }), 'window fail silent'],
  ['a page without frames', window({ frames: 'still' }), 'window fail still'],
  ['a white page', window({ frames: 'blank' }), 'window fail blank'],
  ['a window brought back', broughtBack('no-frames', 0), 'window warn window'],
  ['a window brought back the day before', broughtBack('no-frames', DAY_MS + 1), 'window pass painted'],
  ['graphics brought back', broughtBack('gpu-gone', 0), 'window warn graphics'],
  ['a process brought back', broughtBack('agent-ended', DAY_MS), 'window warn process'],
  ['grades of 20 mm', {}, 'screen pass measured'],
  ['a panel whose density nobody named', screen({ dpi: null }), 'screen pass assumed'],
  [
    'one for which there is no layout',
    screen({ dpi: null, viewport: { width: 1024, height: 768, ratio: 1 } }),
    'screen warn unfit',
  ],
  ['one on which no scale is whole', screen({ panel: { widthPx: 600, heightPx: 1024 } }), 'screen warn unfit'],
  ['a denser one, not yet scaled', screen({ panel: eightInches, dpi: 189 }), 'screen warn pending'],
  [
    'a denser one, scaled',
    screen({ panel: eightInches, dpi: 189, viewport: { width: 901, height: 563, ratio: 1.42 } }),
    'screen pass measured',
  ],
  [
    'one that is too small',
    screen({
      panel: { widthPx: 800, heightPx: 480 },
      dpi: 187,
      viewport: { width: 800, height: 480, ratio: 1 },
    }),
    'screen warn short',
  ],
  ['sound', {}, 'sound pass on'],
  ['a silent hour', { voice: { volumePercent: 0, packs: 1, faults: [] } }, 'sound pass silent_now'],
  ['a pack at fault', { voice: { volumePercent: 60, packs: 1, faults: ['f'] } }, 'sound warn pack_refused'],
  ['no voice', { voice: { volumePercent: 60, packs: 0, faults: [] } }, 'sound pass no_pack'],
  ['a test made', {}, 'test:touch pass passed'],
  ['a test not made', { tests: {} }, 'test:colours pass never'],
  ['a test failed', { tests: { print: { at: nowMs, passed: false } } }, 'test:print fail failed'],
  ['trial mode', { lanCertificate: null }, 'lan_certificate pass trial'],
  ['a LAN certificate', {}, 'lan_certificate pass valid'],
  ['one that ends soon', lan({ validUntil: nowMs + 29 * DAY_MS }), 'lan_certificate warn ends_soon'],
  ['one that ended', lan({ validUntil: nowMs }), 'lan_certificate fail ended'],
  ['a hall’s that cannot be used', lan({ fault: 'f' }), 'lan_certificate fail hall_unusable'],
  ['unreadable settings', { authorities: { code: 'c', fault: 'f', hint: 'h' } }, 'authority fail unreadable'],
  ['no authority', { authorities: [] }, 'authority pass none'],
  ['an authority', {}, 'authority:1 pass valid'],
  ['an authority that ends soon', authority(nowMs + DAY_MS), 'authority:1 warn ends_soon'],
  ['an authority that ended', authority(nowMs - DAY_MS), 'authority:1 fail ended'],
  ['the centre’s certificate', {}, 'centre_certificate pass valid'],
  ['the centre’s soon ends', walked({ certificateUntil: nowMs + DAY_MS }), 'centre_certificate warn ends_soon'],
  ['the centre’s ended', walked({ certificateUntil: nowMs - DAY_MS }), 'centre_certificate fail ended'],
  ['versions', {}, 'versions pass known'],
  ['another Node', { versions: { ...versions, node: 'v20.20.2' } }, 'versions fail other_node'],
  ['an old SQLite', { versions: { ...versions, sqlite: '3.51.2' } }, 'versions fail old_sqlite'],
];

const wordsIn = (words: CheckWords) =>
  Object.entries(words).flatMap(([topic, texts]) =>
    Object.entries(texts).flatMap(([code, text]) =>
      Array.isArray(text) && !code.startsWith('of:') ? [`${topic}.${code}`] : [],
    ),
  );

it.each(ROWS)('%s', (_name, change, expected) => {
  const lines = findingsOf({ ...wellFacts, ...change }).map(({ id, state, code }) => `${id} ${state} ${code}`);
  expect(lines).toContain(expected);
});

it('has words for every line, in both languages, with a next step wherever something is to be done', () => {
  const seen = new Set<string>();
  for (const [, change] of ROWS) {
    for (const finding of findingsOf({ ...wellFacts, ...change })) {
      seen.add(`${finding.id.split(':')[0]}.${finding.code}`);
      for (const words of [en, zhCN]) {
        const { name, cause, next } = wordsOf(finding, words);
        expect(`${name}${cause}${next ?? ''}`).not.toMatch(/[{}]/);
        expect(cause).not.toBe('');
        expect(next === null, `${finding.id} ${finding.code}`).toBe(finding.state === 'pass');
      }
    }
  }
  // No words that no line uses, and no state of a line that the table above leaves out.
  expect(wordsIn(en).sort()).toEqual([...seen].sort());
  expect(wordsIn(zhCN).sort()).toEqual([...seen].sort());
});

it('says nothing of the days off before the first year that it knows, where no clock was set', () => {
  expect(findingsOf({ ...wellFacts, nowMs: 0 }).filter(({ id }) => id === 'calendar')).toEqual([]);
});

/** Whoever accepts a device compares it with what the authority published; a part of it proves nothing. */
it('gives the fingerprint of an authority whole', () => {
  const { fingerprint } = wellFacts.authorities[0];
  for (const words of [en, zhCN]) {
    for (const at of [wellFacts.authorities[0].validUntil, nowMs + DAY_MS, nowMs - DAY_MS]) {
      const lines = findingsOf({ ...wellFacts, authorities: [{ fingerprint, validUntil: at }] });
      const line = lines.find(({ id }) => id === 'authority:1');
      expect(line && wordsOf(line, words).cause).toMatch(new RegExp(`(?<!:)${fingerprint}(?!:|…|⋯)`));
    }
  }
});

it('shows the worst first and the rest in the order of the walk', () => {
  const lines = findingsOf(ruinFacts);
  const sorted = worstFirst(lines);
  expect(countsOf(sorted)).toEqual(countsOf(lines));
  expect(sorted).toHaveLength(lines.length);
  const rank = { fail: 0, warn: 1, pass: 2 };
  const ranks = sorted.map(({ state }) => rank[state]);
  expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  expect(countsOf(technicianSamples.well!.checks)).toMatchObject({ warn: 0, fail: 0 });
});

it('names each line once', () => {
  const warnings = ['a', 'b', 'b'].map((code) => ({ code, text: code }));
  const ids = findingsOf({ ...ruinFacts, warnings }).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

/** A passer-by reads the page and the report over a shoulder: no list of grades stands there (design §2.6). */
it('says the same whichever grades the test records that did not arrive had', () => {
  const text = (lost: number[], reached: number[]) =>
    JSON.stringify(findingsOf({ ...wellFacts, canary: { ...canary, reached, refused: lost, waiting: [] } }));
  expect(text([1, 2], [3, 4, 5])).toBe(text([4, 5], [1, 2, 3]));
});
