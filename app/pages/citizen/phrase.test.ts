import { expect, it } from 'vitest';
import type { CitizenView } from '../../../device/visit/views.ts';
import { citizenSamples, idle, inviting, NEXT_VISIT_ID, reasons, thanks } from '../../../test/support/page-samples.ts';
import { phraseFor } from './phrase.ts';

const { ended, serving } = citizenSamples;
const guided = (view: typeof inviting) => ({ ...view, guide: { spoken: null } });

it.each<[string, CitizenView | null, CitizenView, string | null]>([
  ['a page that comes up asks nobody again', null, inviting, null],
  ['the invitation', serving!, inviting, 'invite'],
  ['the invitation of a case that was waiting', idle, inviting, 'invite'],
  ['the next person at once', inviting, { ...inviting, visitId: NEXT_VISIT_ID }, 'invite'],
  ['more time', inviting, { ...inviting, countdown: { remainingMs: 9, totalMs: 9 } }, null],
  ...([1, 2, 3, 4, 5] as const).map((level): [string, CitizenView, CitizenView, string] => [
    `grade ${level}`,
    inviting,
    { ...reasons, level },
    'answered',
  ]),
  ['a grade without reasons', inviting, thanks, 'answered'],
  ['declined, or out of time', inviting, ended!, 'answered'],
  ['out of time while another case waits', inviting, idle, 'answered'],
  ['reasons given', reasons, thanks, null],
  ['a changed grade', reasons, { ...reasons, level: 1 }, null],
  ['by ear', serving!, guided(inviting), null],
  ['by ear, the grade', guided(inviting), { ...reasons, guide: { spoken: 2 } }, null],
])('%s', (_what, before, next, phrase) => {
  expect(phraseFor(before, next)).toBe(phrase);
});
