import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { uuidSchema } from '../../device/ledger/record.ts';
import { isPlainId, isPlainOutboxRecord, outboxRecordSchema, toAppliance } from './contract.ts';

/** What is told at sight in a batch's two messages, held against the schemas of its members alone. */

const ID = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
const RECORD = { id: ID, seq: 1, hash: `sha256:${'0'.repeat(64)}`, dueAt: 0, attempts: 0, json: '{}' };

const ODD = [
  NaN,
  Infinity,
  -1,
  0,
  0.5,
  2 ** 53,
  undefined,
  null,
  '',
  ' ',
  `${ID}\n`,
  `${RECORD.hash}\n`,
  RECORD.hash.toUpperCase(),
];
const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(...ODD));
/** A right record with some members changed, left out or added. */
const record = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...Object.keys(RECORD), 'x', 'toString'), odd, { maxKeys: 2 }),
    fc.constantFrom('', ...Object.keys(RECORD)),
  )
  .map(([changed, missing]) => {
    const all = { ...RECORD, ...changed };
    return Object.fromEntries(Object.entries(all).filter(([key]) => key !== missing));
  });
const id = fc.oneof(fc.uuid({ version: 7 }), fc.uuid(), odd);

it.each([
  ['record', fc.oneof(record, odd), isPlainOutboxRecord, outboxRecordSchema],
  ['id', id, isPlainId, uuidSchema],
] as const)(
  'a %s that is plainly right is so by its schema, which leaves it as it is',
  (_name, any, isPlain, schema) => {
    fc.assert(
      fc.property(any as fc.Arbitrary<unknown>, (value) => {
        if (isPlain(value)) expect(schema.parse(value)).toEqual(value);
      }),
      { numRuns: 3000 },
    );
  },
);

it.each(Object.keys(RECORD))('no odd %s is plainly right that the schema refuses', (key) => {
  const records = ODD.map((value) => ({ ...RECORD, [key]: value }));
  const taken = (value: unknown) => outboxRecordSchema.safeParse(value).success;
  expect(records.filter((one) => isPlainOutboxRecord(one) && !taken(one))).toEqual([]);
});

it('every record as the outbox gives it is plainly right', () => {
  expect([isPlainOutboxRecord(RECORD), isPlainId(ID)]).toEqual([true, true]);
});

it('the lists of a claim and a settlement are taken and refused as by the schemas of their members alone', () => {
  const claimed = z.array(outboxRecordSchema).min(1).max(500);
  const delivered = z.array(uuidSchema).max(500);
  fc.assert(
    fc.property(fc.array(fc.oneof(record, odd), { maxLength: 3 }), fc.array(id, { maxLength: 3 }), (records, ids) => {
      const batch = { leaseId: 'l', isLast: true, records };
      expect(faultsOf(toAppliance.calls.claim.reply, batch)).toEqual(faultsOf(z.object({ records: claimed }), batch));
      const settled = { leaseId: 'l', receipt: null, delivered: ids, deferred: [], refused: [] };
      expect(faultsOf(toAppliance.calls.settle.request, settled)).toEqual(faultsOf(z.object({ delivered }), settled));
    }),
    { numRuns: 1000 },
  );
});

it('no list is longer than a batch, and a claim is not empty', () => {
  const batch = (records: unknown[]) =>
    faultsOf(toAppliance.calls.claim.reply, { leaseId: 'l', isLast: true, records });
  expect(
    [batch([]), batch(Array(500).fill(RECORD)), batch(Array(501).fill(RECORD))].map(({ length }) => length),
  ).toEqual([1, 0, 1]);
  const settled = { leaseId: 'l', receipt: null, delivered: Array(501).fill(ID), deferred: [], refused: [] };
  expect(faultsOf(toAppliance.calls.settle.request, settled)).toHaveLength(1);
});

/** Each fault with its place. */
function faultsOf(schema: z.ZodType, value: unknown): unknown[] {
  const { error } = schema.safeParse(value);
  return (error?.issues ?? []).map(({ path, message }) => ({ path, message }));
}
