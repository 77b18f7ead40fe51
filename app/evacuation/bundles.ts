import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writeDurablyMeanwhile } from '../../device/durable-file.ts';
import { CodedError } from '../../device/errors.ts';
import { findOrMakeIdentity, keysOf } from '../../device/identity/identity-store.ts';
import { loadProvisioning } from '../../device/identity/provisioning.ts';
import { verifySignature } from '../../device/identity/suite/suite.ts';
import { countUndelivered, readUndelivered } from '../../device/ledger/undelivered.ts';
import { type CarriedRecord, evacuate } from '../../sync/evacuation.ts';
import { type BundleLabel, readBundleLabel } from '../../sync/protocol/bundle.ts';

/** What was carried over so far. */
export interface ExportProgress {
  /** Records in sound bundles on the medium, of `total` without a receipt. */
  records: number;
  total: number;
  /** The last bundle; null before the first. */
  bundle: string | null;
  /** Whether it was there from an earlier run. */
  wasThere: boolean;
}

export interface ExportReport {
  records: number;
  /** Written now, and there already. */
  written: number;
  kept: number;
}

export interface ExportOptions {
  dataDir: string;
  /** An existing folder, on a stick as a rule. */
  target: string;
  onProgress?: (progress: ExportProgress) => void;
  /** Of one file; as many as the device's suite signs in a moment unless told. */
  maxRecords?: number;
}

/** Records between two breaths: inside a running device, citizens come first. */
const BREATH_RECORDS = 200;

async function* breathing(records: Iterable<CarriedRecord>): AsyncGenerator<CarriedRecord> {
  let count = 0;
  for (const record of records) {
    yield record;
    count += 1;
    if (count % BREATH_RECORDS === 0) await setImmediate();
  }
}

async function isSame(path: string, label: BundleLabel, device: Parameters<typeof readBundleLabel>[1]) {
  const file = await readFile(path, 'latin1').catch(() => null);
  if (file === null) return false;
  const found = await readBundleLabel(file, device, verifySignature);
  return found?.records === label.records && found.root === label.root;
}

/** What a run that was cut off left behind, under a name that is no bundle's. */
async function sweep(target: string, deviceId: string): Promise<void> {
  const left = (await readdir(target)).filter((name) => name.startsWith(`${deviceId}-`) && name.endsWith('.hcpb.new'));
  for (const name of left) await rm(join(target, name), { force: true });
}

/**
 * Writes everything without a receipt as evacuation bundles (reference-protocol §7). Each file is whole or not there;
 * a run that was broken off goes on with the first bundle that is missing. The device may be running, in this process.
 * @throws CodedError `not_provisioned`, `target_missing`, `target_full`, `target_lost`, `no_encryption_key`; LedgerError
 */
export async function exportBundles(options: ExportOptions): Promise<ExportReport> {
  const { dataDir, target, onProgress } = options;
  const size = options.maxRecords === undefined ? {} : { maxRecords: options.maxRecords };
  const provisioned = await loadProvisioning(dataDir);
  if (provisioned === null) throw bareDevice();
  if (!existsSync(target)) throw missingTarget(target);
  const keys = keysOf(dataDir);
  const { alg, sign, publicJwk } = findOrMakeIdentity(dataDir, 'ed25519');
  const { deviceId, centreKeys } = provisioned;
  const device = { deviceId, key: publicJwk };
  const isThere = (name: string, label: BundleLabel) => isSame(join(target, name), label, device);
  const total = countUndelivered(dataDir, keys);
  const records = breathing(readUndelivered(dataDir, keys));
  const report: ExportReport = { records: 0, written: 0, kept: 0 };
  onProgress?.({ records: 0, total, bundle: null, wasThere: false });
  try {
    const { dev: medium } = await stat(target);
    await sweep(target, deviceId);
    for await (const bundle of evacuate({ deviceId, centreKeys, alg, sign, records, isThere, ...size })) {
      if (bundle.text !== null) await writeDurablyMeanwhile(join(target, bundle.name), bundle.text);
      // Behind a stick that was pulled lies the folder that it was mounted on: nobody would carry away what lands there.
      if ((await stat(target)).dev !== medium) throw lostTarget(target, 'another medium');
      report[bundle.text === null ? 'kept' : 'written'] += 1;
      report.records += bundle.records;
      onProgress?.({ records: report.records, total, bundle: bundle.name, wasThere: bundle.text === null });
    }
  } catch (error) {
    throw ofTheTarget(error, target);
  }
  return report;
}

const AGAIN = 'Then give the same command again: it goes on where it was. Files that are there are whole.';

function ofTheTarget(error: unknown, target: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (error instanceof CodedError || !/^E[A-Z]+$/.test(code)) return error;
  if (!['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return lostTarget(target, code, error);
  const hint = `Free space on it. ${AGAIN}`;
  return new CodedError('target_full', `${target} is full`, { next: 'retry', hint, cause: error });
}

function lostTarget(target: string, why: string, cause?: unknown): CodedError {
  const hint = `Put the stick in again, or take another one. ${AGAIN}`;
  return new CodedError('target_lost', `${target} cannot be written to any more (${why})`, {
    next: 'retry',
    hint,
    cause,
  });
}

const bareDevice = () =>
  new CodedError('not_provisioned', 'this device belongs to no centre yet', {
    next: 'stop',
    hint: 'Enrol it first; without a centre there is no key to encrypt to.',
  });

const missingTarget = (target: string) =>
  new CodedError('target_missing', `${target} does not exist`, { next: 'refuse', hint: 'Name a folder that does.' });
