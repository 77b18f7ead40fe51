import { z } from 'zod';
import shipped from '../../../assets/case-slip.json' with { type: 'json' };
import type { PrintItem } from './document.ts';

/** The words of a slip, in which `{hall}`, `{window}`, `{caseNo}`, `{itemName}` and `{servedAt}` are filled in. */
const slipTextsSchema = z.strictObject({
  title: z.string().min(1).max(40),
  lines: z.array(z.string().min(1).max(80)).max(12),
  /** Above the code. */
  invite: z.string().min(1).max(80),
  /** Below it. */
  notes: z.array(z.string().min(1).max(80)).max(6),
});
export type SlipTexts = z.infer<typeof slipTextsSchema>;

/** What a slip says of a 办件: nothing of the person. */
export interface SlipFacts {
  hall: string;
  window: string;
  caseNo: string;
  itemName: string;
  /** As it is to be read, like `2026-11-22 10:05`. */
  servedAt: string;
}

/** The words that we ship. */
export const builtinSlipTexts: SlipTexts = slipTextsSchema.parse(shipped);

/** The slip of one 办件, with the code that opens its rating. @param ratingUrl at most 2000 characters */
export function caseSlip(texts: SlipTexts, facts: SlipFacts, ratingUrl: string): PrintItem[] {
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => factOf(facts, name) ?? whole);
  return [
    { type: 'text', text: fill(texts.title), align: 'centre', times: 2 },
    { type: 'feed', lines: 1 },
    ...texts.lines.map((line): PrintItem => ({ type: 'text', text: fill(line) })),
    { type: 'feed', lines: 1 },
    { type: 'text', text: fill(texts.invite), align: 'centre' },
    { type: 'qr', text: ratingUrl },
    ...texts.notes.map((note): PrintItem => ({ type: 'text', text: fill(note), align: 'centre' })),
  ];
}

function factOf(facts: SlipFacts, name: string): string | undefined {
  return Object.hasOwn(facts, name) ? facts[name as keyof SlipFacts] : undefined;
}
