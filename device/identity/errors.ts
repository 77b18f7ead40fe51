import { CodedError } from '../errors.ts';

/**
 * - `configuration_signature`: not signed by a key of our centre.
 * - `configuration_version`: older than the one we have.
 * - `configuration_schema`: the payload breaks its schema; the message names the path.
 * - `configuration_early`: its `notBefore` lies ahead.
 * - `policy_unusable`: the policy, catalogue or calendar it names cannot be used.
 * - `provisioning_unreadable`: the stored provisioning file is broken.
 * - `network_unreadable`: the stored way to the centre is broken.
 * - `token_too_long`: a visit token would pass 400 bytes (reference-protocol §5).
 */
export type IdentityErrorCode =
  | 'configuration_signature'
  | 'configuration_version'
  | 'configuration_schema'
  | 'configuration_early'
  | 'policy_unusable'
  | 'provisioning_unreadable'
  | 'network_unreadable'
  | 'token_too_long';

export class IdentityError extends CodedError<IdentityErrorCode> {}
