import { createPrivateKey, sign as edSign, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { Clock, Timer } from '../../device/clock.ts';
import { GENESIS_HASH, hashRecord } from '../../device/ledger/chain.ts';
import type { LedgerRecord, RatingBody, RecordFact } from '../../device/ledger/record.ts';
import { formatTime } from '../../device/time.ts';
import { signRequest } from '../protocol/http-signature.ts';
import { type Ed25519PrivateJwk, signJws } from '../protocol/jws.ts';
import { type BatchReply, enrolledReplySchema, type PhoneToken } from '../protocol/messages.ts';
import { type ReferenceCentre, type ReferenceCentreOptions, startReferenceCentre } from './centre.ts';

/** For the tests of this folder: a clock that stands still, a centre in a temp folder, a device written by hand. */

export const START_MS = Date.UTC(2026, 10, 22, 2, 15, 30, 123);

export class ManualClock implements Clock {
  nowMs = START_MS;
  #timers = new Set<{ at: number; run: () => void }>();

  wallMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs - START_MS;
  }

  setTimer(delayMs: number, run: () => void): Timer {
    const timer = { at: this.nowMs + delayMs, run };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  pending(): number {
    return this.#timers.size;
  }

  advance(ms: number): void {
    this.nowMs += ms;
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.nowMs)) {
      this.#timers.delete(timer);
      timer.run();
    }
  }
}

export const configurationOf = (deviceId: string) => ({ version: 1, notBefore: formatTime(START_MS), note: deviceId });

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'reference-centre-'));
}

export async function startCentre(
  options: Partial<ReferenceCentreOptions> = {},
): Promise<{ centre: ReferenceCentre; clock: ManualClock; dataDir: string }> {
  const clock = options.clock instanceof ManualClock ? options.clock : new ManualClock();
  const dataDir = options.dataDir ?? temporaryFolder();
  const codes = ['code-1', 'code-2'];
  const base = { host: '127.0.0.1', port: 0, configuration: configurationOf, enrolmentCodes: codes };
  return { centre: await startReferenceCentre({ ...base, ...options, dataDir, clock }), clock, dataDir };
}

export function newJwk(): Ed25519PrivateJwk {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk;
}

export function postJson(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
}

export interface SendOptions {
  method?: string;
  body?: Uint8Array | null;
  headers?: Record<string, string>;
  created?: number;
  nonce?: string;
  keyId?: string;
}

/** A device as an independent maker would write it: own keys, own chain, plain fetch. */
export class TestDevice {
  readonly jwk = newJwk();
  readonly #key: KeyObject = createPrivateKey({ key: { ...this.jwk }, format: 'jwk' });
  readonly #clock: Clock;
  url: string;
  deviceId = '';
  seq = 0;
  head = GENESIS_HASH;

  constructor(url: string, clock: Clock) {
    this.url = url;
    this.#clock = clock;
  }

  sign(data: Uint8Array): Buffer {
    return edSign(null, data, this.#key);
  }

  enrolment(code: string): object {
    const { kty, crv, x } = this.jwk;
    return { code, publicKey: { kty, crv, x }, hardware: { model: 'test', serial: '1', software: '0.1.0' } };
  }

  async enrol(code = 'code-1'): Promise<this> {
    const reply = await postJson(`${this.url}/v1/enrolments`, this.enrolment(code));
    this.deviceId = enrolledReplySchema.parse(await reply.json()).deviceId;
    return this;
  }

  async send(path: string, options: SendOptions = {}): Promise<Response> {
    const body = options.body ?? null;
    const url = `${this.url}${path}`;
    const method = options.method ?? (body === null ? 'GET' : 'POST');
    const signed = await signRequest({
      method,
      url,
      body,
      keyId: options.keyId ?? this.deviceId,
      alg: 'ed25519',
      created: options.created ?? Math.floor(this.#clock.wallMs() / 1000),
      nonce: options.nonce ?? randomUUID(),
      sign: (base) => this.sign(base),
    });
    return fetch(url, {
      method,
      body: body === null ? null : Buffer.from(body),
      headers: { ...signed, ...options.headers },
    });
  }

  own(path: string, options: SendOptions = {}): Promise<Response> {
    return this.send(`/v1/devices/${this.deviceId}${path}`, options);
  }

  post(path: string, value: unknown): Promise<Response> {
    return this.own(path, { body: Buffer.from(JSON.stringify(value)) });
  }

  batch(records: unknown[]): { batchId: string; sentAt: string; records: unknown[] } {
    return { batchId: uuidv7(), sentAt: formatTime(this.#clock.wallMs()), records };
  }

  async deliver(records: unknown[]): Promise<BatchReply> {
    return (await this.post('/records', this.batch(records))).json() as Promise<BatchReply>;
  }

  /** The next record of the chain. */
  record(fact: RecordFact): LedgerRecord {
    const now = this.#clock.wallMs();
    const clock = { quality: 'synced', offsetMs: 0, bootId: '01931fd4-7a3b-7c42-8d7e-0123456789ab', monotonicMs: 1 };
    const head = { id: uuidv7(), seq: ++this.seq, prev: this.head, recordedAt: formatTime(now), clock };
    const unhashed = { ...head, ...fact } as Omit<LedgerRecord, 'hash'>;
    this.head = hashRecord(unhashed);
    return { ...unhashed, hash: this.head } as LedgerRecord;
  }

  visit(visitId: string): LedgerRecord {
    return this.record({
      kind: 'visit',
      body: {
        visitId,
        caseNo: 'C1',
        serviceNo: 1,
        itemCode: 'i',
        itemName: '事项',
        window: '3',
        staffId: 's1',
        servedAt: formatTime(this.#clock.wallMs()),
        trigger: 'staff',
      },
    });
  }

  rating(visitId: string, change: Partial<RatingBody> = {}): LedgerRecord {
    return this.record({
      kind: 'rating',
      body: {
        visitId,
        caseNo: 'C1',
        serviceNo: 1,
        level: 5,
        channel: 'touch',
        tags: ['510'],
        catalogueVersion: '1',
        comment: null,
        ratedAt: formatTime(this.#clock.wallMs()),
        revision: 1,
        supersedes: null,
        layout: 'five',
        language: 'zh-Hans',
        policy: { id: 'p', version: '1' },
        rater: null,
        ...change,
      },
    });
  }

  token(visitId: string, change: Partial<PhoneToken> = {}): Promise<string> {
    const x = Math.floor(this.#clock.wallMs() / 1000) + 3600;
    return signJws({ v: 1, d: this.deviceId, w: '3', i: visitId, c: 'C1', n: 1, x, ...change }, { key: this.jwk });
  }
}
