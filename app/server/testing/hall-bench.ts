import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect } from 'vitest';
import { type ApplianceFixture, sampleConfiguration } from '../../../device/testing/appliance-fixture.ts';
import type { LocalTokens } from '../local/local-gate.ts';
import type { Servers } from '../servers.ts';
import { openServerFixture, type ServerFixture } from './server-fixture.ts';

export const KEY = 'a-key-of-the-hall';
export const CLIENTS = [{ id: 'hall', name: '大厅', keySha256: createHash('sha256').update(KEY).digest('hex') }];
export const VISIT = { caseNo: 'C-1', itemCode: 'I-1', itemName: '居民身份证换领', staffId: 'S-1' };
/** Of no visit and no record. */
export const UNKNOWN = '019aa000-0000-7000-8000-000000000009';
export const json = { 'content-type': 'application/json' };
export const auth = { authorization: `Bearer ${KEY}` };

type Headers = Record<string, string>;

/** A device in service with one business system that may call it; where no base is named, that one calls. */
class HallBench {
  readonly #localTokens: LocalTokens | null;
  #opened: ServerFixture | null = null;

  constructor(localTokens: LocalTokens | null) {
    this.#localTokens = localTokens;
  }

  async start(): Promise<void> {
    const configuration = sampleConfiguration({ clients: CLIENTS });
    this.#opened = await openServerFixture(configuration, { localTokens: this.#localTokens });
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    this.#opened = null;
  }

  get #fixture(): ServerFixture {
    if (this.#opened === null) throw new Error('no device was opened');
    return this.#opened;
  }

  get device(): ApplianceFixture {
    return this.#fixture.device;
  }

  get urls(): Servers['urls'] {
    return this.#fixture.servers.urls;
  }

  readonly post = (path: string, body: unknown, headers: Headers = {}, base = this.urls.api): Promise<Response> => {
    const all = { ...json, ...auth, ...headers };
    return fetch(new URL(path, base), { method: 'POST', headers: all, body: JSON.stringify(body) });
  };

  readonly get = (path: string, headers: Headers = auth, base = this.urls.api): Promise<Response> =>
    fetch(new URL(path, base), { headers });

  /** How many were kept. */
  readonly visits = (): number => this.device.records().filter(({ kind }) => kind === 'visit').length;

  /** @returns the visit's id */
  readonly open = async (changes: object = {}): Promise<string> => {
    const answer = await this.post('/v1/visits', { ...VISIT, ...changes });
    expect(answer.status).toBe(201);
    return ((await answer.json()) as { visitId: string }).visitId;
  };
}

/** To be called once in a test file: every test of it gets a device of its own. @param localTokens null: no gate */
export function hallBench(localTokens: LocalTokens | null = null): HallBench {
  const bench = new HallBench(localTokens);
  beforeEach(() => bench.start());
  afterEach(() => bench.close());
  return bench;
}
