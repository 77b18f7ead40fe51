import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sm2Jwk } from './key.ts';

/** For tests: the openssl command as an independent judge of SM2, SM3 and SM4. */

const COMMAND = 'openssl';
const USER_ID = '1234567812345678';

/** @throws Error that says what to install; a test that was skipped would prove nothing */
export function requireOpenssl(): void {
  const version = (() => {
    try {
      return execFileSync(COMMAND, ['version'], { encoding: 'utf8' });
    } catch {
      return 'none';
    }
  })();
  if (/^OpenSSL [3-9]\./.test(version)) return;
  throw new Error(
    `these tests need the openssl command, version 3 or newer (apt-get install openssl); here: ${version}`,
  );
}

/** SubjectPublicKeyInfo of id-ecPublicKey on the curve sm2p256v1, up to the point. */
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a811ccf5501822d034200', 'hex');

function pem(label: string, der: Buffer): string {
  return `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;
}

function publicPem({ x, y }: Sm2Jwk): string {
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return pem('PUBLIC KEY', Buffer.concat([SPKI, point]));
}

/** ASN.1 INTEGER of 32 bytes or fewer. */
function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const body = bytes.subarray(start < 0 ? bytes.length - 1 : start);
  const positive = (body[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), body]) : body;
  return Buffer.concat([Buffer.of(2, positive.length), positive]);
}

function toDer(raw: Buffer): Buffer {
  const content = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
  return Buffer.concat([Buffer.of(0x30, content.length), content]);
}

/** r‖s of a DER signature: two integers, each padded to 32 bytes. */
function toRaw(der: Buffer): Buffer {
  const rLength = der[3] ?? 0;
  const parts = [der.subarray(4, 4 + rLength), der.subarray(6 + rLength)];
  return Buffer.concat(parts.map((part) => Buffer.concat([Buffer.alloc(32), part]).subarray(-32)));
}

function inFolder<Result>(use: (put: (name: string, content: string | Buffer) => string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'openssl-'));
  try {
    return use((name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const SM3 = ['-rawin', '-digest', 'sm3', '-pkeyopt', `distid:${USER_ID}`];

/** Whether openssl takes a raw signature. */
export function opensslVerifies(key: Sm2Jwk, message: Buffer, signature: Buffer): boolean {
  return inFolder((put) => {
    const files = [put('key', publicPem(key)), put('message', message), put('signature', toDer(signature))];
    const [keyFile = '', messageFile = '', signatureFile = ''] = files;
    const args = ['pkeyutl', '-verify', '-pubin', '-inkey', keyFile, '-in', messageFile, '-sigfile', signatureFile];
    try {
      return execFileSync(COMMAND, [...args, ...SM3], { encoding: 'utf8', stdio: 'pipe' }).includes('Successfully');
    } catch {
      return false; // a refused signature ends openssl with an error
    }
  });
}

/** A key by openssl and its signature over a message, in our forms. */
export function opensslSigns(message: Buffer): { key: Sm2Jwk; signature: Buffer } {
  return inFolder((put) => {
    const args = ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:SM2'];
    const keyFile = put('key', execFileSync(COMMAND, args, { stdio: 'pipe' }));
    const spki = execFileSync(COMMAND, ['pkey', '-in', keyFile, '-pubout', '-outform', 'DER'], { stdio: 'pipe' });
    const point = spki.subarray(-64);
    const messageFile = put('message', message);
    const der = execFileSync(COMMAND, ['pkeyutl', '-sign', '-inkey', keyFile, '-in', messageFile, ...SM3], {
      stdio: 'pipe',
    });
    const [x, y] = [point.subarray(0, 32).toString('base64url'), point.subarray(32).toString('base64url')];
    return { key: { kty: 'EC', crv: 'SM2', x, y }, signature: toRaw(der) };
  });
}

/** SM4 in counter mode from a first counter block: the cipher inside SM4-GCM. */
export function opensslSm4Ctr(key: Buffer, counter: Buffer, text: Buffer): Buffer {
  const args = ['enc', '-sm4-ctr', '-K', key.toString('hex'), '-iv', counter.toString('hex')];
  return execFileSync(COMMAND, args, { input: text, stdio: 'pipe' });
}
