import { hashBytes } from '../../device/ledger/chain.ts';
import type { OutboxRecord } from '../../device/ledger/outbox.ts';
import { formatTime } from '../../device/time.ts';
import type {
  BatchOutcome,
  BatchResults,
  ConfigurationOutcome,
  Connector,
  ConnectorFamily,
  HeartbeatOutcome,
  Manifest,
  ManifestOutcome,
  Pulse,
  VisitOutcome,
} from '../connectors/connector.ts';
import { merkleRoot } from '../protocol/merkle.ts';

type SendBatch = (records: readonly OutboxRecord[], signal: AbortSignal) => Promise<BatchOutcome> | BatchOutcome;

/** A centre that takes everything. The receipt is well-formed; nobody behind the connector verifies it again. */
export function takeAll(records: readonly OutboxRecord[]): BatchResults {
  const root = merkleRoot(records.map((record) => hashBytes(record.hash)));
  const batchId = '01900000-0000-7000-8000-000000000001';
  const receipt = { batchId, receivedAt: formatTime(0), count: records.length, root, jws: 'a.b.c' };
  return { kind: 'settled', receipt, delivered: records.map((record) => record.id), deferred: [], refused: [] };
}

/** A connector whose answers a test writes. The last answer of each list is repeated. */
export class ScriptedConnector implements Connector, ConnectorFamily {
  provesDelivery = true;
  needsVisitFirst = false;
  readonly limits: Connector['limits'];
  /** Sizes of the batches that came, and when. */
  readonly batches: { atMs: number; ids: string[] }[] = [];
  /** Batches that were made ready ahead of their turn. */
  readonly prepared: string[][] = [];
  readonly pulses: { atMs: number; pulse: Pulse }[] = [];
  readonly configurationAsks: { atMs: number; etag: string | null }[] = [];
  readonly visitAsks: string[] = [];
  opened = 0;
  closed = 0;
  send: SendBatch = takeAll;
  answerVisit: (visitId: string, signal: AbortSignal) => Promise<VisitOutcome> = async () => ({
    kind: 'visit',
    state: 'open',
    ratedAt: null,
  });
  configuration: ConfigurationOutcome = { kind: 'unchanged' };
  beat: HeartbeatOutcome = { kind: 'alive' };
  answerBeat: () => Promise<HeartbeatOutcome> = async () => this.beat;
  readonly manifests: { atMs: number; manifest: Manifest }[] = [];
  /** A centre that holds all of a chain, and nothing beyond it. */
  answerManifest: (manifest: Manifest) => ManifestOutcome = () => ({
    kind: 'manifest',
    missing: [],
    headMatches: true,
  });
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, limits: Connector['limits'] = { records: 500, bytes: 1_000_000 }) {
    this.limits = limits;
    this.#nowMs = nowMs;
  }

  open(): Connector {
    this.opened++;
    return this;
  }

  async enrol() {
    return { outcome: 'refused', code: 'code_unknown', message: 'scripted' } as const;
  }

  prepare(records: readonly OutboxRecord[]): void {
    this.prepared.push(records.map((record) => record.id));
  }

  async sendBatch(records: readonly OutboxRecord[], signal: AbortSignal): Promise<BatchOutcome> {
    this.batches.push({ atMs: this.#nowMs(), ids: records.map((record) => record.id) });
    return this.send(records, signal);
  }

  async visitState(visitId: string, signal: AbortSignal): Promise<VisitOutcome> {
    this.visitAsks.push(visitId);
    return this.answerVisit(visitId, signal);
  }

  async fetchConfiguration(etag: string | null): Promise<ConfigurationOutcome> {
    this.configurationAsks.push({ atMs: this.#nowMs(), etag });
    return this.configuration;
  }

  async heartbeat(pulse: Pulse): Promise<HeartbeatOutcome> {
    this.pulses.push({ atMs: this.#nowMs(), pulse });
    return this.answerBeat();
  }

  async manifest(manifest: Manifest): Promise<ManifestOutcome> {
    this.manifests.push({ atMs: this.#nowMs(), manifest });
    return this.answerManifest(manifest);
  }

  close(): void {
    this.closed++;
  }
}
