import { CodedError } from '../../device/errors.ts';

/** A centre that cannot start; a person has to act. */
export type CentreErrorCode = 'keys_unreadable' | 'database_newer';

export class CentreError extends CodedError<CentreErrorCode> {
  constructor(code: CentreErrorCode, message: string, hint: string, cause?: unknown) {
    super(code, message, { next: 'stop', hint, cause });
  }
}

/**
 * One answer to a whole request (reference-protocol §1, §2, §4). `body` is sent beside `code` and `message`;
 * it never repeats what the citizen gave.
 */
export class Refusal extends CodedError {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, code: string, message: string, body: Record<string, unknown> = {}) {
    super(code, message, { next: status >= 500 ? 'retry' : 'refuse', hint: message });
    this.status = status;
    this.body = body;
  }
}

/** 400: names the field and what would be right. */
export function malformed(message: string): Refusal {
  return new Refusal(400, 'malformed', message);
}
