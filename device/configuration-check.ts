import { CodedError } from './errors.ts';
import type { Configuration } from './identity/configuration.ts';
import { type Change, diffConfigurations } from './identity/configuration-diff.ts';
import { type Fault, IdentityError } from './identity/errors.ts';
import { checkSuccession, type Provisioned, verifyConfiguration } from './identity/provisioning.ts';
import { isPolicyError } from './policy/policy-error.ts';
import { rulesOf } from './rules.ts';

/** Whether a document may take the place of the one in force: asked before it is used, and by a dry run. */

export interface Offer {
  /** Compact JWS. */
  jws: string;
  present: Provisioned;
  /** The highest version that this device ever used of its centre. */
  floor: number;
  /** ms since 1970 */
  nowMs: number;
}

/**
 * The document of an offer that may be used.
 * @throws IdentityError, PolicyError
 */
export async function admitConfiguration({ jws, present, floor, nowMs }: Offer): Promise<Configuration> {
  const document = await verifyConfiguration(jws, present.centreKeys);
  if (jws !== present.configuration) {
    checkSuccession(document, { version: Math.max(present.document.version, floor) }, nowMs);
  }
  rulesOf(document);
  return document;
}

/** What would come of an offer. */
export interface DryRun {
  /** `same`: it says what is in force. */
  verdict: 'accepted' | 'same' | 'refused';
  /** Of the document; null where it is refused. */
  version: number | null;
  presentVersion: number;
  changes: Change[];
  /** Some change takes effect at the next start only. */
  restart: boolean;
  refusal: { code: string; message: string; hint: string; faults: readonly Fault[] } | null;
}

/** Judges an offer as the device would. Writes nothing. */
export async function dryRun(offer: Offer): Promise<DryRun> {
  const presentVersion = offer.present.document.version;
  try {
    const document = await admitConfiguration(offer);
    const changes = diffConfigurations(offer.present.document, document);
    const verdict = changes.length === 0 ? 'same' : 'accepted';
    const restart = changes.some((change) => change.restart);
    return { verdict, version: document.version, presentVersion, changes, restart, refusal: null };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { code, message, hint } = error;
    const refusal = { code, message, hint, faults: faultsOf(error) };
    return { verdict: 'refused', version: null, presentVersion, changes: [], restart: false, refusal };
  }
}

/** Where a refused document is at fault, as far as its error says. */
export function faultsOf(error: CodedError): readonly Fault[] {
  if (error instanceof IdentityError) return error.faults;
  return isPolicyError(error) ? [{ path: error.path, message: error.message }] : [];
}
