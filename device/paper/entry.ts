import { z } from 'zod';
import { caseNoSchema, levelSchema, serviceNoSchema } from '../ledger/record.ts';

/** What a person reads off a paper form and types. It has no reason tags: the form has none. */
export const paperEntrySchema = z.strictObject({
  /** As printed on the form, or scanned off its code. */
  form: z.string().trim().min(1).max(64),
  /** The day that the citizen wrote on it, in Asia/Shanghai. */
  paperDate: z.iso.date('a day that exists, like 2026-11-22'),
  level: levelSchema,
  comment: z.string().trim().max(500).default(''),
  /** Where the citizen named the case: its rating goes to that visit. */
  caseNo: caseNoSchema.nullable().default(null),
  serviceNo: serviceNoSchema.default(1),
});
export type PaperEntry = z.infer<typeof paperEntrySchema>;

/** Handwriting is copied by two people: letters and digits count, spaces and punctuation do not. */
const wordsOf = (comment: string) =>
  comment
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

/** Whether two people read the same off one form. Pure; which field differs is told to nobody. */
export function isSameReading(first: PaperEntry, second: PaperEntry): boolean {
  const keyOf = ({ paperDate, level, comment, caseNo, serviceNo }: PaperEntry) =>
    JSON.stringify([paperDate, level, wordsOf(comment), caseNo, caseNo === null ? null : serviceNo]);
  return keyOf(first) === keyOf(second);
}

const openSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('first'),
    entry: paperEntrySchema,
    staffId: z.string(),
    /** How often two entries of this form differed before. */
    differed: z.int(),
  }),
  z.strictObject({ state: z.literal('differs'), differed: z.int() }),
]);
/** A form on its way, as kept sealed with the device's state. */
export type OpenForm = z.infer<typeof openSchema>;
export const readOpenForm = (text: string): OpenForm => openSchema.parse(JSON.parse(text));
