import type { Logger } from 'pino';
import { v7 as uuidV7 } from 'uuid';
import { AgentLink } from '../../app/processes/agent-link.ts';
import { applianceApi } from '../../app/processes/appliance-api.ts';
import { deviceSigner } from '../../app/processes/device-signer.ts';
import { createLog } from '../../app/processes/log.ts';
import { trialConfiguration } from '../../app/processes/trial-configuration.ts';
import type { ApplianceApi } from '../../app/server/api.ts';
import { Appliance } from '../../device/appliance.ts';
import type { ApplianceOptions } from '../../device/appliance-options.ts';
import { type Clock, systemClock } from '../../device/clock.ts';
import { readBootId } from '../../device/clock-block.ts';
import { createSerialPortOpener } from '../../device/peripherals/port/serialport-opener.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import { type Agent, startAgent } from '../../sync/agent.ts';
import { referenceFamily } from '../../sync/connectors/reference/connector.ts';
import { portPair } from '../../sync/device-port.ts';
import { type ReferenceCentre, startReferenceCentre } from '../../sync/reference-centre/centre.ts';
import type { Ticker } from '../../sync/ticker.ts';
import { createTrustClock } from '../../sync/trust-clock.ts';

export const VERSION = '0.1.0';
const POLICY = 'neimenggu-2022';
const CODE = 'bench-code';

/** The real appliance and the real agent in one process, each on its own time, with a real port in between. */
export interface DeviceBench {
  appliance: Appliance;
  link: AgentLink;
  api: ApplianceApi;
  agent: Agent;
  /** A minute passes, as the agent's ticker sees it. */
  tick(): void;
  close(): Promise<void>;
}

export interface DeviceBenchOptions {
  dataDir: string;
  /** Of the visit and the ledger. */
  clock: Clock;
  /** Of the agent's waits. */
  agentClock: Clock;
  random: () => number;
  peripherals?: Partial<ApplianceOptions['peripherals']>;
  /** Of the agent and of the appliance's end of the port; none unless told. */
  log?: Logger;
  /** Where the machine's TPM answers; none unless told. */
  tpm?: string;
  /** Told of what a person should hear of and what stops nothing; unless told, it ends the test. */
  onFault?: (error: unknown) => void;
  /** Total time for a request, real ms. */
  timeLimitMs: number;
}

const silent = createLog('bench', 'silent');

export async function openDeviceBench(options: DeviceBenchOptions): Promise<DeviceBench> {
  const { dataDir, clock, peripherals, log = silent } = options;
  const appliance = await Appliance.open({
    dataDir,
    clock,
    trial: true,
    trialPolicyId: null,
    peripherals: { opener: createSerialPortOpener(systemClock), keypadProfiles: new Map(), ...peripherals },
    onDamage: (problem) => {
      throw new Error(problem);
    },
    onFault:
      options.onFault ??
      ((error) => {
        throw error;
      }),
    tpm: options.tpm ?? null,
  });
  const link = new AgentLink({ appliance, clock: systemClock, log, version: VERSION });
  const settings = { PINGJIAQI_TRIAL: true };
  const api = applianceApi({ appliance, link, settings, version: VERSION });
  let tick = (): void => undefined;
  const agent = connectAgent(options, link, (run) => {
    tick = run;
    return { stop: () => undefined };
  });
  return {
    appliance,
    link,
    api,
    agent,
    tick: () => tick(),
    async close() {
      await agent.stop();
      link.stop();
      await appliance.close();
    },
  };
}

function connectAgent(options: DeviceBenchOptions, link: AgentLink, ticker: Ticker): Agent {
  const { dataDir, agentClock, random, log = silent, timeLimitMs } = options;
  const [near, far] = portPair();
  link.connect(near);
  const trustClock = createTrustClock(systemClock);
  const family = referenceFamily({
    clock: systemClock,
    trustClock,
    signerFor: ({ deviceId }) => deviceSigner(dataDir, deviceId),
    newId: () => uuidV7(),
    version: VERSION,
    bootId: readBootId(),
    timeLimitMs,
  });
  return startAgent({ port: far, family, clock: agentClock, trustClock, random, ticker, log });
}

/** A centre with the configuration of trial mode, on a port of its own. */
export async function startTrialCentre(dataDir: string, port = 0): Promise<ReferenceCentre> {
  const address = { baseUrl: '' };
  const centre = await startReferenceCentre({
    dataDir,
    host: '127.0.0.1',
    port,
    enrolmentCodes: [CODE],
    clock: systemClock,
    configuration: () =>
      trialConfiguration({
        baseUrl: address.baseUrl,
        policyId: POLICY,
        policyVersion: builtinPacks.get(POLICY)?.version ?? '1',
        catalogueVersion: builtinCatalogue.version,
        calendarVersion: builtinCalendar.version,
      }),
  });
  address.baseUrl = centre.url;
  return centre;
}

/** @throws Error where the centre did not take the device */
export async function enrolBench({ api }: DeviceBench, centre: ReferenceCentre): Promise<void> {
  const answer = await api.enrolment.enrol({ baseUrl: centre.url, code: CODE });
  if (answer.outcome !== 'enrolled') throw new Error(JSON.stringify(answer));
}
