import { hashBytes } from '../../device/ledger/chain.ts';
import { formatTime } from '../../device/time.ts';
import type { HttpClient, HttpReply, HttpRequest } from '../../sync/connectors/reference/http.ts';
import { merkleRoot } from '../../sync/protocol/merkle.ts';
import type { Random } from '../support/random.ts';
import type { CentreReply, SimulatedCentre } from './centre.ts';
import type { Cryptography } from './cryptography.ts';
import type { Process } from './machine.ts';
import type { World } from './world.ts';

/** What the hall's network does to requests and replies. */
export const NETWORK_MOODS = [
  'down',
  'portal',
  'impostor',
  'lossy',
  'lost_ack',
  'proxy_repeats',
  'stale_reply',
  'slow',
] as const;
export type NetworkMood = 'well' | (typeof NETWORK_MOODS)[number];

/** One attempt to deliver a batch, for the checker of rests. */
export interface Attempt {
  sentAtMs: number;
  endedAtMs: number;
  /** 'busy' where the centre itself named a time. */
  came: 'well' | 'failed' | 'busy';
}

export interface NetworkParts {
  world: World;
  centre: SimulatedCentre;
  cryptography: Cryptography;
  random: Random;
}

type Carried = CentreReply | 'refused' | 'silence';

/** The network of one device; the simulated place of sync/connectors/reference/http.ts. */
export class SimulatedNetwork {
  mood: NetworkMood = 'well';
  readonly #parts: NetworkParts;
  /** What was answered last at each address; a cache that should not be there gives it again. */
  readonly #former = new Map<string, Carried>();

  constructor(parts: NetworkParts) {
    this.#parts = parts;
  }

  /** A client that dies with its process. @param attempted hears of every batch */
  clientOf(process: Process, attempted: (attempt: Attempt) => void): HttpClient {
    return {
      send: (request) => this.#send(request, process, attempted),
      close: () => undefined,
    };
  }

  #send(request: HttpRequest, process: Process, attempted: (attempt: Attempt) => void): Promise<HttpReply> {
    const sentAtMs = process.monotonicMs();
    const isBatch = request.url.endsWith('/records');
    const startedMs = this.#parts.world.nowMs;
    return new Promise((resolve) => {
      let isOver = false;
      const end = (reply: HttpReply): void => {
        if (isOver || !process.isAlive) return;
        isOver = true;
        limit.cancel();
        request.signal.removeEventListener('abort', giveUp);
        if (isBatch) attempted({ sentAtMs: startedMs, endedAtMs: this.#parts.world.nowMs, came: cameOf(reply) });
        resolve(reply);
      };
      const limit = process.setTimer(request.timeLimitMs, () => end({ kind: 'down', detail: 'no answer in time' }));
      // One signal lasts as long as its agent: what is over must not go on listening to it.
      const giveUp = (): void => end({ kind: 'down', detail: 'given up' });
      request.signal.addEventListener('abort', giveUp);
      const arrive = (carried: Carried): void => {
        if (carried === 'refused') end({ kind: 'down', detail: 'connection refused' });
        else if (carried !== 'silence') end(received(carried, sentAtMs, process.monotonicMs()));
      };
      // A request that the centre cannot even read breaks its line off.
      this.#carry(request).then(arrive, () => arrive('refused'));
    });
  }

  async #carry(request: HttpRequest): Promise<Carried> {
    const { world, random } = this.#parts;
    const { mood } = this;
    await world.pause(this.#delayMs());
    if (mood === 'down') return random.chance(0.7) ? 'refused' : 'silence';
    if (mood === 'portal') return this.#portal();
    if (mood === 'impostor') return this.#impostor(request);
    const share = mood === 'lossy' ? 0.35 : 0.004;
    if (random.chance(share)) return random.chance(0.5) ? 'refused' : 'silence';
    const reply = await this.#reach(request);
    await world.pause(this.#delayMs());
    return random.chance(share) || mood === 'lost_ack' ? 'silence' : reply;
  }

  async #reach(request: HttpRequest): Promise<Carried> {
    const { centre, world } = this.#parts;
    const { method, url, headers, body } = request;
    const first = await centre.answer({ method, url, headers, body });
    const former = this.#former.get(url);
    this.#former.set(url, carriedOf(first));
    if (this.mood === 'stale_reply' && former !== undefined) return former;
    if (this.mood !== 'proxy_repeats') return carriedOf(first);
    // A proxy lost the first answer and asks again in the device's name, with the device's signature.
    await world.pause(this.#delayMs());
    return carriedOf(await centre.answer({ method, url, headers, body }));
  }

  #delayMs(): number {
    const { random } = this.#parts;
    if (this.mood === 'slow') return random.below(30_000);
    return random.chance(0.01) ? random.below(15_000) : 2 + random.below(80);
  }

  #portal(): CentreReply {
    const html = { 'content-type': 'text/html; charset=utf-8' };
    return this.#parts.random.pick<CentreReply>([
      { status: 200, headers: html, text: '<!doctype html><title>网络认证</title>' },
      { status: 302, headers: { ...html, location: 'https://portal.example/login' }, text: '' },
      { status: 200, headers: { 'content-type': 'application/json' }, text: '{"login":"required"}' },
      { status: 403, headers: html, text: 'forbidden' },
    ]);
  }

  /** Somebody in between who says yes to everything, in perfect form, under a key of his own. */
  async #impostor(request: HttpRequest): Promise<CentreReply> {
    const { cryptography, world } = this.#parts;
    const serverTime = formatTime(world.trueMs);
    const form = { status: 200, headers: { 'content-type': 'application/json' } };
    if (!request.url.endsWith('/records') || request.body === null) {
      return { ...form, text: JSON.stringify({ serverTime, state: 'open' }) };
    }
    const { batchId, records } = JSON.parse(cryptography.unpack(request.body)) as {
      batchId: string;
      records: { id: string; hash: string }[];
    };
    const root = merkleRoot(records.map((record) => hashBytes(record.hash)));
    const payload = { batchId, receivedAt: serverTime, count: records.length, root };
    const receipt = await cryptography.signReceipt(payload, 'stranger');
    const results = records.map(({ id }) => ({ id, outcome: 'accepted' }));
    return { ...form, text: JSON.stringify({ batchId, serverTime, results, receipt }) };
  }
}

function carriedOf(answer: CentreReply | 'cut' | 'hang'): Carried {
  if (answer === 'cut') return 'refused';
  return answer === 'hang' ? 'silence' : answer;
}

function received(reply: CentreReply, sentAtMs: number, receivedAtMs: number): HttpReply {
  const { status, headers, text } = reply;
  return { kind: 'reply', status, headers, body: Buffer.from(text), sentAtMs, receivedAtMs };
}

function cameOf(reply: HttpReply): Attempt['came'] {
  if (reply.kind === 'down') return 'failed';
  if (reply.headers['retry-after'] !== undefined) return 'busy';
  const isJson = reply.headers['content-type'] === 'application/json';
  return reply.status >= 500 || (reply.status < 400 && !isJson) ? 'failed' : 'well';
}
