import type { Clock } from '../device/clock.ts';
import type { ConfigurationOutcome, Connector } from './connectors/connector.ts';
import { describeError } from './errors.ts';
import type { Log } from './log.ts';
import type { OfferReply } from './port/contract.ts';
import { restMs } from './retry.ts';
import { createWaker } from './waker.ts';

/** Fetches the configuration document at start and then every ten minutes, and offers it to the appliance. */
export interface ConfigurationPoll {
  /** What the device said to the last document that it was offered; null before one was. */
  readonly answer: OfferReply | null;
  /** Another connection: what was fetched belongs to the old one. */
  reset(): void;
  stop(): Promise<void>;
}

export interface ConfigurationPollParts {
  clock: Clock;
  random: () => number;
  log: Log;
  /** Null while nothing may be sent. */
  connector(): Connector | null;
  heard(outcome: ConfigurationOutcome): void;
  /** The appliance verifies the document; it keeps the last good one where it refuses this (reference-protocol §3). */
  offer(offer: { jws: string; etag: string }): Promise<OfferReply>;
}

const PERIOD_MS = 600_000;
/** ± so much of the period, lest a region asks as one. */
const SPREAD = 0.1;

export function startConfigurationPoll(parts: ConfigurationPollParts): ConfigurationPoll {
  const { clock, log } = parts;
  const waker = createWaker(clock);
  const abort = new AbortController();
  /** Of the last document that the appliance accepted: one that it refused is offered again, its reason may pass. */
  let etag: string | null = null;
  let connections = 0;
  let answer: OfferReply | null = null;

  async function offer(document: { jws: string; etag: string | null }): Promise<void> {
    const connection = connections;
    const reply = await parts.offer({ jws: document.jws, etag: document.etag ?? '' });
    answer = reply;
    const { accepted, version, code = null } = reply;
    log.info({ accepted, version, code }, 'a configuration was offered to the appliance');
    if (accepted && connection === connections) etag = document.etag;
  }

  async function fetchOnce(connector: Connector): Promise<boolean> {
    try {
      const outcome = await connector.fetchConfiguration(etag, abort.signal);
      if (abort.signal.aborted) return false;
      parts.heard(outcome);
      if (outcome.kind === 'configuration') await offer(outcome);
      return outcome.kind === 'configuration' || outcome.kind === 'unchanged';
    } catch (error) {
      log.warn({ error: describeError(error) }, 'a configuration could not be offered to the appliance');
      return false;
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!abort.signal.aborted) {
      const connector = parts.connector();
      if (connector !== null) failures = (await fetchOnce(connector)) ? 0 : failures + 1;
      if (!abort.signal.aborted) await waker.sleep(connector === null ? null : restAfter(failures));
    }
  }

  function restAfter(failures: number): number {
    const random = parts.random();
    if (failures === 0) return PERIOD_MS * (1 - SPREAD + 2 * SPREAD * random);
    return restMs({ failures, slackMs: null, retryAfterMs: null, random });
  }

  const running = run();
  return {
    get answer() {
      return answer;
    },
    reset() {
      connections++;
      answer = null;
      etag = null;
      waker.wake();
    },
    stop() {
      abort.abort();
      waker.wake();
      return running;
    },
  };
}
