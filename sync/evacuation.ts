import { CodedError } from '../device/errors.ts';
import type { Jwks } from '../device/identity/configuration.ts';
import { sealBundle } from './protocol/bundle.ts';
import type { SignatureAlgorithm } from './protocol/http-signature.ts';

/** What one bundle holds at most, so that a stick, a browser and a centre of any size can take it. */
export const BUNDLE_MAX_RECORDS = 20_000;

export interface EvacuationOptions {
  deviceId: string;
  centreKeys: Jwks;
  /** Of the device's key. */
  alg: SignatureAlgorithm;
  sign: (data: Uint8Array) => Uint8Array;
  /** In order of seq; ids and hashes as they would go online, so that both ways may overlap (reference-protocol §7). */
  records: Iterable<{ seq: number; hash: string; json: string }>;
  maxRecords?: number;
}

export interface Bundle {
  /** `<deviceId>-<fromSeq>-<toSeq>.hcpb` */
  name: string;
  text: string;
  records: number;
}

function* inRuns<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let run: T[] = [];
  for (const item of items) {
    run.push(item);
    if (run.length === size) {
      yield run;
      run = [];
    }
  }
  if (run.length > 0) yield run;
}

/**
 * The evacuation bundles of everything handed in, one after the other; none where there is nothing.
 * @throws CodedError `no_encryption_key` where the centre gave none at enrolment
 */
export async function* evacuate(options: EvacuationOptions): AsyncGenerator<Bundle> {
  const { deviceId, centreKeys, alg, sign, records, maxRecords = BUNDLE_MAX_RECORDS } = options;
  const centreKey = centreKeys.keys.find(({ use, crv }) => use === 'enc' && crv === 'X25519');
  const { kid, kty, crv, x } = centreKey ?? {};
  if (kid === undefined || kty === undefined || crv === undefined || x === undefined) {
    throw new CodedError('no_encryption_key', 'this centre gave no key to encrypt a bundle to', {
      next: 'stop',
      hint: 'Enrol the device again with a centre that offers one, or bring the network back.',
    });
  }
  for (const run of inRuns(records, maxRecords)) {
    const fromSeq = run[0]?.seq ?? 1;
    const { seq: toSeq, hash: head } = run.at(-1) ?? { seq: fromSeq, hash: '' };
    const text = await sealBundle({
      deviceId,
      recordLines: run.map(({ json }) => json),
      manifest: { fromSeq, toSeq, head, count: run.length },
      centreKey: { kid, kty, crv, x, use: 'enc' },
      alg,
      sign,
    });
    yield { name: `${deviceId}-${fromSeq}-${toSeq}.hcpb`, text, records: run.length };
  }
}
