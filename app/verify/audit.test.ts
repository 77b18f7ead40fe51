import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashRecord } from '../../device/ledger/chain.ts';
import type { LedgerRecord } from '../../device/ledger/record.ts';
import { run } from './run.ts';
import { RECORDS, type SampleExport, sampleExport, UNDELIVERED } from './sample-export.ts';

let sample: SampleExport;
beforeAll(async () => {
  sample = await sampleExport();
});
afterAll(() => sample.remove());

async function check(text: string, ...options: string[]) {
  const path = join(sample.dir, 'tampered.ndjson');
  writeFileSync(path, text);
  const said = { out: '', err: '' };
  const code = await run([...options, path], { out: (part) => (said.out += part), err: (part) => (said.err += part) });
  rmSync(path);
  return { code, ...said };
}

async function firstFault(lines: readonly string[], ...options: string[]) {
  const { code, out, err } = await check(`${lines.join('\n')}\n`, '--json', ...options);
  if (code === 2) return { code, err };
  const { findings } = JSON.parse(out) as { findings: { kind: string; code: string; seq: number | null }[] };
  const [first] = findings;
  return { code, kind: first?.kind, fault: first?.code, seq: first?.seq ?? null };
}

const body = () => sample.lines.slice(0, -1);
/** Line 0 is the head, so record n is line n. */
const swap = (lines: string[], a: number, b: number) => lines.with(a, lines[b] ?? '').with(b, lines[a] ?? '');
const recordAt = (seq: number) => (JSON.parse(sample.lines[seq] ?? '') as { record: LedgerRecord }).record;
const withRecord = (lines: string[], seq: number, record: object) => lines.with(seq, JSON.stringify({ record }));
const edit = (seq: number) => ({ ...recordAt(seq), recordedAt: '2026-11-22T09:00:00.000+08:00' });
const rehashed = (seq: number) => ({ ...edit(seq), hash: hashRecord(edit(seq)) });
const receiptLine = RECORDS + 1;

function withReceipt(change: (receipt: { batchId: string; jws: string; leaves: string[] }) => object): string[] {
  const { receipt } = JSON.parse(sample.lines[receiptLine] ?? '') as { receipt: Parameters<typeof change>[0] };
  return body().with(receiptLine, JSON.stringify({ receipt: change(receipt) }));
}

describe('an export as the device wrote it', () => {
  it('passes, counts, and says where the key came from', async () => {
    const { code, out } = await check(`${sample.lines.join('\n')}\n`);
    expect(code).toBe(0);
    expect(out).toContain('结论：通过');
    expect(out).toContain('Result: PASSED');
    expect(out).toContain(`Receipts: 2, proving ${RECORDS - UNDELIVERED} records`);
    expect(out).toContain(`Records without a receipt yet: ${UNDELIVERED} (numbers 10–12)`);
    expect(out).toContain('NOTE: the key of the centre came from this export itself');
    expect(out).toContain(sample.device.fingerprint);
  });

  it('passes under the centre key given by hand, as a set or alone, and then says so', async () => {
    const file = join(sample.dir, 'centre.json');
    for (const keys of [sample.centreKeys, sample.centreKeys.keys[0]]) {
      writeFileSync(file, JSON.stringify(keys));
      const { code, out } = await check(`${sample.lines.join('\n')}\n`, '--centre-key', file);
      expect(code).toBe(0);
      expect(out).toContain('given by the auditor');
      expect(out).not.toContain('NOTE');
    }
  });

  it('passes with the right fingerprint only', async () => {
    const text = `${sample.lines.join('\n')}\n`;
    // One in 64 begins with a dash, which apart from its option would be one itself.
    expect((await check(text, `--fingerprint=${sample.device.fingerprint}`)).code).toBe(0);
    const other = await check(text, '--fingerprint', 'somebody-else');
    expect(other.code).toBe(1);
    expect(other.out).toContain('another fingerprint');
  });
});

describe('a changed export names the first bad record', () => {
  const table: [string, { kind: string; fault: string; seq: number | null }, () => string[]][] = [
    ['content edited', { kind: 'edited', fault: 'content', seq: 5 }, () => withRecord(body(), 5, edit(5))],
    ['edited with a new hash', { kind: 'edited', fault: 'link', seq: 5 }, () => withRecord(body(), 5, rehashed(5))],
    [
      'first edited with a new hash',
      { kind: 'edited', fault: 'link', seq: 1 },
      () => withRecord(body(), 1, rehashed(1)),
    ],
    [
      'last edited with a new hash',
      { kind: 'edited', fault: 'head', seq: 12 },
      () => withRecord(body(), 12, rehashed(12)),
    ],
    ['one removed', { kind: 'removed', fault: 'missing', seq: 6 }, () => body().toSpliced(6, 1)],
    ['the first removed', { kind: 'removed', fault: 'missing', seq: 1 }, () => body().toSpliced(1, 1)],
    ['three removed', { kind: 'removed', fault: 'missing', seq: 4 }, () => body().toSpliced(4, 3)],
    ['two swapped', { kind: 'reordered', fault: 'ahead', seq: 5 }, () => swap(body(), 4, 5)],
    ['the first two swapped', { kind: 'reordered', fault: 'ahead', seq: 2 }, () => swap(body(), 1, 2)],
    ['one doubled', { kind: 'reordered', fault: 'behind', seq: 3 }, () => body().toSpliced(4, 0, body()[3] ?? '')],
    ['the last ones cut off', { kind: 'truncated', fault: 'cut', seq: 11 }, () => body().toSpliced(11, 2)],
    ['all of them cut off', { kind: 'truncated', fault: 'cut', seq: 1 }, () => body().toSpliced(1, RECORDS)],
  ];

  it.each(table)('%s', async (_name, expected, change) => {
    expect(await firstFault([...change(), sample.lines.at(-1) ?? ''])).toEqual({ code: 1, ...expected });
  });

  it.each(table)('%s, and signed again by the device itself', async (_name, expected, change) => {
    expect(await firstFault(sample.signAgain(change()))).toEqual({ code: 1, ...expected });
  });

  it('one whose whole rest was rewritten and signed again contradicts its receipts', async () => {
    const lines = body();
    let prev = recordAt(4).hash;
    for (let seq = 5; seq <= RECORDS; seq += 1) {
      const record = { ...edit(seq), prev };
      prev = hashRecord(record);
      lines[seq] = JSON.stringify({ record: { ...record, hash: prev } });
    }
    const head = { ...(JSON.parse(lines[0] ?? '') as object), head: { seq: RECORDS, hash: prev } };
    const { code, out } = await check(
      `${sample.signAgain(lines.with(0, JSON.stringify(head))).join('\n')}\n`,
      '--json',
    );
    expect(code).toBe(1);
    const findings = [expect.objectContaining({ kind: 'receipt', code: 'receipt_foreign' })];
    expect(JSON.parse(out)).toMatchObject({ findings, proved: 4, foreignLeaves: 5 });
  });
});

describe('a receipt proves nothing', () => {
  const other = `sha256:${'ab'.repeat(32)}`;
  const table: [string, string, () => string[]][] = [
    ['for other records', 'receipt_root', () => withReceipt((it) => ({ ...it, leaves: it.leaves.with(1, other) }))],
    [
      'for records in another order',
      'receipt_root',
      () => withReceipt((it) => ({ ...it, leaves: it.leaves.toReversed() })),
    ],
    ['for more records', 'receipt_count', () => withReceipt((it) => ({ ...it, leaves: [...it.leaves, other] }))],
    ['for another batch', 'receipt_batch', () => withReceipt((it) => ({ ...it, batchId: 'another' }))],
    ['with a signature cut', 'receipt_signature', () => withReceipt((it) => ({ ...it, jws: it.jws.slice(0, -6) }))],
    ['that is no receipt', 'receipt_malformed', () => withReceipt((it) => ({ ...it, jws: 'a.b.c' }))],
  ];

  it.each(table)('%s', async (_name, code, change) => {
    expect(await firstFault(sample.signAgain(change()))).toEqual({ code: 1, kind: 'receipt', fault: code, seq: null });
  });

  it('under another centre key', async () => {
    const other = await sampleExport();
    const file = join(sample.dir, 'other.json');
    writeFileSync(file, JSON.stringify(other.centreKeys));
    other.remove();
    expect(await firstFault(sample.lines, '--centre-key', file)).toMatchObject({ code: 1, fault: 'receipt_signature' });
  });
});

describe('the signature of the device', () => {
  const head = () => JSON.parse(sample.lines[0] ?? '') as Record<string, unknown>;

  it('misses what was changed outside of the records', async () => {
    const lines = sample.lines.with(0, JSON.stringify({ ...head(), deviceId: 'another' }));
    expect(await firstFault(lines)).toMatchObject({ code: 1, kind: 'signature', fault: 'signature_bytes' });
  });

  it('is refused under another key', async () => {
    const lines = body().with(0, JSON.stringify({ ...head(), devicePublicKey: sample.centreKeys.keys[0] }));
    expect(await firstFault(sample.signAgain(lines))).toMatchObject({ code: 1, fault: 'signature_wrong' });
  });

  it('must be there, and nothing behind it', async () => {
    expect(await firstFault(body())).toMatchObject({ code: 1, kind: 'truncated', fault: 'signature_missing' });
    expect(await firstFault([...sample.lines, '{}'])).toMatchObject({ code: 1, kind: 'unreadable' });
    const torn = await check(sample.lines.join('\n').slice(0, -20), '--json');
    expect(torn.code).toBe(1);
  });
});

describe('what cannot be checked', () => {
  it.each([
    ['an empty file', ''],
    ['another file', 'hello\n'],
    ['an export without its first line', () => `${sample.lines.slice(1).join('\n')}\n`],
    ['an export of another format', () => `${sample.lines.join('\n').replace('audit/1', 'audit/9')}\n`],
  ])('%s', async (_name, text) => {
    const { code, err } = await check(typeof text === 'string' ? text : text());
    expect(code).toBe(2);
    expect(err).toContain('no audit export');
  });

  it('wrong use', async () => {
    expect((await check('', '--lang', 'fr')).code).toBe(2);
    expect((await check('', '--no-such')).code).toBe(2);
    expect((await check('', '--centre-key', '/nowhere')).code).toBe(2);
    expect(await run([], { out: () => undefined, err: () => undefined })).toBe(2);
  });
});

it('an export by an SM2 device passes, and fails when it is changed', async () => {
  const sm2 = await sampleExport('sm2-sm3');
  try {
    expect((await check(`${sm2.lines.join('\n')}\n`)).code).toBe(0);
    const head = JSON.stringify({ ...(JSON.parse(sm2.lines[0] ?? '') as object), deviceId: 'another' });
    const forged = sm2.lines.with(0, head);
    expect(await firstFault(forged)).toMatchObject({ code: 1, fault: 'signature_bytes' });
  } finally {
    sm2.remove();
  }
});
