import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { createSecureContext } from 'node:tls';
import { WebSocket } from 'ws';
import type { FuzzFrame, FuzzRequest, RawBytes } from './requests.ts';

/**
 * How a request ended, as the one who sent it saw it.
 * - `answered`: with a status
 * - `closed`: a socket was shut with a code of RFC 6455 §7.4
 * - `cut`: the connection was ended without a word; `why` is the system's or the parser's name for it
 * - `abandoned`: nothing came within the client's own limit, which is longer than any of the server's
 */
export type End =
  | { type: 'answered'; status: number }
  | { type: 'closed'; code: number }
  | { type: 'cut'; why: string }
  | { type: 'abandoned' };

export interface FuzzClient {
  send(request: FuzzRequest, n: number): Promise<End>;
  /** Bytes that are no request, on a connection of their own. */
  sendRaw(bytes: RawBytes): Promise<End>;
  /** One message over the citizen's socket. */
  sendFrame(frame: FuzzFrame): Promise<End>;
  close(): void;
}

/** Above the 15 s that a listener gives a whole request: what takes longer was forgotten by the server. */
const LIMIT_MS = 30_000;
/**
 * A client must not use a connection in the moment in which the server ends it for being idle: what it then sends is
 * answered by a reset (RFC 9112 §9.5), whatever it is. Our server announces that moment (`Keep-Alive: timeout=72`) and
 * waits a second longer. Node's agent heeds the announcement only where it has a limit of its own that is longer, else
 * it keeps an idle connection until the server ends it: one request of a million met that moment (seed 20261127).
 */
const KEEP_ALIVE = {
  keepAlive: true,
  timeout: 600_000,
  // Client and server share one loop here; it may stand still for longer than the one second that Node allows for.
  agentKeepAliveTimeoutBuffer: 10_000,
};
/** So many senders of the hall, or the limit on requests of one address would be all that is tested. */
const ADDRESSES = 40;

const codeOf = (error: unknown) => String((error as NodeJS.ErrnoException).code ?? error);

export function fuzzClient(urls: { local: string; lan: string }, ca: string): FuzzClient {
  // Made once: reading the authority anew for each connection would take longer than the requests.
  const secureContext = createSecureContext({ ca });
  const agents = Array.from({ length: ADDRESSES }, (_, n) => {
    const localAddress = `127.0.1.${1 + n}`;
    return {
      local: new http.Agent({ ...KEEP_ALIVE, localAddress }),
      lan: new https.Agent({ ...KEEP_ALIVE, localAddress, secureContext }),
    };
  });
  const bases = { local: new URL(urls.local), lan: new URL(urls.lan) };
  return {
    send: ({ listener, method, path, headers, body }, n) =>
      new Promise((resolve) => {
        const { hostname: host, port, host: name } = bases[listener];
        // Else Node sends no length with the methods that rarely have a body, and the server takes it for the next request.
        const length = body === null ? {} : { 'content-length': String(body.length) };
        const request = (listener === 'lan' ? https : http).request({
          host,
          port,
          method,
          path,
          headers: { host: name, ...headers, ...length },
          agent: agents[n % ADDRESSES]?.[listener],
          // Else Node takes the name to be checked from the Host header, and a bent one never leaves the client.
          ...(listener === 'lan' ? { servername: '' } : {}),
        });
        const limit = setTimeout(() => end({ type: 'abandoned' }), LIMIT_MS);
        const end = (how: End) => {
          clearTimeout(limit);
          resolve(how);
          if (how.type === 'abandoned') request.destroy();
        };
        request.on('response', (response) => {
          end({ type: 'answered', status: response.statusCode ?? 0 });
          // An event stream never ends: its head is the answer.
          if (String(response.headers['content-type']).startsWith('text/event-stream')) response.destroy();
          else response.resume();
        });
        request.on('error', (error) => {
          const where = request.reusedSocket ? ' on a connection used before' : '';
          end({ type: 'cut', why: codeOf(error) + where });
        });
        request.end(body ?? undefined);
      }),
    sendRaw: ({ bytes, halfClose }) => rawEnd(bases.local, bytes, halfClose),
    sendFrame: (frame) => frameEnd(bases.local, frame),
    close() {
      for (const { local, lan } of agents) {
        local.destroy();
        lan.destroy();
      }
    },
  };
}

function rawEnd({ hostname, port }: URL, bytes: Buffer, halfClose: boolean): Promise<End> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    let received = '';
    const end = (how: End) => {
      clearTimeout(limit);
      socket.destroy();
      resolve(how);
    };
    const limit = setTimeout(() => end({ type: 'abandoned' }), LIMIT_MS);
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const status = /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1];
      if (status !== undefined) end({ type: 'answered', status: Number(status) });
    });
    socket.on('error', (error) => end({ type: 'cut', why: codeOf(error) }));
    socket.on('end', () => end({ type: 'cut', why: 'end' }));
    socket.write(bytes);
    if (halfClose) socket.end();
  });
}

function frameEnd(base: URL, { headers, data }: FuzzFrame): Promise<End> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${base.host}/citizen/socket`, { headers });
    const end = (how: End) => {
      clearTimeout(limit);
      socket.terminate();
      resolve(how);
    };
    const limit = setTimeout(() => end({ type: 'abandoned' }), LIMIT_MS);
    socket.on('open', () => socket.send(data));
    socket.on('message', (message: Buffer) => {
      // The view comes unasked; an answer is what is waited for.
      if (message.includes('"ack"')) end({ type: 'answered', status: 200 });
    });
    socket.on('unexpected-response', (_request, response) =>
      end({ type: 'answered', status: response.statusCode ?? 0 }),
    );
    socket.on('close', (code) => end({ type: 'closed', code }));
    socket.on('error', (error) => end({ type: 'cut', why: codeOf(error) }));
  });
}
