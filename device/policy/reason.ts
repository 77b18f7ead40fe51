import type { Level } from '../ledger/record.ts';
import type { PolicyPack } from './pack.ts';

/**
 * How the reasons of a grade are asked for: `required` or `guided` where the regulation wants a reason for a 差评
 * (林草 Art 6 lets staff guide, never insist), null for every other grade and where it is silent. Never a condition of
 * the grade, which is kept before.
 */
export function reasonAsked(pack: PolicyPack, level: Level): 'required' | 'guided' | null {
  const bucket = pack.grades.find((grade) => grade.level === level)?.bucket;
  return bucket === 'bad' ? (pack.badRatingReason?.value ?? null) : null;
}
