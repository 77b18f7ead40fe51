import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTime } from '../time.ts';
import { GENESIS_HASH, hashRecord } from './chain.ts';
import { isLedgerError, type LedgerCode } from './errors.ts';
import { type Bench, bench, event, rating, START_MS } from './ledger-fixture.ts';
import { UUID_V7 } from './record.ts';

let place: Bench;
beforeEach(() => {
  place = bench();
});
afterEach(() => place.remove());

function codeOf(run: () => unknown): LedgerCode | 'nothing thrown' | 'untyped' {
  try {
    run();
    return 'nothing thrown';
  } catch (error) {
    return isLedgerError(error) ? error.code : 'untyped';
  }
}

describe('append', () => {
  it('links records by seq, prev and the hash of RFC 8785 JSON', () => {
    const ledger = place.open();
    const [first, second] = ledger.append([event(), rating(1)]);
    const [third] = ledger.append([rating(2)]);
    expect([first?.seq, second?.seq, third?.seq]).toEqual([1, 2, 3]);
    expect(first?.prev).toBe(GENESIS_HASH);
    expect([second?.prev, third?.prev]).toEqual([first?.hash, second?.hash]);
    for (const record of [first!, second!, third!]) {
      expect(record.hash).toBe(hashRecord(record));
      expect(record.id).toMatch(UUID_V7);
      expect(record.recordedAt).toBe(formatTime(START_MS));
    }
    expect(ledger.head()).toEqual({ seq: 3, hash: third?.hash });
    ledger.close();
  });

  it('keeps everything across a close and across a kill', () => {
    const ledger = place.open();
    const records = ledger.append([event(), rating(4)], { state: { visit: '{"state":"thanks"}' } });
    const killed = place.copy();
    ledger.close();
    for (const after of [place, killed]) {
      const again = after.open();
      expect(again.read(1, 10)).toEqual(records);
      expect(again.get(records[1]!.id)).toEqual(records[1]);
      expect(again.state('visit')).toBe('{"state":"thanks"}');
      expect(again.report).toMatchObject({ fresh: false, cleanStop: after === place, salvage: null });
      again.close();
    }
    killed.remove();
  });

  it('tells of records once the call that made them is over, and of nothing else', async () => {
    const ledger = place.open();
    const heads: number[] = [];
    ledger.onAppend(() => heads.push(ledger.head().seq));
    ledger.append([event(), rating(1)]);
    expect(heads).toEqual([]);
    await Promise.resolve();
    expect(heads).toEqual([2]);
    ledger.append([], { state: { visit: '{}' } });
    await Promise.resolve();
    expect(heads).toEqual([2]);
    ledger.close();
  });

  it('runs in WAL with synchronous FULL', () => {
    const ledger = place.open();
    expect(ledger.durability()).toEqual({ journalMode: 'wal', synchronous: 2 });
    ledger.close();
  });

  it('refuses a fact that breaks the protocol and names the field', () => {
    const ledger = place.open();
    const wrong = rating();
    Object.assign(wrong.fact.body, { level: 6 });
    expect(codeOf(() => ledger.append([event(), wrong]))).toBe('fact_invalid');
    expect(() => ledger.append([wrong])).toThrow(/fact\.body\.level/);
    expect(codeOf(() => ledger.append([{ ...rating(), dueAt: Number.NaN }]))).toBe('fact_invalid');
    expect(ledger.head().seq).toBe(0);
    ledger.close();
  });

  it('keeps nothing of a commit that fails half-way, and goes on afterwards', () => {
    const ledger = place.open();
    ledger.append([event()]);
    const before = ledger.head();
    // The record and its outbox row are written when the second text turns out to be none.
    const state = Object.assign({ visit: 'open' }, JSON.parse('{"broken": 1}'));
    expect(codeOf(() => ledger.append([event()], { state }))).toBe('ledger_io');
    expect(ledger.head()).toEqual(before);
    expect(ledger.state('visit')).toBeNull();
    expect(ledger.append([event()])[0]?.prev).toBe(before.hash);
    ledger.close();
    expect(codeOf(() => ledger.append([event()]))).toBe('ledger_closed');
  });

  it('leaves no text of a rating readable on disk', () => {
    const ledger = place.open();
    const entry = rating(1);
    Object.assign(entry.fact.body, { comment: 'MARKER-COMMENT' });
    ledger.append([entry], {
      state: { visit: 'MARKER-STATE' },
      idempotency: { client: 'hall', key: 'MARKER-KEY', requestHash: 'h', response: 'MARKER-REPLY', at: START_MS },
    });
    for (const name of ['ledger.db', 'ledger.db-wal', 'ledger.head']) {
      expect(readFileSync(join(place.dir, name)).includes('MARKER')).toBe(false);
    }
    expect(statSync(join(place.dir, 'keys', 'ledger.key')).mode & 0o777).toBe(0o600);
    ledger.close();
  });

  it('holds for any mix of appends: gap-free, chained, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 12 }), (sizes) => {
        const own = bench();
        const ledger = own.open();
        for (const size of sizes) ledger.append(Array.from({ length: size }, () => rating(3)));
        const records = ledger.read(1, 1000);
        const total = sizes.reduce((sum, size) => sum + size, 0);
        expect(records.map((record) => record.seq)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
        records.forEach((record, index) => {
          expect(record.prev).toBe(records[index - 1]?.hash ?? GENESIS_HASH);
        });
        ledger.close();
        own.remove();
      }),
      { numRuns: 10 },
    );
  });
});

describe('device state and repeated requests', () => {
  it('puts, replaces and removes named texts, also without a record', () => {
    const ledger = place.open();
    ledger.append([], { state: { visit: 'a', other: 'b' } });
    ledger.append([], { state: { visit: 'c', other: null } });
    expect([ledger.state('visit'), ledger.state('other'), ledger.head().seq]).toEqual(['c', null, 0]);
    ledger.close();
  });

  it('finds the first answer for 24 hours, per client', () => {
    const ledger = place.open();
    const reply = { client: 'hall', key: 'k1', requestHash: 'sha', response: '{"visitId":"v"}', at: START_MS };
    ledger.append([event()], { idempotency: reply });
    expect(ledger.idempotency.find('hall', 'k1')).toEqual(reply);
    expect(ledger.idempotency.find('other', 'k1')).toBeNull();
    place.now += 86_400_000;
    expect(ledger.dailyTick().replies).toBe(0);
    place.now += 1;
    expect(ledger.dailyTick().replies).toBe(1);
    expect(ledger.idempotency.find('hall', 'k1')).toBeNull();
    ledger.close();
  });
});

describe('opening', () => {
  it('admits one owner and names it to the second', () => {
    const ledger = place.open();
    expect(codeOf(() => place.open())).toBe('ledger_in_use');
    expect(() => place.open()).toThrow(`${process.pid}`);
    ledger.close();
    place.open().close();
  });
});
