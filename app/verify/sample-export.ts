import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findOrMakeIdentity } from '../../device/identity/identity-store.ts';
import { saveProvisioning } from '../../device/identity/provisioning.ts';
import type { IdentityKey, SuiteName } from '../../device/identity/suite/key.ts';
import { sha256 } from '../../device/ledger/chain.ts';
import type { Ledger } from '../../device/ledger/ledger.ts';
import { bench, event, rating } from '../../device/ledger/ledger-fixture.ts';
import { sampleConfiguration, signConfiguration } from '../../device/testing/appliance-fixture.ts';
import type { Ed25519PrivateJwk } from '../../sync/protocol/jws.ts';
import { receiptPayload, signReceipt } from '../../sync/reference-centre/receipts.ts';
import { writeAuditExport } from '../cli/audit-export.ts';
import { signedText } from './format.ts';

/** For tests: an export by a real ledger with real receipts, and the hands to change it. */

export const RECORDS = 12;
/** The last ones wait for a receipt. */
export const UNDELIVERED = 3;
const DEVICE_ID = '01931fd4-7a3b-7c42-8d7e-0123456789ab';

const newKeys = () => {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey,
    jwk: pair.privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk,
    set: { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' as const }] },
  };
};

export interface SampleExport {
  dir: string;
  path: string;
  lines: string[];
  centreKeys: { keys: object[] };
  device: IdentityKey;
  ledger: Ledger;
  /** The lines with a new signature by the device, as somebody with its key in hand would make it. */
  signAgain(lines: readonly string[]): string[];
  remove(): void;
}

async function deliver(ledger: Ledger, limit: number, key: Ed25519PrivateJwk): Promise<void> {
  const batch = await ledger.outbox.claim({ limit, maxBytes: 1 << 20 });
  if (batch === null) throw new Error('nothing to deliver');
  const batchId = batch.records[0]?.id ?? '';
  const payload = receiptPayload(
    batchId,
    Date.now(),
    batch.records.map(({ hash }) => hash),
  );
  const jws = await signReceipt(payload, { key, kid: 'k1' });
  if (payload === null || jws === null) throw new Error('no receipt');
  const delivered = batch.records.map(({ id }) => id);
  await ledger.outbox.settle({
    leaseId: batch.leaseId,
    receipt: { ...payload, jws },
    delivered,
    deferred: [],
    refused: [],
  });
}

/** The ledger stays open, as on a running device. */
export async function sampleExport(suite: SuiteName = 'ed25519'): Promise<SampleExport> {
  const dir = mkdtempSync(join(tmpdir(), 'audit-'));
  const centre = newKeys();
  const device = findOrMakeIdentity(dir, suite);
  const configuration = signConfiguration(sampleConfiguration(), centre.privateKey);
  const centreKeys = centre.set as Parameters<typeof saveProvisioning>[1]['centreKeys'];
  saveProvisioning(dir, { deviceId: DEVICE_ID, baseUrl: 'https://centre.example', centreKeys, configuration });
  const ledger = bench(dir).open();
  for (let at = 0; at < RECORDS; at += 1) ledger.append([at % 3 === 0 ? event() : rating()]);
  await deliver(ledger, 4, centre.jwk);
  await deliver(ledger, RECORDS - UNDELIVERED - 4, centre.jwk);
  const path = join(dir, 'audit.ndjson');
  await writeAuditExport(dir, path);
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return {
    dir,
    path,
    lines,
    centreKeys: centre.set,
    device,
    ledger,
    signAgain: (body) => [...body, signatureLine(device, body)],
    remove() {
      ledger.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

function signatureLine(device: IdentityKey, body: readonly string[]): string {
  const said = { lines: body.length, sha256: sha256(body.map((line) => `${line}\n`).join('')) };
  const value = device.sign(signedText(said)).toString('base64url');
  return JSON.stringify({ signature: { alg: device.alg, ...said, value } });
}
