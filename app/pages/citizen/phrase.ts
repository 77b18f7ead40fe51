import type { PhraseId } from '../../../device/peripherals/voice/pack.ts';
import type { CitizenView } from '../../../device/visit/views.ts';
import { guideOf } from './guide/utterance.ts';
import { visitOf } from './model.ts';

/**
 * The phrase that belongs to a change of screen; null for none. Whatever ends the question ends it with the same sound at
 * that moment: each of five grades, "declined" and the end of its time, so nobody who listens learns more than that it is
 * over (design §2.5, §2.6). There is no way to tell this rule a grade. Guidance by ear has words of its own. Pure.
 */
export function phraseFor(
  before: CitizenView | null,
  next: CitizenView,
): Extract<PhraseId, 'invite' | 'answered'> | null {
  if (before === null || guideOf(before) !== null || guideOf(next) !== null) return null;
  const wasAsked = before.screen === 'inviting';
  const isAsked = next.screen === 'inviting';
  if (isAsked) return wasAsked && visitOf(before) === visitOf(next) ? null : 'invite';
  return wasAsked ? 'answered' : null;
}
