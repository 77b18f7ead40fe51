import type { z } from 'zod';
import { CodedError } from '../errors.ts';

export type PolicyErrorCode = 'policy_unknown' | 'policy_invalid' | 'catalogue_invalid' | 'calendar_invalid';

/** A policy pack, catalogue or calendar that this device cannot use. Always `refuse`: the sender is at fault. */
export class PolicyError extends CodedError<PolicyErrorCode> {
  /** Where the first fault is, as `document.grades.2.bucket`. */
  readonly path: string;

  constructor(code: PolicyErrorCode, path: string, message: string, hint: string) {
    super(code, message, { next: 'refuse', hint });
    this.path = path;
  }

  override toPlain() {
    return { ...super.toPlain(), path: this.path };
  }
}

/** True for a PolicyError, of that code where one is given. */
export function isPolicyError(error: unknown, code?: PolicyErrorCode): error is PolicyError {
  return error instanceof PolicyError && (code === undefined || error.code === code);
}

/**
 * Checks a document from outside.
 * @param root how the sender calls the document; the start of every path
 * @returns the parsed document
 * @throws PolicyError with `code`, naming every fault, `path` at the first
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: unknown,
  { code, root }: { code: PolicyErrorCode; root: string },
): z.output<Schema> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => ({
    path: [root, ...issue.path.map(String)].join('.'),
    message: issue.message,
  }));
  throw new PolicyError(
    code,
    faults[0]?.path ?? root,
    faults.map((fault) => `${fault.path}: ${fault.message}`).join('; '),
    'Correct the named fields and send the document again; the last good one stays in use.',
  );
}
