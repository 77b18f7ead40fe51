import type { Level } from '../../../../device/ledger/record.ts';
import type { CitizenView } from '../../../../device/visit/views.ts';

/** A sound of assets/guide. */
export type Utterance = 'intro' | `level-${Level}` | 'kept' | 'thanks' | 'ended';

export const guideOf = (view: CitizenView | null) => (view !== null && 'guide' in view ? view.guide : null);

/**
 * What is said when `next` follows `before`; null for nothing new. A key's meaning is said at every first press, and
 * every step is closed by words (a person who does not see must know where they are). Pure.
 */
export function utteranceFor(before: CitizenView | null, next: CitizenView): Utterance | null {
  const was = guideOf(before);
  if (next.screen === 'thanks' || next.screen === 'ended') return was === null ? null : next.screen;
  const now = guideOf(next);
  if (now === null) return null;
  if (next.screen === 'reasons' && before?.screen === 'inviting') return 'kept';
  if (next.screen === 'reasons' && before?.screen === 'reasons' && before.level !== next.level) return 'kept';
  if (now.spoken !== null && now.spoken !== was?.spoken) return `level-${now.spoken}`;
  return was === null ? 'intro' : null;
}
