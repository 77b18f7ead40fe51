import { hash } from 'node:crypto';
import { httpbis, type SignatureParameters } from 'http-message-signatures';
import { ProtocolError } from './errors.ts';

/**
 * HTTP Message Signatures (RFC 9421) as reference-protocol §1 fixes them. Signature base and structured fields are
 * http-message-signatures'; which members, components and parameters count is decided here, because that package
 * takes any label, and ours is `sig1` alone.
 */

export type SignatureAlgorithm = 'ed25519' | 'sm2-sm3';
type Headers = Record<string, string | string[] | undefined>;
type Sign = (base: Uint8Array) => Promise<Uint8Array> | Uint8Array;

/** Checks a signature over the signature base. */
export type Verify = (base: Uint8Array, signature: Uint8Array) => Promise<boolean> | boolean;

export interface SignRequestOptions {
  method: string;
  /** Absolute, as sent. A fragment never travels, so it is not signed. */
  url: string;
  /** As sent, after compression; null or empty where there is none. */
  body: Uint8Array | null;
  /** The device id. */
  keyId: string;
  alg: SignatureAlgorithm;
  /** Seconds since 1970, the centre's clock as far as it is known. */
  created: number;
  /** Never used before by this key; 1–128 printable ASCII characters. */
  nonce: string;
  sign: Sign;
}

/** The headers that make a request signed; lower case. */
export type SignedHeaders = Record<'signature' | 'signature-input' | 'content-digest', string>;

const LABEL = 'sig1';
const PARAMETERS = ['created', 'keyid', 'alg', 'nonce'];

/** `Content-Digest` of a body (RFC 9530). */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

function targetUri(url: string): string {
  const target = new URL(url);
  target.hash = '';
  return target.href;
}

function hasBody(body: Uint8Array | null): body is Uint8Array {
  return body !== null && body.length > 0;
}

/**
 * Signs one request.
 * @returns the headers to add; `content-digest` only with a body
 * @throws what `sign` throws; a TypeError for a URL that is not absolute
 */
export async function signRequest(
  options: SignRequestOptions,
): Promise<Omit<SignedHeaders, 'content-digest'> & { 'content-digest'?: string }> {
  const digest = hasBody(options.body) ? { 'content-digest': contentDigest(options.body) } : {};
  const message = { method: options.method, url: targetUri(options.url), headers: digest as Record<string, string> };
  const signed = await httpbis.signMessage(
    {
      name: LABEL,
      key: { id: options.keyId, alg: options.alg, sign: async (base) => Buffer.from(await options.sign(base)) },
      fields: ['@method', '@target-uri', ...Object.keys(digest)],
      params: PARAMETERS,
      paramValues: { created: new Date(options.created * 1000), nonce: options.nonce },
    },
    message,
  );
  const headers = signed.headers as Record<string, string>;
  return {
    ...digest,
    'signature-input': headers['Signature-Input'] as string,
    signature: headers.Signature as string,
  };
}

function fieldValue(headers: Headers, name: string): string | null {
  const values = Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));
  return values.length === 0 ? null : values.join(', ');
}

/** Members of a structured dictionary with this key, as text. Quoted strings may hold commas. */
function members(field: string, key: string): string[] {
  const parts = field.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part.startsWith(`${key}=`));
}

/** A second member of the same name would replace the first (RFC 8941 §3.2), unseen by who checked the first. */
function onlyMember(headers: Headers, field: string): string {
  const value = fieldValue(headers, field);
  const found = value === null ? [] : members(value, LABEL);
  if (found.length === 0) throw new ProtocolError('signature_missing', `${field} has no member ${LABEL}`);
  if (found.length > 1) throw new ProtocolError('signature_malformed', `${field} has ${LABEL} more than once`);
  return found[0] as string;
}

/** The component identifiers of a signature's inner list, as written; one with parameters covers something else. */
function coveredComponents(input: string): string[] {
  const list = /^sig1=\(([^()]*)\)/.exec(input)?.[1];
  if (list === undefined) throw new ProtocolError('signature_malformed', 'signature-input is no inner list');
  return list.split(' ').filter((item) => item !== '');
}

function checkCoverage(components: string[], body: Uint8Array | null): void {
  const needed = ['"@method"', '"@target-uri"', ...(hasBody(body) ? ['"content-digest"'] : [])];
  const absent = needed.filter((name) => !components.includes(name));
  if (absent.length > 0) throw new ProtocolError('signature_incomplete', `not covered: ${absent.join(' ')}`);
  if (new Set(components).size < components.length) {
    throw new ProtocolError('signature_malformed', 'a component is covered twice');
  }
}

function checkDigest(headers: Headers, components: string[], body: Uint8Array | null): void {
  const field = fieldValue(headers, 'content-digest');
  if (!hasBody(body) && field === null && !components.includes('"content-digest"')) return;
  const found = field === null ? [] : members(field, 'sha-256');
  if (found.length === 0) throw new ProtocolError('digest_missing', 'content-digest has no sha-256');
  if (found.some((member) => member !== contentDigest(body ?? new Uint8Array()))) {
    throw new ProtocolError('digest_mismatch', 'content-digest does not match the body');
  }
}

interface Parameters {
  created: number;
  keyId: string;
  alg: string;
  nonce: string;
}

function readParameters(given: SignatureParameters): Parameters {
  const { created, keyid, alg, nonce } = given;
  const seconds = created instanceof Date ? created.getTime() / 1000 : Number.NaN;
  if (!Number.isSafeInteger(seconds)) throw new ProtocolError('signature_incomplete', 'created is no integer');
  if (!keyid || !alg || !nonce || [keyid, alg, nonce].some((text) => typeof text !== 'string')) {
    throw new ProtocolError('signature_incomplete', 'keyid, alg and nonce must be strings');
  }
  return { created: seconds, keyId: keyid, alg, nonce };
}

export interface VerifyRequestOptions {
  method: string;
  /** The absolute URI that the client asked for. */
  url: string;
  headers: Headers;
  /** As received, before unpacking. */
  body: Uint8Array | null;
  /** The check for a key, or null where no such key may sign with this algorithm. */
  resolveKey(keyId: string, alg: string): Promise<Verify | null> | Verify | null;
}

/**
 * Checks one request: who signed it, when, and with which nonce. Order of components and parameters is the signer's.
 * Whether `created` is near enough and the nonce new is the caller's to judge: only it has a clock and a memory.
 * @throws ProtocolError `signature_* | digest_*`
 */
export async function verifyRequest(
  options: VerifyRequestOptions,
): Promise<{ keyId: string; alg: string; created: number; nonce: string }> {
  const input = onlyMember(options.headers, 'signature-input');
  const signature = onlyMember(options.headers, 'signature');
  const components = coveredComponents(input);
  checkCoverage(components, options.body);
  checkDigest(options.headers, components, options.body);
  return checkSignature(options, { 'signature-input': input, signature });
}

/** What the package's callbacks saw; a failure of `resolveKey` itself must not pass for a bad signature. */
interface Seen {
  parameters?: Parameters;
  failure?: { cause: unknown };
}

async function lookUp(options: VerifyRequestOptions, seen: Seen, given: SignatureParameters) {
  seen.parameters = readParameters(given);
  const { keyId, alg } = seen.parameters;
  const verify = await Promise.resolve(options.resolveKey(keyId, alg)).catch((cause: unknown) => {
    seen.failure = { cause };
    throw cause;
  });
  if (verify === null) throw new ProtocolError('signature_unknown_key', 'nobody known signs with this keyid and alg');
  return { verify: async (base: Buffer, signature: Buffer) => verify(base, signature) };
}

async function checkSignature(options: VerifyRequestOptions, only: Record<string, string>): Promise<Parameters> {
  const seen: Seen = {};
  const headers = { ...plainHeaders(options.headers), ...only };
  // An infinite tolerance: the package would judge `created` by the machine's clock, which is not ours to trust.
  const config = { keyLookup: (given: SignatureParameters) => lookUp(options, seen, given), tolerance: Infinity };
  const holds = await httpbis
    .verifyMessage(config, { method: options.method, url: options.url, headers })
    .catch((cause: unknown) => {
      if (seen.failure !== undefined || cause instanceof ProtocolError) throw cause;
      throw new ProtocolError('signature_malformed', 'the signature headers cannot be read', cause);
    });
  if (holds !== true || seen.parameters === undefined) {
    throw new ProtocolError('signature_bad', 'the signature does not hold');
  }
  return seen.parameters;
}

function plainHeaders(headers: Headers): Record<string, string | string[]> {
  const entries = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] != null);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}
