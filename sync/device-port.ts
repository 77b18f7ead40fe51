import type { Clock } from '../device/clock.ts';
import type { Outbox } from '../device/ledger/outbox.ts';
import {
  type DeviceConnection,
  type EnrolOutcome,
  type EnrolRequest,
  type LinkReport,
  type ManifestAnswer,
  type ManifestPlan,
  type OfferReply,
  toAgent,
  toAppliance,
} from './port/contract.ts';
import { leaseOutbox } from './port/leases.ts';
import type { MessagePortLike } from './port/message-port.ts';
import { createRpc, type PortFault } from './port/rpc.ts';
import type { KeptOffset } from './trust-clock.ts';

export type {
  AttemptOutcome,
  DeviceConnection,
  EnrolOutcome,
  EnrolRequest,
  Jwk,
  LinkReport,
  ManifestAnswer,
  ManifestPlan,
  OfferReply,
} from './port/contract.ts';
export { ATTEMPT_OUTCOMES, NO_ATTEMPTS } from './port/contract.ts';
export { type MessagePortLike, type PairedPort, portPair } from './port/message-port.ts';
export type { PortFault } from './port/rpc.ts';

export interface PortOptions {
  clock: Clock;
  /** Messages that were not understood and handlers that failed; for the log. Never throws. */
  report: (fault: PortFault) => void;
}

/** What the agent answers to the appliance. */
export interface AgentHandlers {
  /** Something was appended. */
  wake(): void;
  /** Ask for `connection()` again: enrolled, another centre, other keys, or no longer provisioned. */
  connectionChanged(): void;
  visitInvited(visitId: string): void;
  visitClosed(visitId: string): void;
  enrol(request: EnrolRequest): Promise<EnrolOutcome>;
}

/** How the appliance is told what the centre holds. */
export interface CompletenessCalls {
  /** Whether this kind of centre proves what reached it; told once for each connection. */
  provesDelivery(isProved: boolean): Promise<void>;
  /** What to ask the centre now; null while the device is not in service. */
  plan(): Promise<ManifestPlan | null>;
  /** @returns whether more records wait to be sent again than one answer could put back */
  answer(answer: ManifestAnswer): Promise<{ more: boolean }>;
}

/** The appliance as the agent sees it. Every call rejects with a CodedError when the port is closed or too slow. */
export interface AgentSide {
  outbox: Outbox;
  /** Null while the device is not provisioned. */
  connection(): Promise<DeviceConnection | null>;
  /** What the appliance kept of the centre's clock; null for nothing. */
  keptOffset(): Promise<KeptOffset | null>;
  /** @param offer `jws` compact JWS of reference-protocol §3, unverified; `etag` the centre's name for this version */
  offerConfiguration(offer: { jws: string; etag: string }): Promise<OfferReply>;
  /** @param rating `ratedAt` RFC 3339, the centre's clock */
  ratedElsewhere(rating: { visitId: string; ratedAt: string }): Promise<void>;
  reportLink(report: LinkReport): Promise<void>;
  completeness: CompletenessCalls;
  closed: Promise<void>;
}

/** What the appliance answers to the agent. Each may be called again with the same input after a lost reply. */
export interface ApplianceHandlers {
  outbox: Outbox;
  connection(): Promise<DeviceConnection | null>;
  /** Left out: nothing was kept. */
  keptOffset?(): KeptOffset | null;
  offerConfiguration(offer: { jws: string; etag: string }): Promise<OfferReply>;
  ratedElsewhere(rating: { visitId: string; ratedAt: string }): Promise<void>;
  reportLink(report: LinkReport): Promise<void>;
  completeness: CompletenessCalls;
  /** Visits whose rating screen is open now: an agent that comes up in the middle of one watches them too. */
  invitedVisits(): string[];
}

/** The agent as the appliance sees it. */
export interface ApplianceSide {
  wake(): void;
  connectionChanged(): void;
  visitInvited(visitId: string): void;
  visitClosed(visitId: string): void;
  /** Needs no connection yet. Rejects only for the port's sake; a network fault is the outcome `unreachable`. */
  enrol(request: EnrolRequest): Promise<EnrolOutcome>;
  /** The agent is gone and every lease it held was given back. Never rejects. */
  closed: Promise<void>;
}

/** Connects the agent to its appliance. Nothing is sent before the first call. */
export function connectAgentSide(port: MessagePortLike, handlers: AgentHandlers, options: PortOptions): AgentSide {
  const rpc = createRpc({
    port,
    outgoing: toAppliance,
    incoming: toAgent,
    ...options,
    handlers: {
      calls: { enrol: (request) => handlers.enrol(request) },
      notes: {
        wake: () => handlers.wake(),
        connectionChanged: () => handlers.connectionChanged(),
        visitInvited: ({ visitId }) => handlers.visitInvited(visitId),
        visitClosed: ({ visitId }) => handlers.visitClosed(visitId),
      },
    },
  });
  const done = (reply: Promise<null>): Promise<void> => reply.then(() => undefined);
  // A lease ends with the asking, not with the answer: where that is lost, the next claim says so.
  const holding = new Set<string>();
  const end = (leaseId: string): string => {
    holding.delete(leaseId);
    return leaseId;
  };
  return {
    outbox: {
      async claim(request) {
        const batch = await rpc.call('claim', { ...request, holding: [...holding] });
        if (batch !== null) holding.add(batch.leaseId);
        return batch;
      },
      settle: (settlement) => done(rpc.call('settle', { ...settlement, leaseId: end(settlement.leaseId) })),
      release: (leaseId) => done(rpc.call('release', { leaseId: end(leaseId) })),
      counts: () => rpc.call('counts', null),
      dueGroups: (untilMs) => rpc.call('dueGroups', { untilMs }),
    },
    connection: () => rpc.call('connection', null),
    keptOffset: () => rpc.call('keptOffset', null),
    offerConfiguration: (offer) => rpc.call('offerConfiguration', offer),
    ratedElsewhere: (rating) => done(rpc.call('ratedElsewhere', rating)),
    reportLink: (report) => done(rpc.call('reportLink', report)),
    completeness: {
      provesDelivery: (isProved) => done(rpc.call('provesDelivery', isProved)),
      plan: () => rpc.call('manifestPlan', null),
      answer: (answer) => rpc.call('manifestAnswer', answer),
    },
    closed: rpc.closed,
  };
}

/**
 * Connects the appliance to one agent process. When the port closes, the leases of that agent are released; a new
 * agent gets a new port and a new call of this function.
 */
export function connectApplianceSide(
  port: MessagePortLike,
  handlers: ApplianceHandlers,
  options: PortOptions,
): ApplianceSide {
  const outbox = leaseOutbox(handlers.outbox);
  const done = (work: Promise<void>): Promise<null> => work.then(() => null);
  const rpc = createRpc({
    port,
    outgoing: toAgent,
    incoming: toAppliance,
    ...options,
    handlers: {
      calls: {
        claim: (request) => outbox.claim(request),
        settle: (settlement) => done(outbox.settle(settlement)),
        release: ({ leaseId }) => done(outbox.release(leaseId)),
        counts: () => outbox.counts(),
        dueGroups: ({ untilMs }) => outbox.dueGroups(untilMs),
        connection: () => {
          // An agent asks for its connection before anything else, so this is where it learns of visits under way.
          for (const visitId of handlers.invitedVisits()) rpc.note('visitInvited', { visitId });
          return handlers.connection();
        },
        keptOffset: async () => handlers.keptOffset?.() ?? null,
        offerConfiguration: (offer) => handlers.offerConfiguration(offer),
        ratedElsewhere: (rating) => done(handlers.ratedElsewhere(rating)),
        reportLink: (report) => done(handlers.reportLink(report)),
        provesDelivery: (isProved) => done(handlers.completeness.provesDelivery(isProved)),
        manifestPlan: () => handlers.completeness.plan(),
        manifestAnswer: (answer) => handlers.completeness.answer(answer),
      },
      notes: {},
    },
  });
  const giveBack = (): Promise<void> =>
    outbox.close().catch((error: unknown) => {
      options.report({ kind: 'handler_failed', detail: `release after close: ${String(error)}` });
    });
  return {
    wake: () => rpc.note('wake', null),
    connectionChanged: () => rpc.note('connectionChanged', null),
    visitInvited: (visitId) => rpc.note('visitInvited', { visitId }),
    visitClosed: (visitId) => rpc.note('visitClosed', { visitId }),
    enrol: (request) => rpc.call('enrol', request),
    closed: rpc.closed.then(giveBack),
  };
}
