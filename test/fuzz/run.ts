import http from 'node:http';
import https from 'node:https';
import { seededRandom } from '../support/random.ts';
import { type FuzzRequest, fuzzRequest } from './requests.ts';
import { openFuzzTarget } from './target.ts';

export interface FuzzReport {
  seed: number;
  sent: number;
  /** How often each status came; 0: the connection was ended without one. */
  statuses: Record<number, number>;
  /** 5xx answers with what was asked, the first few. */
  broken: string[];
  /** Whether anything changed by who had no right. */
  unauthorisedEffect: boolean;
  faults: unknown[];
}

/** One address of the hall each, or the limit on requests would be all that is tested. */
const ADDRESSES = 40;
const CONCURRENCY = 32;
const SHOWN_FAULTS = 10;

type Send = (request: FuzzRequest, n: number) => Promise<number>;

function sender(urls: { local: string; lan: string }, ca: string): { send: Send; close: () => void } {
  const agents = Array.from({ length: ADDRESSES }, (_, n) => {
    const localAddress = `127.0.1.${1 + n}`;
    return {
      local: new http.Agent({ keepAlive: true, localAddress }),
      lan: new https.Agent({ keepAlive: true, localAddress, ca }),
    };
  });
  const send: Send = ({ listener, method, path, headers, body }, n) =>
    new Promise((resolve) => {
      const base = new URL(urls[listener]);
      const client = listener === 'lan' ? https : http;
      const agent = agents[n % ADDRESSES]?.[listener];
      const options = { host: base.hostname, port: base.port, method, path, headers: { host: base.host, ...headers } };
      const request = client.request({ ...options, ...(agent === undefined ? {} : { agent }) }, (response) => {
        resolve(response.statusCode ?? 0);
        // An event stream never ends: its head is the answer.
        if (String(response.headers['content-type']).startsWith('text/event-stream')) response.destroy();
        else response.resume();
      });
      request.on('error', () => resolve(0));
      request.end(body ?? undefined);
    });
  return {
    send,
    close() {
      for (const { local, lan } of agents) {
        local.destroy();
        lan.destroy();
      }
    },
  };
}

/**
 * Fuzzes all listeners of a device: first without any right, looking for an effect, then with every right there is,
 * looking for what breaks.
 * @param count requests in all, at least 2
 */
export async function runFuzz(count: number, seed: number): Promise<FuzzReport> {
  const target = await openFuzzTarget();
  const { send, close } = sender(target.urls, target.authority);
  const report: FuzzReport = {
    seed,
    sent: 0,
    statuses: {},
    broken: [],
    unauthorisedEffect: false,
    faults: target.faults,
  };
  const random = seededRandom(seed);
  const none = [
    {},
    { authorization: 'Bearer guess' },
    { cookie: `pingjiaqi_page=${'x'.repeat(43)}` },
    { cookie: '=;;=' },
  ];
  const rights = [
    { authorization: `Bearer ${target.businessKey}` },
    { authorization: `Bearer ${target.tokens.console}` },
    { cookie: `pingjiaqi_page=${target.tokens.page}` },
  ];

  async function phase(share: number, credentials: readonly Record<string, string>[]): Promise<void> {
    let left = share;
    const worker = async () => {
      while (left-- > 0) {
        const request = fuzzRequest(random, target.routes, credentials);
        const status = await send(request, report.sent++);
        report.statuses[status] = (report.statuses[status] ?? 0) + 1;
        if (status >= 500 && report.broken.length < SHOWN_FAULTS) {
          report.broken.push(`${status} ${JSON.stringify({ ...request, body: request.body?.toString('utf8') })}`);
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  }

  try {
    const before = target.fingerprint();
    await phase(Math.ceil(count / 2), none);
    report.unauthorisedEffect = target.fingerprint() !== before;
    await phase(Math.floor(count / 2), rights);
    return report;
  } finally {
    close();
    await target.close();
  }
}
