import { CodedError } from '../device/errors.ts';

export type SyncErrorCode =
  | 'port_closed'
  | 'call_timed_out'
  | 'call_unknown'
  | 'request_malformed'
  | 'reply_malformed'
  | 'call_failed'
  | 'address_malformed'
  | 'address_not_https';

/** Errors that the agent itself raises. An error that crossed the port keeps the code of the side that raised it. */
export class SyncError extends CodedError<SyncErrorCode> {}

/** An error that the other side of the port answered with; its code belongs to that side's area. */
export class RemoteError extends CodedError {}

/** One line about anything thrown, for logs and for a technician; never a stack. */
export function describeError(error: unknown): string {
  if (error instanceof CodedError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
