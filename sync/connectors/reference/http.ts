import http from 'node:http';
import https from 'node:https';
import axios from 'axios';
import type { Clock } from '../../../device/clock.ts';
import { networkFault } from './network-fault.ts';

/** The one wrapper of axios: one request, one reply, no retry, no redirect, no proxy, hard limits on time and size. */

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
  /** PEM of further certificate authorities; a government network often has its own. */
  ca?: string[];
}

const MAX_REQUEST_BYTES = 2 * 1_048_576;
/** A line is used by one batch, one heartbeat and one long poll at a time. */
const MAX_SOCKETS = 4;

function abortAfter(clock: Clock, request: HttpRequest): { signal: AbortSignal; hasTimedOut(): boolean; done(): void } {
  const limit = new AbortController();
  const timer = clock.setTimer(request.timeLimitMs, () => limit.abort());
  return {
    signal: AbortSignal.any([request.signal, limit.signal]),
    hasTimedOut: () => limit.signal.aborted,
    done: () => timer.cancel(),
  };
}

export function createHttpClient(options: HttpOptions): HttpClient {
  const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const httpAgent = new http.Agent(agentOptions);
  const httpsAgent = new https.Agent({ ...agentOptions, ...(options.ca === undefined ? {} : { ca: options.ca }) });
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

  async function exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpReply> {
    const sentAtMs = options.clock.monotonicMs();
    const response = await client.request<Uint8Array>({
      method: request.method,
      url: request.url,
      headers: { accept: 'application/json', 'user-agent': options.userAgent, ...request.headers },
      ...(request.body === null ? {} : { data: request.body }),
      maxContentLength: request.maxReplyBytes,
      signal,
    });
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
        return { kind: 'down', detail: request.signal.aborted ? 'the agent is stopping' : networkFault(error, host) };
      } finally {
        limit.done();
      }
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

function plainHeaders(headers: object): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
