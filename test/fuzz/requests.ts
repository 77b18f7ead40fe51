import type { Random } from '../support/random.ts';

/** Requests that nobody would send by mistake: true routes with everything about them bent. Pure, from a seed. */

export type Routes = Record<'local' | 'lan', readonly string[]>;

export interface FuzzRequest {
  /** The registered route that it is meant for; null where method or path are somebody else's. */
  route: string | null;
  listener: 'local' | 'lan';
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
const ODD_TEXTS = [
  '',
  '0',
  '-1',
  '../../etc/passwd',
  '%00',
  '%2e%2e%2f',
  '\u0000',
  '\ud83d',
  '居民',
  'x'.repeat(5000),
  "' OR 1=1 --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  'constructor',
  '__proto__',
  '1e309',
  '2026-13-45T99:99:99+08:00',
];
const ODD_VALUES: unknown[] = [null, true, 0, -1, 1.5, 2 ** 53, 1e308, [], {}, [[[[]]]], ...ODD_TEXTS];
const KEYS = [
  'caseNo itemCode itemName staffId invite servedAt serviceNo reason limitMinutes visitId number pin code baseUrl ca',
  'proxy text path level tags comment kind url __proto__ constructor name roles document',
]
  .join(' ')
  .split(' ');

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)] as T;

function value(random: Random, depth = 0): unknown {
  if (depth > 3 || random.below(3) > 0) return pick(random, ODD_VALUES);
  if (random.below(4) === 0) return Array.from({ length: random.below(4) }, () => value(random, depth + 1));
  const entries = Array.from(
    { length: random.below(6) },
    () => [pick(random, KEYS), value(random, depth + 1)] as const,
  );
  return Object.fromEntries(entries);
}

function body(random: Random): Buffer | null {
  switch (random.below(6)) {
    case 0:
      return null;
    case 1:
      return Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256)));
    case 2: {
      const text = JSON.stringify(value(random));
      return Buffer.from(text.slice(0, random.below(text.length + 1)));
    }
    default:
      return Buffer.from(JSON.stringify(value(random)));
  }
}

const SAFE_HEADER = /^[\x20-\x7e]*$/;
const headerText = (random: Random) => {
  const text = pick(random, ODD_TEXTS);
  return SAFE_HEADER.test(text) ? text : 'odd';
};

function headers(random: Random, credentials: readonly Record<string, string>[]): Record<string, string> {
  const types = ['application/json', 'application/json', 'text/plain', 'application/x-www-form-urlencoded', 'x'];
  const all: Record<string, string> = { 'content-type': pick(random, types), ...pick(random, credentials) };
  if (random.below(8) === 0) all.origin = pick(random, ['https://evil.example', 'null', 'http://127.0.0.1']);
  if (random.below(8) === 0) all.host = pick(random, ['evil.example', 'localhost', '[::1]', '', '127.0.0.1:1']);
  if (random.below(8) === 0) all['idempotency-key'] = headerText(random);
  if (random.below(8) === 0) all['if-none-match'] = headerText(random);
  if (random.below(8) === 0) all['content-encoding'] = pick(random, ['gzip', 'br', 'x']);
  return all;
}

function path(random: Random, routes: readonly string[]): string {
  const route = pick(random, routes);
  const filled = route.replace(/:\w+|\*/g, () =>
    encodeURIComponent(pick(random, ODD_TEXTS).replace(/[\ud800-\udfff]/g, '')),
  );
  switch (random.below(6)) {
    case 0:
      return `${filled}?${encodeURIComponent(pick(random, KEYS))}=${encodeURIComponent(headerText(random))}`;
    case 1:
      return `/${filled}`;
    case 2:
      return filled.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
    default:
      return filled;
  }
}

/**
 * @param routes per listener, as registered, `METHOD /path/:param`
 * @param credentials what a request may carry; an empty one for none
 */
export function fuzzRequest(
  random: Random,
  routes: Routes,
  credentials: readonly Record<string, string>[],
): FuzzRequest {
  const listener = random.below(2) === 0 ? 'local' : 'lan';
  const route = pick(random, routes[listener]);
  const [method = 'GET', url = '/'] = route.split(' ');
  const isTrue = random.below(3) > 0;
  return {
    listener,
    route: isTrue ? route : null,
    method: isTrue ? method : pick(random, METHODS),
    path: path(random, isTrue ? [url] : routes[listener].map((one) => one.split(' ')[1] ?? '/')),
    headers: headers(random, credentials),
    body: body(random),
  };
}

/** Bytes on a connection of their own, and whether the sender then ends its half of it. */
export interface RawBytes {
  bytes: Buffer;
  halfClose: boolean;
}

const HEADS = [
  'GET / HTTP/1.1\r\n',
  'POST /technician/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello',
  'POST /technician/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /technician/session HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'POST /technician/session HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 999999999999\r\n\r\n{',
  'GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n',
  'GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n',
  'GET /\r\n\r\n',
  'BREW / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000',
];

export function rawBytes(random: Random): RawBytes {
  const bytes = Buffer.from(pick(random, HEADS), 'latin1');
  // One byte in it changed, now and then: what the parser has never seen. The sender always ends its half, since a
  // request that is begun and not gone on with is cut by time, which has a test of its own (app/server/listener.test.ts).
  if (random.below(2) === 0) bytes[random.below(bytes.length)] = random.below(256);
  return { bytes, halfClose: true };
}

/** One message over the citizen's socket. */
export interface FuzzFrame {
  headers: Record<string, string>;
  data: Buffer | string;
}

const COMMANDS = ['rate', 'revise', 'submit', 'decline', 'extend', 'guide', 'key', 'rest'];
const VISITS = ['01a214f3-605b-7497-80b8-958e2a3286ba', 'x', '', null];

export function fuzzFrame(random: Random, credentials: readonly Record<string, string>[]): FuzzFrame {
  const headers = { ...pick(random, credentials) };
  if (random.below(8) === 0) headers.origin = 'https://evil.example';
  if (random.below(3) === 0) return { headers, data: body(random) ?? '' };
  const command = {
    type: pick(random, COMMANDS),
    visitId: pick(random, VISITS),
    level: pick<unknown>(random, [1, 2, 3, 4, 5, 6, '5', null]),
    language: 'zh-CN',
    ...(random.below(2) === 0 ? { tags: [], comment: pick(random, ODD_TEXTS) } : {}),
  };
  return { headers, data: JSON.stringify({ n: pick<unknown>(random, [1, 2, 0, 'x']), command }) };
}
