import type { ConfigurationOutcome, ConnectorFamily } from '../../sync/connectors/connector.ts';
import { referenceFamily } from '../../sync/connectors/reference/connector.ts';
import type { TrustClock } from '../../sync/trust-clock.ts';
import type { Cryptography } from './cryptography.ts';
import type { DeviceHistory } from './history.ts';
import type { Process } from './machine.ts';
import type { SimulatedNetwork } from './network.ts';
import type { Planted } from './planted.ts';

export interface FamilyParts {
  process: Process;
  trustClock: TrustClock;
  deviceId: string;
  network: SimulatedNetwork;
  cryptography: Cryptography;
  history: DeviceHistory;
  planted: Planted | null;
  isChatty: boolean;
  needsVisitFirst: boolean;
  ids: (series: string, wallMs: number) => string;
}

const ONE_NONCE = '01900000-0000-7000-8000-000000000001';

/** The reference connector over a simulated line; now and then that of a centre that must know each visit first. */
export function simulatedFamily(parts: FamilyParts): ConnectorFamily {
  const { process, trustClock, cryptography, planted, isChatty, needsVisitFirst, ids, deviceId } = parts;
  const isForgetful = planted === 'forget_nonce';
  const family = referenceFamily({
    clock: process,
    trustClock,
    signerFor: (connection) => cryptography.signerFor(connection.deviceId),
    newId: () => (isForgetful ? ONE_NONCE : ids(`${deviceId} agent`, process.wallMs())),
    version: 'simulated',
    bootId: '00000000-0000-4000-8000-000000000000',
    edges: edgesOf(parts),
  });
  return {
    ...family,
    open(connection) {
      const line = { ...family.open(connection), needsVisitFirst };
      return isChatty ? line : { ...line, fetchConfiguration: noConfiguration };
    },
  };
}

function edgesOf({ network, process, history, cryptography, planted }: FamilyParts) {
  return {
    openHttp: () => network.clientOf(process, (attempt) => history.attempted(attempt)),
    pack: cryptography.pack,
    sign: cryptography.sign,
    readReceipt:
      planted === 'accept_any_receipt'
        ? async (jws: string) => JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
        : cryptography.readReceipt,
  };
}

/** A question that stays open as long as its agent lives. */
function noConfiguration(_etag: string | null, signal: AbortSignal): Promise<ConfigurationOutcome> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ kind: 'unchanged' })));
}
