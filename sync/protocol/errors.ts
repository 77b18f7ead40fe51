import { CodedError } from '../../device/errors.ts';

/** What can be wrong with a message of reference-protocol, on either end. */
export type ProtocolErrorCode =
  | 'jws_malformed'
  | 'jws_algorithm'
  | 'jws_unknown_key'
  | 'jws_bad_signature'
  | 'jws_bad_payload'
  | 'signature_missing'
  | 'signature_malformed'
  | 'signature_incomplete'
  | 'signature_unknown_key'
  | 'signature_bad'
  | 'digest_missing'
  | 'digest_mismatch'
  | 'bundle_malformed';

const HINTS: Record<ProtocolErrorCode, string> = {
  jws_malformed: 'Send a compact JWS: three base64url parts joined by dots.',
  jws_algorithm: 'Sign with the algorithm of the key: EdDSA over Ed25519, or sm2-sm3 where this centre takes it.',
  jws_unknown_key: 'Name in `kid` a signing key that was handed over at enrolment.',
  jws_bad_signature: 'The text was changed or signed by another key; it proves nothing.',
  jws_bad_payload: 'The signature holds but the payload has another shape than reference-protocol says.',
  signature_missing: 'Send Signature-Input and Signature with one member `sig1` each (RFC 9421).',
  signature_malformed: 'Signature-Input and Signature must be structured fields of RFC 9421 section 4.',
  signature_incomplete:
    'Cover "@method" "@target-uri" and, with a body, "content-digest"; give created, keyid, alg, nonce.',
  signature_unknown_key: 'Enrol the device: this centre knows no such keyid with this alg.',
  signature_bad: 'The request was changed on the way or signed by another key.',
  digest_missing: 'Send Content-Digest with sha-256 of the body as sent (RFC 9530).',
  digest_mismatch: 'Compute sha-256 over the bytes that are sent, after compression.',
  bundle_malformed: 'Write the bundle as reference-protocol section 7 says.',
};

/** The sender is at fault in every case, so the answer is always a refusal that names what would be right. */
export class ProtocolError extends CodedError<ProtocolErrorCode> {
  constructor(code: ProtocolErrorCode, message: string, cause?: unknown) {
    super(code, message, { next: 'refuse', hint: HINTS[code], cause });
  }
}
