import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { writeDurably } from '../../durable-file.ts';
import type { KeyStore } from '../../ledger/key-store.ts';
import { issueAuthority, issueServer } from './issue.ts';
import { p256KeyFromSeed } from './p256.ts';

/** What the listener of the hall's network shows of itself, and how a person recognises it. */
export interface LanCertificate {
  /** PEM: the server's certificate, then whatever signed it. */
  chain: string;
  /** PEM, PKCS#8. Never logged, never sent. */
  key: string;
  /** `device`: under the device's own authority; `hall`: brought by the hall. */
  source: 'device' | 'hall';
  /** PEM of the device's own authority, to be trusted by the hall's browsers; null with a certificate of the hall. */
  authority: string | null;
  /** SHA-256 of what a person compares: the authority's certificate, else the hall's. Hex with colons. */
  fingerprint: string;
  names: readonly string[];
  /** ms since 1970 */
  validUntil: number;
  /** Why the hall's certificate is not used although there is one; null where all is well. */
  fault: string | null;
}

export interface LanCertificateOptions {
  dataDir: string;
  keys: KeyStore;
  /** Host names and addresses of this device, the most usual first. */
  names: readonly string[];
  /** ms since 1970 */
  nowMs: number;
  /** Files of a certificate chain and its key that the hall gives. */
  hall: { certificate: string; key: string } | null;
}

const RENEW_BEFORE_MS = 30 * 86_400_000;
const AUTHORITY = 'authority.pem';
const SERVER = 'server.pem';

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Null where the text is no certificate: a torn file is made anew, its key is in the key store. */
function parse(pem: string | null): X509Certificate | null {
  try {
    return pem === null ? null : new X509Certificate(pem);
  } catch {
    return null;
  }
}

const startMs = ({ validFrom }: X509Certificate) => Date.parse(validFrom);
const endMs = ({ validTo }: X509Certificate) => Date.parse(validTo);

function serves(certificate: X509Certificate, name: string): boolean {
  return (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) !== undefined;
}

/** Signed by our authority, for our key, for all names, and with a month left. */
function isGood(certificate: X509Certificate | null, authority: X509Certificate, options: LanCertificateOptions) {
  if (certificate === null || !certificate.verify(authority.publicKey)) return false;
  if (!certificate.checkPrivateKey(p256KeyFromSeed(options.keys.loadOrCreate('lan-server')).key)) return false;
  const { nowMs, names } = options;
  const isInTime = startMs(certificate) <= nowMs && endMs(certificate) - RENEW_BEFORE_MS > nowMs;
  return isInTime && names.every((name) => serves(certificate, name));
}

async function ownAuthority(folder: string, keys: KeyStore): Promise<string> {
  const { jwk, key } = p256KeyFromSeed(keys.loadOrCreate('lan-authority'));
  const kept = readOrNull(join(folder, AUTHORITY));
  if (kept !== null && parse(kept)?.checkPrivateKey(key) === true) return kept;
  const mark = createHash('sha256').update(String(jwk.x)).digest('hex').slice(0, 8);
  const made = await issueAuthority(jwk, `pingjiaqi ${mark}`);
  writeDurably(join(folder, AUTHORITY), made);
  return made;
}

async function ownServer(folder: string, authority: string, options: LanCertificateOptions): Promise<string> {
  const kept = readOrNull(join(folder, SERVER));
  if (kept !== null && isGood(parse(kept), new X509Certificate(authority), options)) return kept;
  const authorityJwk = p256KeyFromSeed(options.keys.loadOrCreate('lan-authority')).jwk;
  const { jwk } = p256KeyFromSeed(options.keys.loadOrCreate('lan-server'));
  const { names, nowMs } = options;
  const made = await issueServer({ authority, authorityJwk, jwk, names, nowMs });
  writeDurably(join(folder, SERVER), made);
  return made;
}

async function ownCertificate(options: LanCertificateOptions): Promise<LanCertificate> {
  const folder = join(options.dataDir, 'tls');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const authority = await ownAuthority(folder, options.keys);
  const server = await ownServer(folder, authority, options);
  const { key } = p256KeyFromSeed(options.keys.loadOrCreate('lan-server'));
  return {
    chain: `${server.trim()}\n${authority}`,
    key: String(key.export({ format: 'pem', type: 'pkcs8' })),
    source: 'device',
    authority,
    fingerprint: new X509Certificate(authority).fingerprint256,
    names: options.names,
    validUntil: endMs(new X509Certificate(server)),
    fault: null,
  };
}

function hallCertificate(files: { certificate: string; key: string }): LanCertificate {
  const chain = readFileSync(files.certificate, 'utf8');
  const key = readFileSync(files.key, 'utf8');
  const leaf = new X509Certificate(chain);
  if (!leaf.checkPrivateKey(createPrivateKey(key))) throw new Error('the key does not belong to the certificate');
  return {
    chain,
    key,
    source: 'hall',
    authority: null,
    fingerprint: leaf.fingerprint256,
    names: (leaf.subjectAltName ?? '').split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, '')),
    validUntil: endMs(leaf),
    fault: null,
  };
}

/**
 * The certificate of the LAN listener: the hall's where it gave one, else one of the device's own authority, which is
 * made at the first start and never leaves the device with its key. Called again, it renews what is about to end or
 * lacks a name. A crash half-way leaves the old file or the new one; the keys stay, and so does the fingerprint.
 * A hall's certificate that cannot be used is not passed over in silence: `fault` says why the own one is shown.
 * @throws LedgerError `key_damaged`; Error where the data folder cannot be written
 */
export async function lanCertificate(options: LanCertificateOptions): Promise<LanCertificate> {
  if (options.hall === null) return ownCertificate(options);
  try {
    return hallCertificate(options.hall);
  } catch (error) {
    const own = await ownCertificate(options);
    return { ...own, fault: `${options.hall.certificate}: ${error instanceof Error ? error.message : String(error)}` };
  }
}
