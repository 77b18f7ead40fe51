import { CodedError } from '../errors.ts';

/**
 * What people who enter forms are told; none of it depends on a grade, nor on what became of the case named.
 * - `form_unknown`: this device never issued that number, or so long ago that its record has left.
 * - `form_entered`: both entries agreed before.
 * - `form_waits`: entered once; another person enters it now.
 * - `form_not_entered`: the second entry came before the first.
 * - `form_same_person`: the person of the first entry must not be that of the second.
 * - `paper_date_wrong`: the day lies ahead, or before the form or the service existed.
 */
export type PaperErrorCode =
  | 'form_unknown'
  | 'form_entered'
  | 'form_waits'
  | 'form_not_entered'
  | 'form_same_person'
  | 'paper_date_wrong';

const HINTS: Record<PaperErrorCode, string> = {
  form_unknown: 'Compare the number with the form; enter it at the device that printed it.',
  form_entered: 'Nothing to do.',
  form_waits: 'The second person enters it now.',
  form_not_entered: 'The first person enters it before.',
  form_same_person: 'Let somebody else make the second entry.',
  paper_date_wrong: 'Compare the day with the form.',
};

export class PaperError extends CodedError<PaperErrorCode> {
  constructor(code: PaperErrorCode, message: string) {
    super(code, message, { next: 'refuse', hint: HINTS[code] });
  }
}
