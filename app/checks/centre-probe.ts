import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { TLSSocket } from 'node:tls';
import { lookupBy } from '../../sync/connectors/reference/names.ts';
import { agentsOf, proxyName, type Way } from '../../sync/connectors/reference/way.ts';

/** The way to the centre, one step at a time, so that the first that fails names who has to mend it. */

const LIMIT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;
const PROXY_SIGN_IN = 407;

/** The operating system's, OpenSSL's or our own name of what went wrong. */
interface Fault {
  fault: string;
}

/** What a signed question for the configuration came to (`signed-question.ts`). */
export type SignedOutcome =
  | { kind: 'good'; version: number }
  /** The centre does not take our signature: it does not know this device, or no longer. */
  | { kind: 'unauthorised'; code: string }
  /** What it sent as our configuration is signed by somebody else, or is none. */
  | { kind: 'foreign'; code: string }
  | { kind: 'failed'; detail: string };

/** One walk. A step that is left out was not made, since one before it failed. */
export interface CentreProbe {
  /** ms since 1970, by this machine. */
  at: number;
  host: string;
  port: number;
  /** Host and port of the proxy, or of the script that names it; null: directly. */
  via: string | null;
  /** Of the centre, or of what stands in between. */
  dns?: { addresses: readonly string[] } | Fault;
  tcp?: { open: true } | Fault;
  proxy?: { passed: true } | { signIn: true } | Fault;
  /** `protocol` null: not used towards this machine itself. */
  tls?: { protocol: string | null } | Fault;
  answer?: { isCentre: boolean; status: number; type: string } | Fault;
  signature?: SignedOutcome;
  /** The centre's clock minus ours, by its `Date` header; null: it sent none. */
  offsetMs?: number | null;
  /** End of the centre's certificate, ms since 1970; null: none was seen. */
  certificateUntil: number | null;
}

export interface ProbeTarget {
  baseUrl: string;
  deviceId: string;
  way: Way;
  /** Asks the centre as this device; null where the device's key is not at hand. */
  askSigned: ((signal: AbortSignal) => Promise<SignedOutcome>) | null;
}

const faultOf = (error: unknown): Fault => {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : null;
  if (typeof code === 'string') return { fault: code };
  return { fault: error instanceof Error && error.name === 'TimeoutError' ? 'ETIMEDOUT' : 'unknown' };
};

async function orFault<T extends object>(step: () => Promise<T>): Promise<T | Fault> {
  try {
    return await step();
  } catch (error) {
    return faultOf(error);
  }
}

const failed = (step: object | undefined): step is Fault => step !== undefined && 'fault' in step;

const bare = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
const portOf = ({ port, protocol }: URL): number => (port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));

const nameServersOf = ({ nameServers = [] }: Way) => nameServers;

function resolveName(host: string, way: Way): Promise<{ addresses: string[] }> {
  if (net.isIP(host) !== 0) return Promise.resolve({ addresses: [host] });
  return new Promise((resolve, reject) => {
    lookupBy(nameServersOf(way))(host, { all: true }, (error, found) => {
      if (error !== null) reject(error);
      else resolve({ addresses: [found].flat().map((one) => (typeof one === 'string' ? one : one.address)) });
    });
  });
}

async function connect(host: string, port: number, way: Way): Promise<{ open: true }> {
  const socket = net.connect({ host, port, timeout: LIMIT_MS, lookup: lookupBy(nameServersOf(way)) });
  socket.once('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
  try {
    await once(socket, 'connect');
    return { open: true };
  } finally {
    socket.destroy();
  }
}

interface Answer {
  status: number;
  type: string;
  /** ms since 1970, NaN where there is none. */
  date: number;
  body: string;
  protocol: string | null;
  certificateUntil: number | null;
}

/** The question goes the way of the agent: same proxy, same authorities, no redirect followed. */
async function get(url: URL, way: Way): Promise<Answer> {
  const { httpAgent, httpsAgent } = await agentsOf(way);
  const isTls = url.protocol === 'https:';
  const options = { agent: isTls ? httpsAgent : httpAgent, signal: AbortSignal.timeout(LIMIT_MS) };
  try {
    const request = (isTls ? https : http).get(url, options);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const { socket } = response;
    const secure = socket instanceof TLSSocket ? socket : null;
    const until = secure?.getPeerCertificate().valid_to;
    const seen = {
      protocol: secure?.getProtocol() ?? null,
      certificateUntil: until === undefined ? null : Date.parse(until),
    };
    let body = '';
    for await (const chunk of response) {
      body += String(chunk);
      if (body.length > MAX_ANSWER_BYTES) break;
    }
    const { 'content-type': type = '', date = '' } = response.headers;
    return { status: response.statusCode ?? 0, type, date: Date.parse(date), body, ...seen };
  } finally {
    httpAgent.destroy();
    httpsAgent.destroy();
  }
}

/** An unsigned question is refused by a centre in its own words, and by nobody else in those. */
function isCentre({ status, type, body }: Answer): boolean {
  if ((status !== 400 && status !== 401) || !/^application\/json/i.test(type)) return false;
  try {
    return typeof (JSON.parse(body) as { code?: unknown } | null)?.code === 'string';
  } catch {
    return false; // what is no JSON is no centre
  }
}

const TLS_FAULT = /CERT|SIGNATURE|SSL|TLS|EPROTO/;

/** Which step a fault of the whole exchange belongs to. */
function placeFault(fault: Fault, isTls: boolean, isProxied: boolean): Partial<CentreProbe> {
  if (isTls && TLS_FAULT.test(fault.fault)) return { ...(isProxied ? { proxy: { passed: true } } : {}), tls: fault };
  if (isProxied) return { proxy: fault };
  return { ...(isTls ? {} : { tls: { protocol: null } }), answer: fault };
}

async function exchange(target: ProbeTarget, url: URL, nowMs: number): Promise<Partial<CentreProbe>> {
  const isTls = url.protocol === 'https:';
  const isProxied = isTls && target.way.proxy.kind !== 'direct';
  const path = `${url.pathname.replace(/\/+$/, '')}/v1/devices/${encodeURIComponent(target.deviceId)}/configuration`;
  const got = await orFault(() => get(new URL(path, url), target.way));
  if (failed(got)) return placeFault(got, isTls, isProxied);
  const { status, type, date, protocol, certificateUntil } = got;
  if (isProxied && status === PROXY_SIGN_IN) return { proxy: { signIn: true } };
  return {
    ...(isProxied ? { proxy: { passed: true } } : {}),
    tls: { protocol },
    certificateUntil,
    answer: { isCentre: isCentre(got), status, type: type.slice(0, 80) },
    offsetMs: Number.isNaN(date) ? null : date - nowMs,
  };
}

/**
 * Walks to the centre; steps behind the first failed one are not made. Never rejects; a step that gets no answer is
 * given up after 10 s.
 * @param nowMs ms since 1970 as this machine believes
 */
export async function probeCentre(target: ProbeTarget, nowMs: number): Promise<CentreProbe> {
  const url = new URL(target.baseUrl);
  const { proxy } = target.way;
  const isDirect = proxy.kind === 'direct' || url.protocol === 'http:';
  const first = isDirect ? url : new URL(proxy.url);
  const via = isDirect ? null : proxyName(proxy);
  const probe: CentreProbe = { at: nowMs, host: bare(url), port: portOf(url), via, certificateUntil: null };
  probe.dns = await orFault(() => resolveName(bare(first), target.way));
  if (failed(probe.dns)) return probe;
  probe.tcp = await orFault(() => connect(bare(first), portOf(first), target.way));
  if (failed(probe.tcp)) return probe;
  const walked = { ...probe, ...(await exchange(target, url, nowMs)) };
  const isThere = walked.answer !== undefined && !failed(walked.answer) && walked.answer.isCentre;
  if (!isThere || target.askSigned === null) return walked;
  return { ...walked, signature: await target.askSigned(AbortSignal.timeout(2 * LIMIT_MS)) };
}
