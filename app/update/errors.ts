import { CodedError, type NextStep } from '../../device/errors.ts';

/**
 * - `bundle_malformed`, `bundle_damaged`: not an update, or not whole
 * - `bundle_unsigned`: no release key of this machine signed it
 * - `no_release_keys`: this machine trusts nobody, so nothing can be installed
 * - `other_product`, `other_machine`: signed, and not for this device
 * - `not_newer`: this version or a newer one was in service already
 * - `base_too_old`: the version in service cannot step to this one directly
 * - `failed_before`: this version was tried here and did not hold
 * - `update_running`: another installation is under way
 */
export type UpdateErrorCode =
  | 'bundle_malformed'
  | 'bundle_damaged'
  | 'bundle_unsigned'
  | 'no_release_keys'
  | 'other_product'
  | 'other_machine'
  | 'not_newer'
  | 'base_too_old'
  | 'failed_before'
  | 'update_running';

const ADVICE: Record<UpdateErrorCode, { next: NextStep; hint: string }> = {
  bundle_malformed: { next: 'refuse', hint: 'Take the file that the maker published; this is not an update bundle.' },
  bundle_damaged: { next: 'refuse', hint: 'Copy the file again: it is not whole. Nothing was changed.' },
  bundle_unsigned: { next: 'refuse', hint: 'Do not install it: no release key of this machine signed it.' },
  no_release_keys: { next: 'stop', hint: 'Put the maker’s release-keys.json into the installation folder first.' },
  other_product: { next: 'refuse', hint: 'This bundle belongs to another product.' },
  other_machine: { next: 'refuse', hint: 'Take the bundle for this machine’s processor.' },
  not_newer: { next: 'refuse', hint: 'Nothing to do: this version or a newer one was in service here.' },
  base_too_old: { next: 'refuse', hint: 'Install the version that the message names first.' },
  failed_before: { next: 'refuse', hint: 'This version did not hold here; wait for the next one, or use --again.' },
  update_running: {
    next: 'retry',
    hint: 'Wait for the installation under way; one that is stuck gives way by itself.',
  },
};

export class UpdateError extends CodedError<UpdateErrorCode> {
  constructor(code: UpdateErrorCode, message: string, cause?: unknown) {
    super(code, message, { ...ADVICE[code], cause });
  }
}
