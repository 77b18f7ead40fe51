import { expect, it } from 'vitest';
import type { Level } from '../../../../device/ledger/record.ts';
import type { CitizenView } from '../../../../device/visit/views.ts';
import {
  citizenSamples,
  idle,
  inviting,
  NEXT_VISIT_ID,
  reasons,
  thanks,
} from '../../../../test/support/page-samples.ts';
import { type Utterance, utteranceFor } from './utterance.ts';

const by = <V extends CitizenView>(view: V, spoken: Level | null): V => ({ ...view, guide: { spoken } });
const { ended } = citizenSamples;

it.each<[string, CitizenView | null, CitizenView, Utterance | null]>([
  ['the switch is touched', inviting, by(inviting, null), 'intro'],
  ['a visit begins so', idle, by(inviting, null), 'intro'],
  ['a page comes back', null, by(inviting, null), 'intro'],
  ['a key is pressed', by(inviting, null), by(inviting, 2), 'level-2'],
  ['another key', by(inviting, 2), by(inviting, 5), 'level-5'],
  ['nothing new', by(inviting, 2), by(inviting, 2), null],
  ['the key again', by(inviting, 2), by(reasons, 2), 'kept'],
  ['another grade by ear', by(reasons, 2), by({ ...reasons, level: 4 }, 4), 'kept'],
  ['a key on the reasons screen', by(reasons, 2), by(reasons, 4), 'level-4'],
  ['thanks', by(reasons, 2), thanks, 'thanks'],
  ['the end', by(inviting, null), ended, 'ended'],
  ['the switch is touched again', by(inviting, 2), inviting, null],
  ['no guidance', inviting, reasons, null],
  ['no guidance at the end', reasons, thanks, null],
  ['the next person', thanks, { ...inviting, visitId: NEXT_VISIT_ID }, null],
])('when %s, the words are for it alone', (_when, before, next, said) => {
  expect(utteranceFor(before, next)).toBe(said);
});
