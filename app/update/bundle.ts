import { createHash } from 'node:crypto';
import { closeSync, createReadStream, createWriteStream, fsyncSync, openSync, readSync } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UpdateError } from './errors.ts';
import type { UpdateManifest } from './manifest.ts';

/**
 * One file: a line with the manifest as compact JWS, and behind it the payload, a tar.gz of the tree. So that a bundle can
 * be carried on a stick, named by a link, or sent, without anything beside it.
 */

/** A manifest's JWS is some 450 characters. */
const LONGEST_LINE_BYTES = 4096;

/** The first line. @throws UpdateError `bundle_malformed` */
export function manifestLine(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const start = Buffer.alloc(LONGEST_LINE_BYTES);
    const length = readSync(handle, start, 0, start.length, 0);
    const end = start.subarray(0, length).indexOf('\n');
    if (end < 1) throw new UpdateError('bundle_malformed', 'The file does not begin with a signed manifest.');
    return start.toString('latin1', 0, end);
  } finally {
    closeSync(handle);
  }
}

function hashing(): { stream: Transform; result: () => { sha256: string; bytes: number } } {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sha256: hash.digest('hex'), bytes }) };
}

/**
 * Copies the payload to a file of our own and holds it against the manifest; only the copy is unpacked, since a stick may
 * change under our hands. A crash leaves a copy that the next installation overwrites.
 * @throws UpdateError `bundle_damaged`
 */
export async function copyPayload(file: string, line: string, manifest: UpdateManifest, to: string): Promise<void> {
  const { stream, result } = hashing();
  const source = createReadStream(file, { start: line.length + 1 });
  await pipeline(source, stream, createWriteStream(to, { mode: 0o600 }));
  const { sha256, bytes } = result();
  if (sha256 !== manifest.sha256 || bytes !== manifest.bytes) {
    throw new UpdateError(
      'bundle_damaged',
      `The payload has ${bytes} bytes that are not the signed ${manifest.bytes}.`,
    );
  }
  const handle = openSync(to, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** Hash and length of a payload, for whoever signs a manifest over it. */
export async function measurePayload(file: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** Joins a signed manifest and its payload into a bundle. */
export async function writeBundle(line: string, payload: string, to: string): Promise<void> {
  const output = createWriteStream(to);
  output.write(`${line}\n`);
  await pipeline(createReadStream(payload), output);
}
