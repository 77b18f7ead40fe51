import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../device/ledger/canonical-json.ts';
import { recordSchema } from '../../device/ledger/record.ts';
import { formatTime } from '../../device/time.ts';
import { usualRecord } from './usual-record.ts';

type Json = Record<string, unknown>;

const uuid = fc.uuid({ version: 7 });
const sha256 = fc.stringMatching(/^sha256:[0-9a-f]{64}$/);
const time = fc.integer({ min: 0, max: 4e12 }).map(formatTime);
const text = (minLength: number, maxLength: number) =>
  fc.string({ unit: 'binary', minLength, maxLength }).filter(({ length }) => length <= maxLength);
const visit = {
  visitId: uuid,
  caseNo: fc.stringMatching(/^[\x21-\x7e]{1,64}$/),
  serviceNo: fc.integer({ min: 1, max: 9999 }),
};
const bodies = {
  visit: fc.record({
    ...visit,
    itemCode: text(1, 64),
    itemName: text(1, 200),
    window: text(1, 32),
    staffId: text(1, 64),
    servedAt: time,
    trigger: fc.constantFrom('business', 'staff', 'queue', 'scan', 'self'),
  }),
  rating: fc.record({
    ...visit,
    level: fc.integer({ min: 1, max: 5 }),
    channel: fc.constantFrom('touch', 'keypad', 'paper'),
    tags: fc.array(text(1, 16), { maxLength: 9 }),
    catalogueVersion: text(1, 64),
    comment: fc.option(text(0, 500)),
    ratedAt: time,
    revision: fc.integer({ min: 1 }),
    supersedes: fc.option(uuid),
    layout: text(1, 64),
    language: text(1, 35),
    policy: fc.record({ id: text(1, 64), version: text(1, 64) }),
    rater: fc.option(text(0, 50)),
  }),
  not_rated: fc.record({
    ...visit,
    reason: fc.constantFrom('declined', 'timeout', 'skipped', 'paused', 'rated_elsewhere'),
    detail: fc.option(text(0, 200)),
  }),
  event: fc.record({ type: fc.constant('pause'), detail: fc.dictionary(fc.string(), fc.string()) }),
};

function records(kinds: readonly (keyof typeof bodies)[]): fc.Arbitrary<Json> {
  const ofKind = (kind: keyof typeof bodies) =>
    fc.record({
      id: uuid,
      seq: fc.integer({ min: 1 }),
      prev: sha256,
      hash: sha256,
      recordedAt: time,
      clock: fc.record({
        quality: fc.constantFrom('synced', 'holdover', 'unset'),
        offsetMs: fc.maxSafeInteger(),
        bootId: fc.uuid({ version: [1, 4, 7] }),
        monotonicMs: fc.maxSafeNat(),
      }),
      kind: fc.constant(kind),
      body: bodies[kind] as fc.Arbitrary<object>,
    });
  return fc.oneof(...kinds.map(ofKind));
}

/** As it comes out of a body: plain, its keys as they were sent. */
const sent = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
const isWhole = (record: Json): boolean => !JSON.stringify(record).includes('\\ud');

function expectedText(record: Json): string {
  const { hash: _itself, ...rest } = record;
  return canonicalJson(rest);
}

/** Whatever passes at sight passes the schema unchanged, under the text that the general form has. */
function agrees(record: Json): void {
  const usual = usualRecord(record);
  if (usual === null) return;
  expect(recordSchema.parse(record)).toEqual(usual.record);
  expect(usual.record).toBe(record);
  expect(usual.canonical).toBe(expectedText(record));
}

/** All objects of a record, itself first. */
function objectsOf(value: unknown): Json[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(objectsOf)];
}

const oddValue = fc.oneof(
  fc.jsonValue(),
  text(0, 70),
  fc.constantFrom(0, -0, 0.5, 6, 10_000, 2 ** 53, 1e300, '', '\ud800', 'x'.repeat(501), {}, [], [''], ['x'.repeat(17)]),
  fc.constantFrom('2026-02-30T00:00:00.000+08:00', '2026-11-22T24:00:00.000Z', '2026-11-22T10:15:30.123+99:00'),
  fc.constantFrom('00000000-0000-0000-0000-000000000000', '01A21668-870B-74B8-82CE-44DA60E28F76'),
);
const oddKey = fc.constantFrom('__proto__', 'toJSON', 'constructor', '0', 'x', 'id', 'visitId', 'detail', 'rater');

/** One member of one object put, replaced or removed. */
const change = fc.record({
  where: fc.nat(),
  member: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add', 'rename'),
  key: oddKey,
  value: oddValue,
});

function changed(record: Json, { where, member, how, key, value }: Json & { where: number; member: number }): Json {
  const copy = sent(record);
  const objects = objectsOf(copy);
  const target = objects[where % objects.length]!;
  const name = Object.keys(target)[member % Math.max(1, Object.keys(target).length)] ?? 'x';
  const put = (at: string, what: unknown) =>
    Object.defineProperty(target, at, { value: what, enumerable: true, writable: true, configurable: true });
  if (how === 'rename') put(String(key), target[name]);
  if (how === 'replace') put(name, value);
  else if (how === 'add') put(String(key), value);
  else delete target[name];
  return sent(copy);
}

describe('a record told at sight', () => {
  it('is every visit, rating and not-rated that the schema takes', () => {
    fc.assert(
      fc.property(records(['visit', 'rating', 'not_rated']).map(sent), (record) => {
        fc.pre(isWhole(record));
        expect(recordSchema.parse(record)).toEqual(record);
        expect(usualRecord(record)?.canonical).toBe(expectedText(record));
      }),
      { numRuns: 500 },
    );
  });

  it('is taken by the schema too, whatever was done to it', () => {
    fc.assert(
      fc.property(records(['visit', 'rating', 'not_rated', 'event']).map(sent), change, (record, one) => {
        agrees(record);
        agrees(changed(record, one));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['a half of a surrogate pair', '\ud800'],
    ['a text that speaks of one', '\\ud800'],
  ])('is none with %s', (_name, comment) => {
    const [record] = fc.sample(records(['rating']), 1);
    (record!.body as Json).comment = comment;
    expect(usualRecord(record!)).toBeNull();
  });
});
