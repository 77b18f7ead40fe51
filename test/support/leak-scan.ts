import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Looks for seeded personal data in everything a device left or sent, in every dress that our software could give it. */

/** All spellings of a text that may stand for it in bytes. */
function spellings(text: string): Buffer[] {
  const utf8 = Buffer.from(text, 'utf8');
  const escaped = text
    .split('')
    .map((one) => (one > '\x7f' ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : one));
  const texts = [
    text,
    escaped.join(''),
    encodeURIComponent(text),
    utf8.toString('hex'),
    utf8.toString('hex').toUpperCase(),
  ];
  // Base64 says the same bytes in three ways, by where they begin in a group of three; its edges depend on neighbours.
  const shifted = [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), utf8]);
    return bytes.toString('base64url').slice(shift === 0 ? 0 : shift + 1, -3);
  });
  return [
    ...texts.map((one) => Buffer.from(one, 'utf8')),
    ...shifted.map((one) => Buffer.from(one, 'utf8')),
    ...shifted.map((one) => Buffer.from(one.replaceAll('-', '+').replaceAll('_', '/'), 'utf8')),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
  ];
}

const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** What a gzip stream somewhere in the bytes unpacks to. */
function unpacked(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(GZIP); at !== -1; at = bytes.indexOf(GZIP, at + 1)) {
    try {
      found.push(gunzipSync(bytes.subarray(at)));
    } catch {
      // three bytes that only look like a beginning
    }
  }
  return found;
}

export interface Leak {
  where: string;
  marker: string;
}

/** @param markers name → text that must be nowhere */
export function leaksIn(where: string, bytes: Buffer, markers: Readonly<Record<string, string>>): Leak[] {
  const all = [bytes, ...unpacked(bytes)];
  return Object.entries(markers).flatMap(([marker, text]) =>
    spellings(text).some((spelling) => all.some((one) => one.includes(spelling))) ? [{ where, marker }] : [],
  );
}

/** Every file below a folder, the database and its log included. */
export function leaksInFolder(folder: string, markers: Readonly<Record<string, string>>): Leak[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isFile() ? leaksIn(name, readFileSync(path), markers) : [];
  });
}
