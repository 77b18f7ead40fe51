import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { z } from 'zod';
import { malformed, Refusal } from './errors.ts';

const unpack = promisify(gunzip);

function tooLarge(maxBytes: number): Refusal {
  return new Refusal(413, 'too_large', `at most ${maxBytes} bytes unpacked; halve the batch`);
}

/** First fault of a value as `path: what would be right`. */
export function firstFault(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'wrong shape' : `${issue.path.join('.') || '(whole)'}: ${issue.message}`;
}

/** @throws Refusal 400 `malformed`, naming the field */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(firstFault(parsed.error));
}

function isOverLimit(cause: unknown): boolean {
  return cause instanceof RangeError && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
}

async function gunzipped(body: Buffer, maxBytes: number): Promise<Buffer> {
  return unpack(body, { maxOutputLength: maxBytes }).catch((cause: unknown) => {
    throw isOverLimit(cause) ? tooLarge(maxBytes) : malformed('content-encoding: the body is no gzip');
  });
}

/** The body as text, unpacked. The limit holds while unpacking, so a small bomb costs no more than `maxBytes`. */
async function bodyText(body: Buffer, encoding: string, maxBytes: number): Promise<string> {
  if (encoding !== 'gzip' && encoding !== 'identity') throw malformed('content-encoding: gzip or none');
  const bytes = encoding === 'gzip' ? await gunzipped(body, maxBytes) : body;
  if (bytes.length > maxBytes) throw tooLarge(maxBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('body: UTF-8');
  }
}

/**
 * A request's body, unpacked and checked.
 * @param maxBytes limit after unpacking
 * @throws Refusal 400 `malformed` (encoding, UTF-8, JSON, shape), 413 `too_large`
 */
export async function parseBody<T>(
  request: { body: unknown; headers: { 'content-encoding'?: string | undefined } },
  schema: z.ZodType<T>,
  maxBytes: number,
): Promise<T> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const text = await bodyText(body, request.headers['content-encoding'] ?? 'identity', maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('body: JSON');
  }
  return parseWith(schema, value);
}
