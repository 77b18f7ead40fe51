import { CodedError } from './errors.ts';

/**
 * What the window answers to staff and business systems. None of them depends on a grade.
 * - `visit_unknown`: no visit of that id was opened here.
 * - `case_known`: this case and service number had its visit already (一事一评).
 * - `visit_closed`: too late, the visit has ended.
 * - `earlier_visit_open`: what is not over cannot be rated again.
 * - `citizen_is_rating`: only the citizen's side ends an invitation.
 * - `window_full`: too many cases wait behind the one at the window.
 * - `already_paused` / `not_paused`.
 * - `not_provisioned`: the device has no configuration yet.
 */
export type WindowErrorCode =
  | 'visit_unknown'
  | 'case_known'
  | 'visit_closed'
  | 'earlier_visit_open'
  | 'citizen_is_rating'
  | 'window_full'
  | 'already_paused'
  | 'not_paused'
  | 'not_provisioned';

export class WindowError extends CodedError<WindowErrorCode> {
  constructor(code: WindowErrorCode, message: string, hint: string) {
    super(code, message, { next: code === 'not_provisioned' ? 'stop' : 'refuse', hint });
  }
}
