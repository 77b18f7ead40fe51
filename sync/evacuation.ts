import { CodedError } from '../device/errors.ts';
import type { Jwks } from '../device/identity/configuration.ts';
import { hashBytes } from '../device/ledger/chain.ts';
import { type BundleLabel, sealBundle } from './protocol/bundle.ts';
import type { SignatureAlgorithm } from './protocol/http-signature.ts';
import { merkleRoot } from './protocol/merkle.ts';

/**
 * What one bundle holds at most, so that sealing one keeps a device that serves citizens for a moment only. Our SM3 is
 * plain JavaScript and signs fewer bytes in that time.
 */
const MAX_RECORDS: Record<SignatureAlgorithm, number> = { ed25519: 5000, 'sm2-sm3': 1000 };

/** A record as it would go online, so that both ways may overlap (reference-protocol §7). */
export interface CarriedRecord {
  seq: number;
  hash: string;
  /** JSON text of the whole record. */
  json: string;
}

export interface EvacuationOptions {
  deviceId: string;
  centreKeys: Jwks;
  /** Of the device's key. */
  alg: SignatureAlgorithm;
  sign: (data: Uint8Array) => Uint8Array;
  /** In order of seq. */
  records: Iterable<CarriedRecord> | AsyncIterable<CarriedRecord>;
  maxRecords?: number;
  /** Whether a sound bundle of that name with just these records lies there from an earlier run; none where left out. */
  isThere?: (name: string, label: BundleLabel) => Promise<boolean>;
}

export interface Bundle {
  /** `<deviceId>-<fromSeq>-<toSeq>.hcpb` */
  name: string;
  /** Null where it is there already. */
  text: string | null;
  records: number;
}

async function* inRuns<T>(items: Iterable<T> | AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let run: T[] = [];
  for await (const item of items) {
    run.push(item);
    if (run.length === size) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

function encryptionKey({ keys }: Jwks) {
  const { kid, kty, crv, x } = keys.find((key) => key.use === 'enc' && key.crv === 'X25519') ?? {};
  if (kid !== undefined && kty !== undefined && crv !== undefined && x !== undefined) return { kid, kty, crv, x };
  throw new CodedError('no_encryption_key', 'this centre gave no key to encrypt a bundle to', {
    next: 'stop',
    hint: 'Enrol the device again with a centre that offers one, or bring the network back.',
  });
}

/**
 * The evacuation bundles of everything handed in, one after the other; none where there is nothing. Runs begin at the
 * same numbers as long as nothing is delivered meanwhile, so a run that was broken off goes on where it was.
 * @throws CodedError `no_encryption_key` where the centre gave none at enrolment
 */
export async function* evacuate(options: EvacuationOptions): AsyncGenerator<Bundle> {
  const { deviceId, alg, sign, records, maxRecords = MAX_RECORDS[options.alg], isThere } = options;
  const centreKey = { ...encryptionKey(options.centreKeys), use: 'enc' };
  for await (const run of inRuns(records, maxRecords)) {
    const fromSeq = run[0]?.seq ?? 1;
    const { seq: toSeq, hash: head } = run.at(-1) ?? { seq: fromSeq, hash: '' };
    const name = `${deviceId}-${fromSeq}-${toSeq}.hcpb`;
    const label = { records: run.length, root: merkleRoot(run.map(({ hash }) => hashBytes(hash))) };
    if ((await isThere?.(name, label)) === true) {
      yield { name, text: null, records: run.length };
      continue;
    }
    const manifest = { fromSeq, toSeq, head, count: run.length };
    const recordLines = run.map(({ json }) => json);
    yield {
      name,
      text: await sealBundle({ deviceId, recordLines, manifest, label, centreKey, alg, sign }),
      records: run.length,
    };
  }
}
