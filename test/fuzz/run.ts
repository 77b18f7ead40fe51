import { seededRandom } from '../support/random.ts';
import { type End, type FuzzClient, fuzzClient } from './client.ts';
import { type FuzzRequest, fuzzFrame, fuzzRequest, rawBytes } from './requests.ts';
import { type FuzzTarget, openFuzzTarget } from './target.ts';

export interface FuzzReport {
  seed: number;
  sent: number;
  /** How often what came out, by kind of request: `200`, `closed 1008`, `cut ECONNRESET`, `abandoned`. */
  ends: Record<'request' | 'raw' | 'frame', Record<string, number>>;
  /** By listener and registered route: how often it was meant, and how often its own handler or schema answered. */
  routes: Record<string, { sent: number; reached: number }>;
  /** What must not have been, the first few of each: a 5xx, an end that no rule explains, an effect without a right. */
  broken: string[];
}

const CONCURRENCY = 32;
const SHOWN = 10;
/** Virtual ms that pass each time; what waits for a card, an agent or a person then ends as it does in life. */
const TICK_MS = 1_000;
const TICK_EVERY_MS = 25;

/** What is said before a route's own schema or handler has a look: wrong sender, name, site, type, or too many. */
const BEFORE_THE_ROUTE = new Set([401, 403, 404, 405, 413, 414, 415, 429]);

/** Ends without a status that a rule of the server explains. Everything else is a crash or a request that was forgotten. */
const EXPLAINED: Record<keyof FuzzReport['ends'], RegExp> = {
  request: /^(?:[1-4]\d\d)$/,
  // A parser that gives up on a head answers 400 or 431, or ends the connection where there is nothing to answer to.
  raw: /^(?:[1-4]\d\d|505|cut (?:end|ECONNRESET|EPIPE))$/,
  // Not the page's own socket (1008), not its protocol (1007, 1003), not its size (1009).
  frame: /^(?:[1-4]\d\d|closed (?:1003|1007|1008|1009))$/,
};

const nameOf = (end: End): string => {
  if (end.type === 'answered') return String(end.status);
  return end.type === 'closed' ? `closed ${end.code}` : end.type === 'cut' ? `cut ${end.why}` : 'abandoned';
};

export const emptyReport = (seed: number): FuzzReport => ({
  seed,
  sent: 0,
  ends: { request: {}, raw: {}, frame: {} },
  routes: {},
  broken: [],
});

type Credentials = Record<string, string>;

/** Routes that nothing came through to; so many requests as a run of 20,000 sends leave none to chance. */
export const unreached = ({ routes }: FuzzReport): string[] =>
  Object.entries(routes).flatMap(([route, { reached }]) => (reached === 0 ? [route] : []));

interface Phase {
  name: string;
  share: number;
  credentials: readonly Credentials[] | (() => Promise<readonly Credentials[]>);
  /** What of the device may be another one afterwards; anything else is an effect without a right. */
  mayChange: readonly (keyof ReturnType<FuzzTarget['state']>)[];
}

const phasesOf = ({ tokens, businessKey, staffCookies }: FuzzTarget): Phase[] => [
  {
    name: 'without any right',
    share: 0.4,
    credentials: [
      {},
      { authorization: 'Bearer guess' },
      { cookie: `pingjiaqi_page=${'x'.repeat(43)}` },
      { cookie: '=;;=' },
    ],
    mayChange: [],
  },
  // No visit is open, and no code was entered: the screen's own window may look, and nothing else.
  { name: 'window', share: 0.1, credentials: [{ cookie: `pingjiaqi_page=${tokens.page}` }], mayChange: [] },
  {
    name: 'business system',
    share: 0.2,
    credentials: [{ authorization: `Bearer ${businessKey}` }],
    mayChange: ['records', 'screen'],
  },
  { name: 'staff', share: 0.1, credentials: staffCookies, mayChange: ['records', 'screen'] },
  {
    name: 'device’s own user',
    share: 0.2,
    credentials: [{ authorization: `Bearer ${tokens.console}` }],
    mayChange: ['records', 'screen', 'settings'],
  },
];

class Fuzzing {
  readonly report: FuzzReport;
  readonly #random;
  readonly #target: FuzzTarget;
  readonly #client: FuzzClient;

  constructor(target: FuzzTarget, seed: number) {
    this.#target = target;
    this.#client = fuzzClient(target.urls, target.authority);
    this.#random = seededRandom(seed);
    this.report = emptyReport(seed);
    for (const listener of ['local', 'lan'] as const) {
      for (const route of target.routes[listener]) this.report.routes[`${listener} ${route}`] = { sent: 0, reached: 0 };
    }
  }

  async phase({ name, share, credentials, mayChange }: Phase, count: number): Promise<void> {
    const before = this.#target.state();
    let left = Math.ceil(count * share);
    const worker = async () => {
      while (left-- > 0) await this.#one(typeof credentials === 'function' ? await credentials() : credentials);
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    const after = this.#target.state();
    for (const part of Object.keys(before) as (keyof typeof before)[]) {
      if (!mayChange.includes(part) && before[part] !== after[part]) this.#broken(`${name} changed ${part}`);
    }
  }

  async #one(credentials: readonly Credentials[]): Promise<void> {
    const n = this.report.sent++;
    const random = this.#random;
    const lot = random.below(100);
    if (lot === 0) {
      const raw = rawBytes(random);
      return this.#note('raw', await this.#client.sendRaw(raw), () => raw.bytes.toString('latin1'));
    }
    if (lot === 1) {
      const frame = fuzzFrame(random, credentials);
      const end = await this.#client.sendFrame(frame);
      this.#reached('local GET /citizen/socket', true);
      return this.#note('frame', end, () => JSON.stringify(frame));
    }
    const request = fuzzRequest(random, this.#target.routes, credentials);
    const end = await this.#client.send(request, n);
    this.#aimed(request, end);
    this.#note('request', end, () => JSON.stringify({ ...request, body: request.body?.toString('utf8') }));
  }

  #aimed({ listener, route }: FuzzRequest, end: End): void {
    if (route === null) return;
    // Of a folder of files the route itself says that one is not there.
    const ownAnswer = end.type === 'answered' && end.status === 404 && /\*$|:file$/.test(route);
    this.#reached(`${listener} ${route}`, ownAnswer || (end.type === 'answered' && !BEFORE_THE_ROUTE.has(end.status)));
  }

  #reached(key: string, isReached: boolean): void {
    const entry = this.report.routes[key];
    if (entry === undefined) return;
    entry.sent += 1;
    if (isReached) entry.reached += 1;
  }

  #note(kind: keyof FuzzReport['ends'], end: End, what: () => string): void {
    const name = nameOf(end);
    const ends = this.report.ends[kind];
    ends[name] = (ends[name] ?? 0) + 1;
    if (!EXPLAINED[kind].test(name)) this.#broken(`${kind} ${name}: ${what()}`);
  }

  #broken(text: string): void {
    if (this.report.broken.length < SHOWN) this.report.broken.push(text);
  }

  finish(): FuzzReport {
    this.#client.close();
    for (const fault of this.#target.faults) this.#broken(`fault: ${String(fault)}`);
    return this.report;
  }
}

/** Time passes at the device while it is asked: a wait that only time ends must not hold a request for ever. */
function passTime(target: FuzzTarget): () => Promise<void> {
  let isOver = false;
  const passing = (async () => {
    while (!isOver) {
      await target.advance(TICK_MS);
      await new Promise((resolve) => setTimeout(resolve, TICK_EVERY_MS));
    }
  })();
  return () => {
    isOver = true;
    return passing;
  };
}

/**
 * Fuzzes all listeners of a device, first without any right and then with each right there is, and looks after each for
 * what that right does not give.
 * @param count requests in all
 */
export async function runFuzz(count: number, seed: number): Promise<FuzzReport> {
  const target = await openFuzzTarget();
  const fuzzing = new Fuzzing(target, seed);
  const stopTime = passTime(target);
  try {
    for (const phase of phasesOf(target)) await fuzzing.phase(phase, count);
    return fuzzing.finish();
  } finally {
    // Something that is under way ends by time, so time passes until all is closed.
    await target.close();
    await stopTime();
  }
}
