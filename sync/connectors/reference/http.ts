import axios from 'axios';
import type { Clock } from '../../../device/clock.ts';
import { networkFault } from './network-fault.ts';
import { agentsOf, DIRECT, type ProxyRule, proxyName, type Way } from './way.ts';

/** The one wrapper of axios: one request, one reply, no retry, no redirect, hard limits on time and size. */

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body: Buffer | null;
  /** From the first byte out to the last byte in. */
  timeLimitMs: number;
  /** Of the unpacked reply. */
  maxReplyBytes: number;
  signal: AbortSignal;
}

export type HttpReply =
  | {
      kind: 'reply';
      status: number;
      /** Lower-case names. */
      headers: Record<string, string>;
      body: Uint8Array;
      /** Monotonic. */
      sentAtMs: number;
      receivedAtMs: number;
    }
  | { kind: 'down'; detail: string };

export interface HttpClient {
  /** Never rejects. */
  send(request: HttpRequest): Promise<HttpReply>;
  /** Closes all sockets; calls under way end as `down`. */
  close(): void;
}

export interface HttpOptions {
  clock: Clock;
  /** Names the software in `User-Agent`, for the centre's operator. */
  userAgent: string;
  /** Directly, and with the built-in authorities, unless told. */
  way?: Way;
}

const MAX_REQUEST_BYTES = 2 * 1_048_576;
const PROXY_SIGN_IN = 407;
const STOPPING = 'the agent is stopping';

function abortAfter(clock: Clock, request: HttpRequest): { signal: AbortSignal; hasTimedOut(): boolean; done(): void } {
  const limit = new AbortController();
  const timer = clock.setTimer(request.timeLimitMs, () => limit.abort());
  return {
    signal: AbortSignal.any([request.signal, limit.signal]),
    hasTimedOut: () => limit.signal.aborted,
    done: () => timer.cancel(),
  };
}

/** A line as the way says. @throws TypeError where the proxy's address is no URL */
async function openLine(way: Way) {
  const { httpAgent, httpsAgent, isProxied } = await agentsOf(way);
  const client = axios.create({
    adapter: 'http',
    httpAgent,
    httpsAgent,
    // A redirect is followed by nobody: the signature covers the address that we meant (reference-protocol §1).
    maxRedirects: 0,
    proxy: false,
    validateStatus: () => true,
    responseType: 'arraybuffer',
    transformRequest: [(data: unknown) => data],
    transformResponse: [(data: unknown) => data],
    maxBodyLength: MAX_REQUEST_BYTES,
  });
  const close = () => {
    httpAgent.destroy();
    httpsAgent.destroy();
  };
  return { client, isProxied, close };
}

export function createHttpClient(options: HttpOptions): HttpClient {
  const way = options.way ?? DIRECT;
  // Opened by the first request, which then also says why it cannot be opened.
  let opening: ReturnType<typeof openLine> | null = null;
  let isClosed = false;

  async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    opening ??= openLine(way);
    const { client, isProxied } = await opening;
    if (isClosed) return { kind: 'down', detail: STOPPING };
    const sentAtMs = options.clock.monotonicMs();
    const response = await client.request<Uint8Array>({
      method: request.method,
      url: request.url,
      headers: { accept: 'application/json', 'user-agent': options.userAgent, ...request.headers },
      ...(request.body === null ? {} : { data: request.body }),
      maxContentLength: request.maxReplyBytes,
      signal,
    });
    // No centre answers so: the proxy did, before it let anything through.
    if (isProxied && response.status === PROXY_SIGN_IN) return { kind: 'down', detail: signInText(way.proxy) };
    const headers = plainHeaders(response.headers);
    const receivedAtMs = options.clock.monotonicMs();
    return { kind: 'reply', status: response.status, headers, body: response.data, sentAtMs, receivedAtMs };
  }

  return {
    async send(request) {
      const limit = abortAfter(options.clock, request);
      try {
        return await exchange(request, limit.signal);
      } catch (error) {
        const host = new URL(request.url).host;
        if (limit.hasTimedOut()) return { kind: 'down', detail: `${host} did not answer in ${request.timeLimitMs} ms` };
        return { kind: 'down', detail: request.signal.aborted ? STOPPING : networkFault(error, host) };
      } finally {
        limit.done();
      }
    },
    close() {
      isClosed = true;
      // One that could not be opened was told to whoever sent.
      opening?.then(
        (line) => line.close(),
        () => undefined,
      );
    },
  };
}

const signInText = (proxy: ProxyRule) =>
  `the proxy ${proxyName(proxy)} asks for a user and a password (407): put them into its address on the maintenance page`;

function plainHeaders(headers: object): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
