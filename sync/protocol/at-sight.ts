import { z } from 'zod';
import { UUID_V7 } from '../../device/ledger/record.ts';

/** Long lists of outside input, whose members nearly all are plainly right: five hundred of them in every batch. */

/**
 * A list whose schema is only asked where a member is not plainly right, and alone refuses.
 * @param isPlain may say no to anything; what it says yes to, the schema must take and leave as it is (by test)
 * @param length of the list
 */
export function listAtSight<T>(
  member: z.ZodType<T>,
  isPlain: (value: unknown) => boolean,
  { min, max }: { min?: number; max?: number } = {},
) {
  const list = z.array(member);
  const some = bounded(z.array(z.unknown()), min, max);
  return some.transform((values, context): T[] => {
    if (values.every(isPlain)) return values as T[];
    const parsed = list.safeParse(values);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: values } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** A bound that nobody set is none: it would measure the `length` of what is no list, and tell a second fault of it. */
function bounded(list: z.ZodArray, min: number | undefined, max: number | undefined) {
  const from = min === undefined ? list : list.min(min);
  return max === undefined ? from : from.max(max);
}

const idOf = (value: object): unknown => ('id' in value ? value.id : undefined);

/** An object that names itself by a UUIDv7; not with a key `__proto__`, which JSON can have and the schema drops. */
export function hasPlainId(value: unknown): value is { id: string } {
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, '__proto__')) return false;
  const id = idOf(value);
  return typeof id === 'string' && UUID_V7.test(id);
}

const PLAIN_OUTCOMES: readonly unknown[] = ['accepted', 'duplicate'];

/** A result that says nothing but that the centre holds the record. */
export function isPlainResult(value: unknown): boolean {
  if (!hasPlainId(value) || Object.keys(value).length !== 2) return false;
  return 'outcome' in value && PLAIN_OUTCOMES.includes(value.outcome);
}
