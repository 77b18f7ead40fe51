import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bench, event } from '../../device/ledger/ledger-fixture.ts';
import { RECORDS, type SampleExport, sampleExport } from '../verify/sample-export.ts';
import { writeAuditExport } from './audit-export.ts';

let sample: SampleExport;
beforeAll(async () => {
  sample = await sampleExport();
});
afterAll(() => sample.remove());

it('leaves a running device as it was, in order and readable by its owner alone', async () => {
  sample.ledger.append([event()]);
  const { records, receipts } = await writeAuditExport(sample.dir, sample.path);
  expect({ records, receipts }).toEqual({ records: RECORDS + 1, receipts: 2 });
  expect(statSync(sample.path).mode & 0o777).toBe(0o600);
  expect(existsSync(`${sample.path}.new`)).toBe(false);
  const kinds = readFileSync(sample.path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Object.keys(JSON.parse(line) as object)[0]);
  const expected = ['format', ...Array<string>(RECORDS + 1).fill('record'), 'receipt', 'receipt', 'signature'];
  expect(kinds).toEqual(expected);
  sample.ledger.append([event()]);
});

it('works on a device that belongs to no centre yet', async () => {
  const bare = bench();
  const ledger = bare.open();
  ledger.append([event()]);
  await expect(writeAuditExport(bare.dir, join(bare.dir, 'a'))).rejects.toMatchObject({ code: 'no_identity' });
  bare.keys().loadOrCreate('device-ed25519');
  await writeAuditExport(bare.dir, join(bare.dir, 'a'));
  expect(JSON.parse(readFileSync(join(bare.dir, 'a'), 'utf8').split('\n')[0] ?? '')).toMatchObject({ deviceId: null });
  ledger.close();
  bare.remove();
});

it('says what is in the way and leaves the old file', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'audit-empty-'));
  await expect(writeAuditExport(empty, join(empty, 'a'))).rejects.toMatchObject({ code: 'no_identity' });
  const nowhere = join(empty, 'no', 'such', 'folder');
  await expect(writeAuditExport(sample.dir, nowhere)).rejects.toMatchObject({ code: 'target_unusable' });
  const damaged = bench();
  const ledger = damaged.open();
  ledger.append([event(), event()]);
  damaged.keys().loadOrCreate('device-ed25519');
  ledger.close();
  damaged.tamper((db) => db.exec("UPDATE record SET kind = 'rating' WHERE seq = 2"));
  const target = join(empty, 'kept');
  writeFileSync(target, 'old');
  await expect(writeAuditExport(damaged.dir, target)).rejects.toMatchObject({ code: 'record_unreadable' });
  expect(readFileSync(target, 'utf8')).toBe('old');
  expect(existsSync(`${target}.new`)).toBe(false);
  damaged.remove();
  rmSync(empty, { recursive: true });
});
