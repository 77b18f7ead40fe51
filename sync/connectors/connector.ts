import type { OutboxCounts, OutboxRecord, Settlement } from '../../device/ledger/outbox.ts';
import type { Assessment } from '../../device/policy/slack.ts';
import type { DeviceConnection, EnrolOutcome, EnrolRequest, LinkReport } from '../port/contract.ts';

/**
 * What the agent needs of a centre. One folder per kind of centre; the agent knows none of their formats.
 * No function of a connector throws for the network's or the centre's sake: whatever came back is an outcome.
 * A connector never tries twice, but for a signature that the centre called stale (reference-protocol §1).
 */

/** `detail` is one sentence for a technician, without personal data. */
export type Failure =
  | { kind: 'down'; detail: string }
  /** The centre asks for patience: 429, or 503 with a time. `retryAfterMs` null: it named none. */
  | { kind: 'busy'; detail: string; retryAfterMs: number | null }
  /** Something answered, but nothing that the centre would say: a login page, a foreign receipt. */
  | { kind: 'not_the_centre'; detail: string }
  /** The centre does not know this device, or no longer. Only a person can mend it. */
  | { kind: 'unauthorised'; code: 'unknown_device' | 'revoked'; detail: string };

/** What the centre said of each record, and its verified word for those it holds. */
export type BatchResults = { kind: 'settled' } & Omit<Settlement, 'leaseId'>;

export type BatchOutcome =
  | Failure
  | BatchResults
  /** Too many bytes at once; nothing was stored. */
  | { kind: 'too_large'; detail: string }
  /** The batch as a whole could not be read; nothing was stored. At least one of its records may be to blame. */
  | { kind: 'malformed'; detail: string };

export type VisitOutcome =
  | Failure
  /** `ratedAt`: RFC 3339, null where the centre did not say. */
  | { kind: 'visit'; state: 'open' | 'rated' | 'unknown'; ratedAt: string | null };

export type ConfigurationOutcome =
  | Failure
  | { kind: 'unchanged' }
  | { kind: 'configuration'; jws: string; etag: string | null };

export type HeartbeatOutcome = Failure | { kind: 'alive' };

/** A question about a range of records, both ends included; `count` of them are held here, `head` is the last one's hash. */
export interface Manifest {
  fromSeq: number;
  toSeq: number;
  head: string;
  count: number;
}

export type ManifestOutcome =
  | Failure
  /** Numbers that the centre does not hold, and whether what it does hold of the range is this chain. */
  | { kind: 'manifest'; missing: [fromSeq: number, toSeq: number][]; headMatches: boolean }
  /** This kind of centre cannot be asked; `detail` says so to a technician. */
  | { kind: 'unsupported'; detail: string };

/** What the agent knows of the device, for connectors whose centre wants to hear it. */
export interface Pulse {
  counts: OutboxCounts;
  /** How far the backlog is from breaking the law. */
  assessment: Assessment;
  link: LinkReport['state'];
  /** Version in force and why a newer one was refused, since the centre was last asked for one; null before. */
  configuration: { version: number | null; refused: string | null } | null;
}

/** A line to one centre as one device. */
export interface Connector {
  /** Most records and bytes of record JSON that the centre takes at once. */
  readonly limits: { records: number; bytes: number };
  /** Whether what it calls delivered is proved by the centre, record by record: then a test record means something. */
  readonly provesDelivery: boolean;
  /** Whether its centre must hold a visit before it takes what follows of it. Costs the batch that is claimed ahead. */
  readonly needsVisitFirst: boolean;
  /**
   * Makes ready what will go next, while the batch before it is on the wire: `sendBatch` of this same list then waits for
   * the line alone. A list that is not sent after all costs nothing more. Left out where there is nothing to make ready.
   */
  prepare?(records: readonly OutboxRecord[]): void;
  /**
   * Delivers records, each as its `json`, unchanged. A record is `delivered` only on proof that the centre holds it.
   * @param records 1 … limits.records
   * @param signal gives up; the outcome is then `down`, and the centre may have stored everything
   */
  sendBatch(records: readonly OutboxRecord[], signal: AbortSignal): Promise<BatchOutcome>;
  /** Whether a visit was rated by phone; may take half a minute to answer. */
  visitState(visitId: string, signal: AbortSignal): Promise<VisitOutcome>;
  /** @param etag of the configuration that the device holds, null for none */
  fetchConfiguration(etag: string | null, signal: AbortSignal): Promise<ConfigurationOutcome>;
  heartbeat(pulse: Pulse, signal: AbortSignal): Promise<HeartbeatOutcome>;
  /** Which records of a range the centre holds. */
  manifest(manifest: Manifest, signal: AbortSignal): Promise<ManifestOutcome>;
  /** Closes idle sockets. Calls under way end as `down`. */
  close(): void;
}

/** A kind of centre: how to open a line to it, and how a new device makes itself known. */
export interface ConnectorFamily {
  /** @throws SyncError `address_malformed | address_not_https`: the connection can never work as it stands */
  open(connection: DeviceConnection): Connector;
  /** Repeatable: a code that waits for approval is sent again. Never throws. */
  enrol(request: EnrolRequest, signal: AbortSignal): Promise<EnrolOutcome>;
}
