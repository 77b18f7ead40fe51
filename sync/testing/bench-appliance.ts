import type { Clock } from '../../device/clock.ts';
import { type Agent, startAgent } from '../agent.ts';
import type { ConnectorFamily } from '../connectors/connector.ts';
import {
  type ApplianceHandlers,
  type ApplianceSide,
  connectApplianceSide,
  type DeviceConnection,
  type LinkReport,
  type PairedPort,
  type PortFault,
  portPair,
} from '../device-port.ts';
import type { Log } from '../log.ts';
import { createTrustClock, type TrustClock } from '../trust-clock.ts';
import type { MemoryOutbox } from './memory-outbox.ts';

export const silentLog: Log = { info: () => undefined, warn: () => undefined };

/** Any connection, for connectors that do not look at it. */
export const SOME_CONNECTION: DeviceConnection = {
  deviceId: '01900000-0000-7000-8000-00000000000d',
  baseUrl: 'http://127.0.0.1:1',
  centreKeys: { keys: [] },
  alg: 'ed25519',
};

export interface BenchOptions {
  clock: Clock;
  outbox: MemoryOutbox;
  family: ConnectorFamily;
  trustClock?: TrustClock;
  random?: () => number;
  connection?: DeviceConnection | null;
  /** A port to use instead of a pair in memory; the first end is the appliance's. */
  ports?: [PairedPort, PairedPort];
  log?: Log;
  firstContactSpreadMs?: number;
  handlers?: Partial<ApplianceHandlers>;
}

/** An appliance that is only its port, with an agent on the other end of it. */
export interface Bench {
  agent: Agent;
  appliance: ApplianceSide;
  port: PairedPort;
  /** Everything that was reported, latest last. */
  links: LinkReport[];
  faults: PortFault[];
  rated: { visitId: string; ratedAt: string }[];
  offers: { jws: string; etag: string }[];
  connection: DeviceConnection | null;
  /** A minute passes, as the ticker sees it. */
  tick(): void;
}

export function startBench(options: BenchOptions): Bench {
  const { clock, outbox } = options;
  const [near, far] = options.ports ?? portPair();
  const faults: PortFault[] = [];
  const report = (fault: PortFault): void => void faults.push(fault);
  const links: LinkReport[] = [];
  const rated: Bench['rated'] = [];
  const offers: Bench['offers'] = [];
  let tick = (): void => undefined;
  const bench = { port: near, links, faults, rated, offers, tick: () => tick() } as Bench;
  bench.connection = options.connection === undefined ? SOME_CONNECTION : options.connection;
  const handlers: ApplianceHandlers = {
    outbox,
    connection: async () => bench.connection,
    offerConfiguration: async (offer) => {
      offers.push(offer);
      return { accepted: true, version: 1 };
    },
    ratedElsewhere: async (rating) => void rated.push(rating),
    reportLink: async (link) => void links.push(link),
    completeness: {
      provesDelivery: async () => undefined,
      plan: async () => null,
      answer: async () => ({ more: false }),
    },
    invitedVisits: () => [],
    ...options.handlers,
  };
  bench.appliance = connectApplianceSide(near, handlers, { clock, report });
  bench.agent = startAgent({
    port: far,
    family: options.family,
    clock,
    trustClock: options.trustClock ?? createTrustClock(clock),
    random: options.random ?? (() => 0.5),
    ticker: (run) => {
      tick = run;
      return { stop: () => (tick = () => undefined) };
    },
    log: options.log ?? silentLog,
    firstContactSpreadMs: options.firstContactSpreadMs ?? 0,
  });
  return bench;
}
