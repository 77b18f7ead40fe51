import type { Clock } from '../device/clock.ts';
import { assess, assessmentHorizonMs } from '../device/policy/slack.ts';
import { startConfigurationPoll } from './configuration-poll.ts';
import type {
  ConfigurationOutcome,
  Connector,
  ConnectorFamily,
  HeartbeatOutcome,
  Pulse,
  VisitOutcome,
} from './connectors/connector.ts';
import { type AgentSide, connectAgentSide, type DeviceConnection, type MessagePortLike } from './device-port.ts';
import { type Drain, startDrain } from './drain.ts';
import { describeError } from './errors.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createLink, linkOf } from './link.ts';
import type { Log } from './log.ts';
import { createRatingWatch } from './rating-watch.ts';
import { createReconcile } from './reconcile.ts';
import { firstContactDelayMs } from './retry.ts';
import type { Ticker } from './ticker.ts';
import type { TrustClock } from './trust-clock.ts';
import { pause } from './waker.ts';

export interface AgentOptions {
  /** To the appliance. The agent keeps nothing of its own: a killed one is replaced by a new one on a new port. */
  port: MessagePortLike;
  /** The kind of centre. */
  family: ConnectorFamily;
  clock: Clock;
  /** The one that the family uses too. */
  trustClock: TrustClock;
  /** 0 ≤ random < 1 */
  random: () => number;
  ticker: Ticker;
  log: Log;
  /** The first contact of a provisioned device comes within so long after the start, by its id; at once unless told. */
  firstContactSpreadMs?: number;
}

export interface Agent {
  /**
   * Ends in order: questions at once, a batch under way within two seconds, leases given back. Safe to call twice.
   * Never rejects.
   */
  stop(): Promise<void>;
  /** Resolves when the agent has ended: after `stop`, or by itself when the appliance is gone. */
  readonly closed: Promise<void>;
}

/** How soon the appliance is asked again for a connection that it did not tell. */
const CONNECTION_RETRY_MS = 2_000;

/** Starts the agent: from an outbox to receipts, until it is stopped or its appliance is gone. */
export function startAgent(options: AgentOptions): Agent {
  const { clock, trustClock, random, log, family } = options;
  const abort = new AbortController();
  let connector: Connector | null = null;
  let questions = 0;
  let isFirstAnswer = true;

  const side: AgentSide = connectAgentSide(
    options.port,
    {
      wake: () => drain.wake(),
      connectionChanged: () => void refresh(),
      visitInvited: (visitId) => watch.open(visitId),
      visitClosed: (visitId) => watch.close(visitId),
      enrol: (request) => family.enrol(request, abort.signal),
    },
    { clock, report: (fault) => log.warn({ ...fault }, 'the port to the appliance carried something unexpected') },
  );
  const link = createLink({ clock, trustClock, log, report: (report) => side.reportLink(report) });
  const drain: Drain = startDrain({
    outbox: side.outbox,
    connector: () => connector,
    clock,
    trustClock,
    random,
    link,
    log,
  });
  // Once the centre disowned the device, questions and heartbeats rest as well (reference-protocol §4).
  const usable = (): Connector | null => (drain.isStopped ? null : connector);
  const common = { clock, trustClock, random, log, connector: usable, heard };
  const watch = createRatingWatch({ ...common, ratedElsewhere: (rating) => side.ratedElsewhere(rating) });
  const configuration = startConfigurationPoll({ ...common, offer: (offer) => side.offerConfiguration(offer) });
  const pulse = async (): Promise<Pulse> => {
    const counts = await side.outbox.counts();
    const nowMs = trustClock.nowMs();
    const untilMs = assessmentHorizonMs(nowMs, counts.pending + counts.deferred, link.perS);
    const assessment = assess(await side.outbox.dueGroups(untilMs), nowMs, link.perS);
    const { answer } = configuration;
    const inForce = answer && { version: answer.version, refused: answer.accepted ? null : (answer.code ?? 'refused') };
    return { counts, assessment, link: link.state, configuration: inForce };
  };
  const heartbeat = createHeartbeat({ ...common, pulse });
  const reconcile = createReconcile({ ...common, completeness: side.completeness });

  /** What the side tasks learn of the line; a batch in trouble knows better than they. */
  function heard(outcome: VisitOutcome | ConfigurationOutcome | HeartbeatOutcome): void {
    if (outcome.kind === 'unauthorised') drain.disown(outcome.code);
    else if (drain.isInTrouble) return;
    const isWell = outcome.kind === 'visit' || outcome.kind === 'configuration' || outcome.kind === 'unchanged';
    link.set(linkOf(isWell ? { kind: 'alive' } : outcome));
  }

  function use(connection: DeviceConnection | null): void {
    connector?.close();
    connector = null;
    link.set({ state: 'starting', detail: connection === null ? 'this device is not provisioned' : null });
    try {
      connector = connection === null ? null : family.open(connection);
    } catch (error) {
      log.warn({ error: describeError(error) }, 'the connection cannot be used');
      link.set({ state: 'refused', detail: describeError(error) });
    }
    drain.reset();
    configuration.reset();
    if (connector !== null) tellProof(connector);
    reconcile.reset(connector === null ? null : (connection?.deviceId ?? null));
  }

  /** A device that comes up with its whole region waits for its turn; one that is enrolled later has no region with it. */
  async function firstContact(connection: DeviceConnection | null): Promise<void> {
    const spreadMs = isFirstAnswer ? (options.firstContactSpreadMs ?? 0) : 0;
    isFirstAnswer = false;
    if (connection === null || spreadMs === 0) return;
    const delayMs = firstContactDelayMs(connection.deviceId, spreadMs);
    link.set({ state: 'starting', detail: `first contact in ${Math.ceil(delayMs / 1000)} s, as every device its own` });
    await pause(clock, delayMs, abort.signal);
  }

  /** Time goes on from what an earlier agent learned; once a centre told it anew, this changes nothing. */
  async function takeUpTime(): Promise<void> {
    const kept = await side.keptOffset();
    if (kept !== null) trustClock.restore(kept);
  }

  /** A centre that proves nothing is sent no test records, and the technician hears that it cannot. */
  function tellProof({ provesDelivery }: Connector): void {
    if (!provesDelivery) log.info({}, 'this kind of centre cannot prove what reached it; no daily test records');
    side.completeness.provesDelivery(provesDelivery).catch((error: unknown) => {
      if (!abort.signal.aborted)
        log.warn({ error: describeError(error) }, 'the appliance did not hear what the centre can prove');
    });
  }

  async function refresh(): Promise<void> {
    const question = ++questions;
    try {
      const connection = await side.connection();
      await takeUpTime();
      await firstContact(connection);
      if (question === questions && !abort.signal.aborted) use(connection);
    } catch (error) {
      if (abort.signal.aborted) return;
      log.warn({ error: describeError(error) }, 'the appliance did not tell the connection');
      await pause(clock, CONNECTION_RETRY_MS, abort.signal);
      if (question === questions && !abort.signal.aborted) await refresh();
    }
  }

  const ticking = options.ticker(() => {
    drain.wake();
    heartbeat.tick();
    reconcile.tick();
    link.flush();
  });
  void refresh();

  async function end(): Promise<void> {
    ticking.stop();
    abort.abort();
    watch.stop();
    heartbeat.stop();
    reconcile.stop();
    await Promise.all([configuration.stop(), drain.stop()]);
    connector?.close();
  }

  const { promise: closed, resolve } = Promise.withResolvers<void>();
  let ending: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    ending ??= end().then(resolve);
    return ending;
  };
  void side.closed.then(stop);
  return { stop, closed };
}
