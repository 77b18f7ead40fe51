import type { Level } from '../../device/ledger/record.ts';
import { formatTime } from '../../device/time.ts';
import { merkleRoot } from '../../sync/protocol/merkle.ts';
import {
  batchRequestSchema,
  manifestSchema,
  type Receipt,
  type RecordResult,
  SIGNATURE_WINDOW_S,
} from '../../sync/protocol/messages.ts';
import { type Judged, judgeRecord } from '../../sync/reference-centre/judge.ts';
import { missingRanges } from '../../sync/reference-centre/missing-ranges.ts';
import { receiptPayload } from '../../sync/reference-centre/receipts.ts';
import { type GivenRating, settleVisit } from '../../sync/reference-centre/standing-rating.ts';
import type { Random } from '../support/random.ts';
import { CentreStore } from './centre-store.ts';
import type { Cryptography, SignedRequest } from './cryptography.ts';
import type { World } from './world.ts';

/** How a centre has a bad day. */
export const CENTRE_MOODS = [
  'down',
  'hangs',
  'status_500',
  'status_429',
  'status_503',
  'calls_all_malformed',
  'disowns',
  'too_large',
  'wrong_receipt',
  'drops_half',
  'defers',
] as const;
export type CentreMood = 'well' | (typeof CENTRE_MOODS)[number];

export interface CentreReply {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface CentreParts {
  world: World;
  cryptography: Cryptography;
  random: Random;
  /** Plants the fault: a receipt goes out and the batch is committed later. */
  signsBeforeCommit: boolean;
  /** It is one that must be sent each visit first; then it is written down in which order records came. */
  needsVisitFirst: boolean;
  /** Plants the fault: the rating that came last stands. */
  lastArrivalStands: boolean;
}

const json = (status: number, value: unknown, headers: Record<string, string> = {}): CentreReply => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  text: JSON.stringify(value),
});

/** One version for ever; the simulated appliance takes anything. */
function configuration({ headers }: SignedRequest): CentreReply {
  if (headers['if-none-match'] !== undefined) return { status: 304, headers: {}, text: '' };
  return json(200, { configuration: 'e30.e30.AA' }, { etag: '"1"' });
}

/** The centre: judging, standing ratings and receipts of the reference centre, over a store that crashes. */
export class SimulatedCentre {
  readonly store = new CentreStore();
  mood: CentreMood = 'well';
  /** The next batch dies there, once. */
  armed: 'before' | 'committed' | null = null;
  /** Which of its keys signs: an expired one is followed by the next. */
  keyNumber = 1;
  /** In which place each record first came, by device and id; kept where the order matters. */
  readonly #places = new Map<string, number>();
  readonly #parts: CentreParts;
  readonly #nonces = new Set<string>();
  readonly #phone = new Map<string, GivenRating>();
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(parts: CentreParts) {
    this.#parts = parts;
  }

  /** Answers one request; null where nobody answers and the line is cut, `hang` where it stays silent. */
  async answer(request: SignedRequest): Promise<CentreReply | 'cut' | 'hang'> {
    const trouble = this.#trouble();
    if (trouble !== null) return trouble;
    const { trueMs } = this.#parts.world;
    const proof = await this.#parts.cryptography.proofOf(request);
    const isFresh = Math.abs(trueMs / 1000 - proof.created) <= SIGNATURE_WINDOW_S;
    const nonce = `${proof.keyId}/${proof.nonce}`;
    if (!isFresh || this.#nonces.has(nonce)) {
      return json(401, { code: 'stale_signature', serverTime: formatTime(trueMs) });
    }
    this.#nonces.add(nonce);
    return this.#route(request, proof.keyId);
  }

  /** A citizen's phone. @returns false where it has no effect */
  ratePhone(deviceId: string, visit: { visitId: string; caseNo: string; serviceNo: number }, level: Level): boolean {
    const key = `${deviceId}/${visit.visitId}`;
    if (this.mood !== 'well' || this.#phone.has(key)) return false;
    const ratedAt = formatTime(this.#parts.world.trueMs);
    const words = { level, channel: 'phone' as const, tags: [], comment: null, revision: 1 };
    this.#phone.set(key, { id: `phone:${visit.visitId}`, ...visit, ...words, ratedAt, receivedAt: ratedAt });
    for (const wake of this.#watchers.get(key) ?? []) wake();
    return true;
  }

  phoneRating(deviceId: string, visitId: string): GivenRating | null {
    return this.#phone.get(`${deviceId}/${visitId}`) ?? null;
  }

  get needsVisitFirst(): boolean {
    return this.#parts.needsVisitFirst;
  }

  /** Whether the one came, and the other did not come before it. */
  cameFirst(deviceId: string, id: string, otherId: string): boolean {
    const [place, other] = [id, otherId].map((each) => this.#places.get(`${deviceId}/${each}`));
    return place !== undefined && (other === undefined || place < other);
  }

  /** What is counted for a visit, null for nothing. */
  standing(deviceId: string, visitId: string): GivenRating | null {
    const ratings = this.store.given(deviceId, visitId);
    if (this.#parts.lastArrivalStands) return ratings.at(-1) ?? this.phoneRating(deviceId, visitId);
    return settleVisit([...ratings, ...[this.phoneRating(deviceId, visitId) ?? []].flat()])?.standing ?? null;
  }

  #trouble(): CentreReply | 'cut' | 'hang' | null {
    const { random, world } = this.#parts;
    const afterS = 1 + random.below(120);
    switch (this.mood) {
      case 'down':
        this.store.rollback();
        return 'cut';
      case 'hangs':
        return 'hang';
      case 'status_500':
        return json(500, { code: 'internal' });
      case 'status_429':
        return json(429, { code: 'too_many' }, { 'retry-after': String(afterS) });
      case 'status_503':
        return json(503, { code: 'away' }, { 'retry-after': new Date(world.trueMs + afterS * 1000).toUTCString() });
      case 'calls_all_malformed':
        return json(400, { code: 'malformed', message: 'everything is' });
      case 'disowns':
        return json(401, { code: 'unknown_device' });
      case 'too_large':
        return json(413, { code: 'too_large' });
      default:
        return null;
    }
  }

  #route(request: SignedRequest, deviceId: string): Promise<CentreReply | 'cut' | 'hang'> | CentreReply {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname.endsWith('/records')) return this.#takeBatch(request, deviceId);
    if (pathname.endsWith('/heartbeats')) return json(200, { serverTime: formatTime(this.#parts.world.trueMs) });
    if (pathname.endsWith('/manifests')) return this.#compare(request, deviceId);
    if (pathname.endsWith('/configuration')) return configuration(request);
    const visitId = /\/visits\/([^/]+)$/.exec(pathname)?.[1];
    if (visitId === undefined) return json(404, { code: 'not_found' });
    return this.#visitState(deviceId, visitId, Number(searchParams.get('wait') ?? 0));
  }

  #compare({ body }: SignedRequest, deviceId: string): CentreReply {
    const text = this.#parts.cryptography.unpack(body ?? Buffer.alloc(0));
    const { fromSeq, toSeq, head } = manifestSchema.parse(JSON.parse(text));
    const missing = missingRanges(fromSeq, toSeq, this.store.seqs(deviceId, fromSeq, toSeq));
    const { store } = this;
    const headMatches = store.hasHead(deviceId, toSeq, head) && !store.isForked(deviceId, fromSeq, toSeq);
    return json(200, { missing, headMatches });
  }

  async #visitState(deviceId: string, visitId: string, waitS: number): Promise<CentreReply> {
    if (this.standing(deviceId, visitId) === null && waitS > 0) await this.#watch(`${deviceId}/${visitId}`, waitS);
    const standing = this.standing(deviceId, visitId);
    if (standing !== null) return json(200, { state: 'rated', channel: standing.channel, ratedAt: standing.ratedAt });
    return json(200, { state: this.store.knowsVisit(deviceId, visitId) ? 'open' : 'unknown' });
  }

  async #watch(key: string, waitS: number): Promise<void> {
    const watchers = this.#watchers.get(key) ?? new Set();
    this.#watchers.set(key, watchers);
    await new Promise<void>((resolve) => {
      watchers.add(resolve);
      this.#parts.world.after(waitS * 1000, resolve);
    });
    this.#watchers.delete(key);
  }

  async #takeBatch(request: SignedRequest, deviceId: string): Promise<CentreReply | 'cut'> {
    const { cryptography, world, signsBeforeCommit } = this.#parts;
    const text = cryptography.unpack(request.body ?? Buffer.alloc(0));
    const { batchId, records } = batchRequestSchema.parse(JSON.parse(text));
    if (this.needsVisitFirst) this.#noteOrder(deviceId, records);
    if (this.#dies('before')) return 'cut';
    const receivedAt = world.trueMs;
    const judged = this.#seen(records).map((record) => this.#judge(record, deviceId, receivedAt));
    if (signsBeforeCommit) world.after(3_600_000, () => this.#commit());
    else this.#commit();
    const hashes = judged.flatMap(({ heldHash }) => heldHash ?? []);
    const receipt = await this.#receipt(receiptPayload(batchId, receivedAt, hashes));
    if (this.#dies('committed')) return 'cut';
    const results = judged.map(({ result }) => result);
    return json(200, { batchId, serverTime: formatTime(receivedAt), results, receipt });
  }

  /** What it says of them comes later, and takes nothing of this back. */
  #noteOrder(deviceId: string, records: readonly { id: string }[]): void {
    for (const { id } of records) {
      const key = `${deviceId}/${id}`;
      if (!this.#places.has(key)) this.#places.set(key, this.#places.size);
    }
  }

  #commit(): void {
    if (this.mood === 'down') this.store.rollback();
    else this.store.commit(this.#parts.world.nowMs);
  }

  #judge(record: { id: string }, deviceId: string, receivedAt: number): Judged {
    const defers = this.mood === 'defers' && this.#parts.random.chance(0.5);
    const result: RecordResult = { id: record.id, outcome: 'deferred', code: 'visit_unknown', retryAfterS: 45 };
    if (defers) return { result, heldHash: null, ratedVisitId: null };
    return judgeRecord(record, { deviceId, receivedAt, records: this.store, refuse: () => null });
  }

  #seen<T>(records: readonly T[]): readonly T[] {
    return this.mood === 'drops_half' ? records.filter((_record, index) => index % 2 === 0) : records;
  }

  /** In turn at random: by a stranger, over another tree, for another batch, for another number, none at all. */
  async #receipt(payload: Receipt | null): Promise<string | null> {
    const { cryptography, random } = this.#parts;
    if (payload === null) return null;
    const by = this.keyNumber;
    if (this.mood !== 'wrong_receipt') return cryptography.signReceipt(payload, by);
    const wrong: [Receipt, number | 'stranger'] | null = random.pick([
      [payload, 'stranger'] as [Receipt, 'stranger'],
      [{ ...payload, root: merkleRoot([Buffer.alloc(32)]) }, by],
      [{ ...payload, batchId: '01900000-0000-7000-8000-000000000000' }, by],
      [{ ...payload, count: payload.count + 1 }, by],
      null,
    ]);
    return wrong === null ? null : cryptography.signReceipt(...wrong);
  }

  /** Killed in the middle of a batch; it is back after some seconds. */
  #dies(at: 'before' | 'committed'): boolean {
    if (this.armed !== at || this.mood !== 'well') return false;
    this.armed = null;
    this.mood = 'down';
    this.store.rollback();
    this.#parts.world.after(8_000, () => {
      if (this.mood === 'down') this.mood = 'well';
    });
    return true;
  }
}
