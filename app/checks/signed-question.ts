import { systemClock } from '../../device/clock.ts';
import { readBootId } from '../../device/clock-block.ts';
import { CodedError } from '../../device/errors.ts';
import { type Provisioned, verifyConfiguration } from '../../device/identity/provisioning.ts';
import type { IdentityKey } from '../../device/identity/suite/key.ts';
import { newId } from '../../device/new-id.ts';
import type { Connector } from '../../sync/connectors/connector.ts';
import { referenceFamily } from '../../sync/connectors/reference/connector.ts';
import type { Way } from '../../sync/connectors/reference/way.ts';
import { createTrustClock } from '../../sync/trust-clock.ts';
import type { SignedOutcome } from './centre-probe.ts';

export interface SignedQuestionParts {
  provisioned: Pick<Provisioned, 'deviceId' | 'baseUrl' | 'centreKeys'>;
  key: Pick<IdentityKey, 'alg' | 'sign'>;
  way: Way;
  /** Of this software. */
  version: string;
}

/**
 * Asks the centre for this device's configuration over the agent's own connector and looks whose signature is under
 * the answer. Both directions are proved: it takes ours, and we take its. Nothing is kept. Never rejects.
 */
export async function askSigned(parts: SignedQuestionParts, signal: AbortSignal): Promise<SignedOutcome> {
  const { provisioned, key, way, version } = parts;
  const { deviceId, baseUrl, centreKeys } = provisioned;
  const family = referenceFamily({
    clock: systemClock,
    trustClock: createTrustClock(systemClock),
    signerFor: () => ({ keyId: deviceId, alg: key.alg, sign: async (bytes) => key.sign(bytes) }),
    newId,
    version,
    bootId: readBootId(),
    way: () => way,
  });
  let connector: Connector | null = null;
  try {
    connector = family.open({ deviceId, baseUrl, centreKeys, alg: key.alg });
    const answer = await connector.fetchConfiguration(null, signal);
    if (answer.kind === 'unauthorised') return { kind: 'unauthorised', code: answer.code };
    if (answer.kind === 'unchanged') return { kind: 'failed', detail: 'unchanged' };
    if (answer.kind !== 'configuration') return { kind: 'failed', detail: answer.detail };
    return { kind: 'good', version: (await verifyConfiguration(answer.jws, centreKeys)).version };
  } catch (error) {
    if (error instanceof CodedError) return { kind: 'foreign', code: error.code };
    return { kind: 'failed', detail: error instanceof Error ? error.message : String(error) };
  } finally {
    connector?.close();
  }
}
