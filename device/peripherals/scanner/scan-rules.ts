import { z } from 'zod';
import { matchesPattern, scanPatternSchema } from './scan-pattern.ts';

/** How a hall's codes look. Case numbers have no national form, so each hall says its own (peripherals reference, d). */
export const scanRulesSchema = z.strictObject({
  /** Of the number on a 办件 slip. */
  caseSlip: z.array(scanPatternSchema).min(1).max(8),
  /** Of a technician's one-time code. */
  enrolmentCode: z.array(scanPatternSchema).max(8).default([]),
  /** Cut off before anything else, such as the path of a URL that holds the number; empty for none. */
  prefix: z.string().max(128).default(''),
});
export type ScanRules = z.infer<typeof scanRulesSchema>;

/** What a scan is. An unknown one keeps its text to itself: it may be anything that a citizen held under the scanner. */
export type Scan =
  | { type: 'case_slip'; caseNo: string }
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
  if (rules.caseSlip.some((pattern) => matchesPattern(pattern, text))) return { type: 'case_slip', caseNo: text };
  return { type: 'unknown', chars: Array.from(line).length };
}
