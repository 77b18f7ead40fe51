import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hasPlainId, isPlainResult } from './at-sight.ts';
import { batchReplySchema, batchRequestSchema, namedRecordSchema, recordResultSchema } from './messages.ts';

const ID = '01931fd4-7a3b-7c42-8d7e-0123456789ab';
const TIME = '2026-11-22T10:15:30.123+08:00';

/** Members of either list, right and wrong, as they come out of JSON. */
const id = fc.oneof(fc.uuid({ version: 7 }), fc.uuid(), fc.jsonValue(), fc.constantFrom(ID.toUpperCase(), `${ID}\n`));
const outcome = fc.oneof(fc.constantFrom('accepted', 'duplicate', 'deferred', 'refused'), fc.jsonValue());
const member = fc.oneof(
  fc.record({ id, outcome }),
  fc.record(
    { id, outcome, code: fc.jsonValue(), retryAfterS: fc.jsonValue(), x: fc.jsonValue() },
    { requiredKeys: [] },
  ),
  fc.dictionary(fc.constantFrom('id', 'outcome', '__proto__', 'toString'), id),
  fc.jsonValue(),
);
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('what is plainly right', () => {
  it.each([
    ['record', hasPlainId, namedRecordSchema],
    ['result', isPlainResult, recordResultSchema],
  ] as const)('in a %s is so by its schema, which leaves it as it is', (_name, isPlain, schema) => {
    fc.assert(
      fc.property(member.map(sent), (value) => {
        if (isPlain(value)) expect(schema.parse(value)).toEqual(value);
      }),
      { numRuns: 3000 },
    );
  });

  it('is every record with an id, and every result that says no more than taken', () => {
    expect([hasPlainId({ id: ID }), hasPlainId({ id: ID, kind: 'visit' })]).toEqual([true, true]);
    expect(['accepted', 'duplicate'].map((what) => isPlainResult({ id: ID, outcome: what }))).toEqual([true, true]);
  });
});

describe('a list', () => {
  /** The lists as their schemas alone have it. */
  const request = z.strictObject({ ...batchRequestSchema.shape, records: z.array(namedRecordSchema) });
  const reply = z.object({ ...batchReplySchema.shape, results: z.array(recordResultSchema) });

  it('is taken, changed and refused as by the schema of its members alone', () => {
    fc.assert(
      fc.property(fc.oneof(fc.array(member, { maxLength: 4 }), fc.jsonValue()).map(sent), (list) => {
        const asked = { batchId: ID, sentAt: TIME, records: list };
        const said = { batchId: ID, serverTime: TIME, results: list, receipt: null };
        expect(outcomeOf(batchRequestSchema, asked)).toEqual(outcomeOf(request, asked));
        expect(outcomeOf(batchReplySchema, said)).toEqual(outcomeOf(reply, said));
      }),
      { numRuns: 1000, examples: [[{ length: '!' }], [{ length: -1 }], ['a word']] },
    );
  });
});

/** The data, or each fault with its place. */
function outcomeOf(schema: z.ZodType, value: unknown): unknown {
  const { data, error } = schema.safeParse(value);
  return error === undefined ? data : error.issues.map(({ path, message }) => ({ path, message }));
}
