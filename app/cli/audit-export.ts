import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { CodedError } from '../../device/errors.ts';
import { findIdentity, keysOf } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import type { IdentityKey } from '../../device/identity/suite/key.ts';
import { type AuditRows, readForAudit } from '../../device/ledger/audit-rows.ts';
import { FORMAT, type HeadLine, signedText } from '../verify/format.ts';

interface Written {
  records: number;
  receipts: number;
  /** Of the key that signed. */
  fingerprint: string;
}

/** Lines are gathered to pieces of this size: a system call for each record would take most of the time. */
const PIECE_CHARACTERS = 1 << 20;

/** Counts and hashes what goes to the file. */
class LineWriter {
  readonly #handle: number;
  readonly #digest = createHash('sha256');
  #waiting: string[] = [];
  #characters = 0;
  lines = 0;

  constructor(handle: number) {
    this.#handle = handle;
  }

  write(text: string): void {
    this.#waiting.push(text, '\n');
    this.#characters += text.length;
    this.lines += 1;
    if (this.#characters > PIECE_CHARACTERS) this.#flush();
  }

  /** The hash of all lines so far. */
  sha256(): string {
    this.#flush();
    return `sha256:${this.#digest.copy().digest('hex')}`;
  }

  close(): void {
    this.#flush();
    fsyncSync(this.#handle);
  }

  #flush(): void {
    const bytes = Buffer.from(this.#waiting.join(''));
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle, bytes, at);
    this.#digest.update(bytes);
    this.#waiting = [];
    this.#characters = 0;
  }
}

function writeLines(writer: LineWriter, head: HeadLine, rows: AuditRows, key: IdentityKey): Written {
  writer.write(JSON.stringify(head));
  let [records, receipts] = [0, 0];
  for (const json of rows.records) {
    writer.write(`{"record":${json}}`);
    records += 1;
  }
  for (const receipt of rows.receipts) {
    writer.write(JSON.stringify({ receipt }));
    receipts += 1;
  }
  const { lines } = writer;
  const sha256 = writer.sha256();
  const value = key.sign(signedText({ lines, sha256 })).toString('base64url');
  writer.write(JSON.stringify({ signature: { alg: key.alg, lines, sha256, value } }));
  return { records, receipts, fingerprint: key.fingerprint };
}

function identityIn(dataDir: string): IdentityKey {
  const key = findIdentity(dataDir);
  if (key !== null) return key;
  throw new CodedError('no_identity', `there is no device in ${dataDir}.`, {
    next: 'refuse',
    hint: 'Name the data folder of a device that was started at least once.',
  });
}

function open(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (cause) {
    const hint = 'Name a file in a folder that exists and may be written to.';
    throw new CodedError('target_unusable', `cannot write ${path}: ${String(cause)}.`, { next: 'refuse', hint, cause });
  }
}

/**
 * Writes the export of app/verify/format.ts. Reads one snapshot, so the device may be running. A crash leaves the old
 * file, or the new one, and at most a stray `.new` beside it.
 * @throws CodedError `no_identity`, `target_unusable`; LedgerError; IdentityError for a broken provisioning
 */
export async function writeAuditExport(dataDir: string, target: string): Promise<Written> {
  const key = identityIn(dataDir);
  const provisioned = await loadProvisioning(dataDir);
  const temporary = `${target}.new`;
  const handle = open(temporary);
  try {
    const written = readForAudit(dataDir, keysOf(dataDir), (rows) => {
      const writer = new LineWriter(handle);
      const head: HeadLine = {
        format: FORMAT,
        deviceId: provisioned?.deviceId ?? null,
        centreKeys: provisioned?.centreKeys ?? { keys: [] },
        devicePublicKey: key.publicJwk,
        head: rows.head,
        purged: rows.purged,
      };
      const done = writeLines(writer, head, rows, key);
      writer.close();
      return done;
    });
    renameSync(temporary, target);
    return written;
  } finally {
    closeSync(handle);
    rmSync(temporary, { force: true });
  }
}
