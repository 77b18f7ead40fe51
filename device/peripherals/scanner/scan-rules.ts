import { z } from 'zod';
import { caseNoSchema, serviceNoSchema } from '../../ledger/record.ts';
import { matchesPattern, scanPatternSchema } from './scan-pattern.ts';

/** How a hall's codes look. Case numbers have no national form, so each hall says its own (peripherals reference, d). */
export const scanRulesSchema = z.strictObject({
  /** Of the number on a 办件 slip. */
  caseSlip: z.array(scanPatternSchema).min(1).max(8).meta({ title: 'How numbers on slips look' }),
  /** Of a technician's one-time code. */
  enrolmentCode: z.array(scanPatternSchema).max(8).meta({ title: 'How enrolment codes look' }).default([]),
  /** Cut off before anything else, such as the path of a URL that holds the number; empty for none. */
  prefix: z.string().max(128).meta({ title: 'Cut off before a scan is read' }).default(''),
  /** What parts the case number from the number of the service behind it, as `#` in `BJ2026000001#2`; null for none. */
  serviceMark: z
    .string()
    .min(1)
    .max(4)
    .nullable()
    .meta({ title: 'Mark before the number of the service', description: '1 to 4 characters, or null' })
    .default(null),
});
export type ScanRules = z.infer<typeof scanRulesSchema>;

/** What a scan is. An unknown one keeps its text to itself: it may be anything that a citizen held under the scanner. */
export type Scan =
  | { type: 'case_slip'; caseNo: string; serviceNo: number }
  | { type: 'enrolment_code'; code: string }
  | { type: 'unknown'; chars: number };

/** `]`, a letter for the symbology and a modifier, where a scanner is set up to send them: `]Q1`, `]C0`, `]E0`. */
const AIM_PREFIX = /^\][A-Za-z][0-9A-Za-z]/;

/** Sorts one line of a scanner. An enrolment code is looked for first: it is the rarer and the stricter one. */
export function sortScan(rules: ScanRules, line: string): Scan {
  const code = line.replace(AIM_PREFIX, '');
  const text = code.startsWith(rules.prefix) ? code.slice(rules.prefix.length) : code;
  if (rules.enrolmentCode.some((pattern) => matchesPattern(pattern, text)))
    return { type: 'enrolment_code', code: text };
  return slipOf(rules, text) ?? { type: 'unknown', chars: Array.from(line).length };
}

/** A number that no record could hold is no slip, whatever the patterns of the hall allow. */
function slipOf({ caseSlip, serviceMark }: ScanRules, text: string): Scan | null {
  const markAt = serviceMark === null ? -1 : text.lastIndexOf(serviceMark);
  const caseNo = markAt < 0 ? text : text.slice(0, markAt);
  const serviceText = markAt < 0 ? '1' : text.slice(markAt + serviceMark!.length);
  if (!caseSlip.some((pattern) => matchesPattern(pattern, caseNo)) || !/^\d{1,4}$/.test(serviceText)) return null;
  const serviceNo = serviceNoSchema.safeParse(Number(serviceText));
  if (!caseNoSchema.safeParse(caseNo).success || !serviceNo.success) return null;
  return { type: 'case_slip', caseNo, serviceNo: serviceNo.data };
}
