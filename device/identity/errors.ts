import { CodedError, type NextStep } from '../errors.ts';

/**
 * - `configuration_signature`: not signed by a key of our centre.
 * - `configuration_version`: older than the one we have.
 * - `configuration_schema`: the payload breaks its schema; `faults` has the path of each.
 * - `configuration_early`: its `notBefore` lies ahead.
 * - `policy_unusable`: the policy, catalogue or calendar it names cannot be used.
 * - `provisioning_unreadable`: the stored provisioning file and its copy are broken.
 * - `provisioning_missing`: the ledger was in service here and the stored provisioning is gone.
 * - `network_unreadable`: the stored way to the centre is broken.
 * - `key_locked`: who keeps the device's key does not give it out now: TPM or key store of the system.
 * - `key_foreign`: the key was sealed by another machine's TPM, or this one's was cleared.
 * - `key_unreadable`: the file of a sealed or wrapped key is broken.
 * - `key_differs`: a key and its sealed or wrapped twin of the same name are not the same key.
 * - `token_too_long`: a visit token would pass 400 bytes (reference-protocol §5).
 */
export type IdentityErrorCode =
  | 'configuration_signature'
  | 'configuration_version'
  | 'configuration_schema'
  | 'configuration_early'
  | 'policy_unusable'
  | 'provisioning_unreadable'
  | 'provisioning_missing'
  | 'network_unreadable'
  | 'key_locked'
  | 'key_foreign'
  | 'key_unreadable'
  | 'key_differs'
  | 'token_too_long';

/** Where a document is at fault, and what would be right; never the value that was found. */
export interface Fault {
  path: string;
  message: string;
}

export class IdentityError extends CodedError<IdentityErrorCode> {
  /** Every fault at once, where a document has some. */
  readonly faults: readonly Fault[];

  constructor(
    code: IdentityErrorCode,
    message: string,
    options: { next: NextStep; hint: string; cause?: unknown; faults?: readonly Fault[] },
  ) {
    super(code, message, options);
    this.faults = options.faults ?? [];
  }
}
