import { CodedError } from '../errors.ts';

/**
 * What a person of the roster is told; none of it depends on a rating.
 * - `pin_wrong`: the number or the PIN; which of both is never said.
 * - `sign_in_locked`: too many wrong PINs for this number.
 * - `sign_in_busy`: too many people try at once.
 * - `not_signed_in`: no session, or it ended with the shift.
 * - `role_missing`: this person has another task at this device.
 */
export type StaffErrorCode = 'pin_wrong' | 'sign_in_locked' | 'sign_in_busy' | 'not_signed_in' | 'role_missing';

const HINTS: Record<StaffErrorCode, string> = {
  pin_wrong: 'Type the number and the PIN again.',
  sign_in_locked: 'Wait, or ask the administrator for a new PIN.',
  sign_in_busy: 'Try again in a few seconds.',
  not_signed_in: 'Sign in with number and PIN.',
  role_missing: 'Sign in as a person whose role this is; roles come with the configuration.',
};

export class StaffError extends CodedError<StaffErrorCode> {
  /** Of `sign_in_locked`: how long to wait. */
  readonly retryAfterS: number | null;

  constructor(code: StaffErrorCode, message: string, retryAfterS: number | null = null) {
    super(code, message, { next: code === 'sign_in_busy' ? 'retry' : 'refuse', hint: HINTS[code] });
    this.retryAfterS = retryAfterS;
  }
}
