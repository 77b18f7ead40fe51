import { setImmediate as breath } from 'node:timers/promises';
import type { Appliance } from '../../device/appliance.ts';
import { checkAndRemember } from '../../device/check-log.ts';
import { systemClock } from '../../device/clock.ts';
import { WindowFrames } from '../../device/day/window-frames.ts';
import { officialPageOrigin } from '../../device/identity/configuration.ts';
import type { LanCertificate } from '../../device/identity/tls/lan-certificate.ts';
import { UNREADABLE_CODE } from '../../device/ledger/outbox-store.ts';
import { TestLog } from '../../device/test-log.ts';
import { formatTime } from '../../device/time.ts';
import { findingsOf } from '../checks/findings.ts';
import { listSticks } from '../evacuation/sticks.ts';
import type { ApplianceApi, PeopleApi } from '../server/api.ts';
import type { Measures } from '../server/technician/metrics.ts';
import type { SelfTestApi } from '../server/technician/self-test.ts';
import type { SetAsideApi } from '../server/technician/set-aside.ts';
import type { TechnicianStatus } from '../server/technician/status.ts';
import { whyNotNow } from '../update/night.ts';
import { acceptanceReport, writeAcceptanceReport } from './acceptance-report.ts';
import type { AgentLink } from './agent-link.ts';
import { CentreLook } from './centre-look.ts';
import { configurationApi } from './configuration-api.ts';
import { deviceFacts } from './device-facts.ts';
import { displayWatch } from './display.ts';
import { enrolmentApi } from './enrolment-api.ts';
import { evacuationApi, requireStick } from './evacuation-api.ts';
import { PanelRecord } from './panel-record.ts';
import { eventsOf, peripheralTests } from './peripheral-tests.ts';
import type { ApplianceEnvironment } from './settings.ts';
import { supportBundle, writeSupportBundle } from './support-bundle.ts';
import { type Recovery, WindowRecord } from './window-record.ts';

export interface ApplianceApiOptions {
  appliance: Appliance;
  link: AgentLink;
  settings: Pick<ApplianceEnvironment, 'PINGJIAQI_TRIAL'> &
    Partial<Pick<ApplianceEnvironment, 'PINGJIAQI_TRIAL_KEY_SHA256' | 'PINGJIAQI_STICKS' | 'PINGJIAQI_SYSTEM_STORE'>>;
  version: string;
  /** What is wrong with voice packs that are left out. */
  voiceFaults?: readonly string[];
  /** Told of whatever was brought back by itself. */
  onRecovery?: (recovery: Recovery) => void;
  /** What the LAN listener shows now; null, or left out: it uses no TLS. */
  lanCertificate?: () => LanCertificate | null;
}

/** One call sends no more again; a person who sees what became of those sends the next. */
const MOST_RESUBMITTED = 1000;

/** Joins appliance and agent link into what the servers ask of a device. */
export function applianceApi(options: ApplianceApiOptions): ApplianceApi {
  const { appliance, link, settings, version, lanCertificate = () => null, onRecovery = () => undefined } = options;
  const { voiceFaults = [] } = options;
  const trial = settings.PINGJIAQI_TRIAL;
  const trialKey = settings.PINGJIAQI_TRIAL_KEY_SHA256;
  const tests = new TestLog(appliance.ledger, () => appliance.time.dateMs());
  const look = new CentreLook(appliance, version);
  const sticks = () => listSticks(settings.PINGJIAQI_STICKS);
  const window = windowOf(appliance, onRecovery);
  const startedAt = systemClock.wallMs();
  const systemStore = settings.PINGJIAQI_SYSTEM_STORE;
  const parts = { appliance, link, look, tests, window, version, lanCertificate, startedAt, systemStore, voiceFaults };
  const facts = () => deviceFacts(parts);
  const status = async () => technicianStatus(appliance, link, { trial, version }, await facts());
  const makeSupportBundle = async () => supportBundle(appliance, await status(), Date.now());
  const trialClients = trial && trialKey !== undefined ? [{ id: 'trial', name: 'trial', keySha256: trialKey }] : [];
  return {
    trial,
    citizenView: () => appliance.citizenView(),
    screenLit: () => appliance.screens.light(),
    window,
    frameOrigin: () => frameOriginOf(appliance),
    citizen: (command) => appliance.citizen(command),
    staffView: () => appliance.staffView(),
    people: peopleOf(appliance),
    openVisit: ({ idempotency, ...request }) => ({ visitId: appliance.openVisit(request, idempotency) }),
    invite: (visitId) => appliance.window().invite(visitId),
    close: (visitId, closedAt) => appliance.window().close(visitId, closedAt),
    reminders: {
      list: (after, limit) => appliance.desks().reminders.list(after, limit),
      done: (visitId) => appliance.desks().reminders.done(visitId),
    },
    paper: {
      forms: () => appliance.desks().paper.forms(),
      first: (entry, staffId) => appliance.desks().paper.first(entry, staffId),
      second: (entry, staffId) => appliance.desks().paper.second(entry, staffId),
    },
    scopesOf: (client) =>
      trial && client === 'trial'
        ? ['visits', 'reminders']
        : (appliance.provisioned()?.document.settings.scopes[client] ?? ['visits']),
    skip: (visitId, reason) => appliance.window().skip(visitId, reason),
    pause: (reason, limitMs) => appliance.window().pause(reason, limitMs),
    resume: () => appliance.window().resume(),
    visitState: (visitId) => appliance.window().visitState(visitId),
    clients: () => [...(appliance.provisioned()?.document.clients ?? []), ...trialClients],
    access: appliance.door,
    technicianStatus: status,
    selfTest: selfTestOf(appliance, look, tests),
    delivery: () => link.delivery(),
    measures: () => measuresOf(appliance, link, window),
    setAside: setAsideOf(appliance, link),
    tests: peripheralTests(appliance, version, tests),
    portBench: appliance.peripherals.bench,
    keypadLearning: {
      report: () => appliance.peripherals.learning(),
      begin: (request) => appliance.peripherals.learnKeypad(request),
      absent: () => appliance.peripherals.keyIsAbsent(),
      stop: () => appliance.peripherals.stopLearning(),
    },
    picture: (id) => appliance.picture(id),
    voice: () => appliance.voice(),
    enrolment: enrolmentApi({ appliance, link, stickRoots: settings.PINGJIAQI_STICKS }),
    configuration: configurationApi(appliance, settings.PINGJIAQI_STICKS),
    evacuation: evacuationApi({ appliance, sticks, onFault: appliance.onFault }),
    supportBundle: makeSupportBundle,
    supportBundleTo: async (stick) => {
      await requireStick(stick, sticks);
      return writeSupportBundle(stick, await makeSupportBundle());
    },
    acceptanceReport: async () => acceptanceReport(await status(), appliance.key),
    acceptanceReportTo: async (stick) => {
      await requireStick(stick, sticks);
      return writeAcceptanceReport(stick, await status(), appliance.key);
    },
    trialVisit: () => ({ visitId: openTrialVisit(appliance) }),
    subscribe: (listener) => appliance.subscribe(listener),
  };
}

async function measuresOf(appliance: Appliance, link: AgentLink, window: WindowRecord): Promise<Measures> {
  const { delivered, headSeq } = await appliance.outbox.counts();
  return {
    delivery: await link.delivery(),
    delivered,
    headSeq,
    link: link.report?.state ?? 'no_agent',
    confirmedAt: appliance.manifests.doneAt,
    canary: appliance.canary.view(),
    disk: appliance.diskState(),
    window: window.view(),
    nowMs: appliance.time.dateMs(),
  };
}

function setAsideOf({ ledger: { outbox } }: Appliance, link: AgentLink): SetAsideApi {
  return {
    list: () => outbox.refused(),
    resubmit(ids) {
      const all = () => outbox.refused(MOST_RESUBMITTED).filter(({ code }) => code !== UNREADABLE_CODE);
      const wanted = ids ?? all().map(({ id }) => id);
      const resubmitted = wanted.filter((id) => outbox.resubmit(id)).length;
      if (resubmitted > 0) link.wake();
      return resubmitted;
    },
    reconnect: () => link.reconnect(),
  };
}

function peopleOf(appliance: Appliance): PeopleApi {
  const people = () => appliance.provisioned()?.document.staff ?? [];
  return {
    signIn: (number, pin) => appliance.desks().staff.signIn(number, pin),
    session: (token) => (appliance.provisioned() === null ? null : appliance.desks().staff.session(token)),
    signOut: (token) => appliance.desks().staff.signOut(token),
    person: (staffId) => people().find(({ id }) => id === staffId) ?? null,
    mayAnybodySignIn: () => people().some(({ pinHash }) => pinHash !== undefined),
  };
}

/** Screens that no citizen is at. */
const RESTING: ReadonlySet<string> = new Set(['idle', 'paused', 'out_of_service']);

function windowOf(appliance: Appliance, onRecovery: (recovery: Recovery) => void): WindowRecord {
  const { screens } = appliance;
  const frames = new WindowFrames({ clock: systemClock, screens, isDisplayOff: displayWatch(systemClock) });
  const isBusy = () => frames.page === 'technician' || !RESTING.has(appliance.citizenView().screen);
  const dpi = () => appliance.provisioned()?.document.settings.screen?.dpi ?? null;
  return new WindowRecord({
    frames,
    panel: new PanelRecord({ dpi }),
    nowMs: () => appliance.time.dateMs(),
    mayRecycle: () => whyNotNow(appliance.time.dateMs(), isBusy()) === null,
    mayRescale: () => !isBusy(),
    onRecovery,
  });
}

function frameOriginOf(appliance: Appliance): string | null {
  const document = appliance.provisioned()?.document;
  return document === undefined ? null : officialPageOrigin(document);
}

async function technicianStatus(
  appliance: Appliance,
  link: AgentLink,
  { trial, version }: Pick<TechnicianStatus, 'trial' | 'version'>,
  facts: Awaited<ReturnType<typeof deviceFacts>>,
): Promise<TechnicianStatus> {
  const provisioned = appliance.provisioned();
  const pack = appliance.rules()?.pack ?? null;
  const counts = await appliance.outbox.counts();
  const { pending, deferred, refused, delivered, headSeq, headHash, nextDueAt } = counts;
  return {
    trial,
    version,
    checks: findingsOf(facts),
    checkedAt: formatTime(systemClock.wallMs()),
    provisioned: provisioned !== null,
    busy: !RESTING.has(appliance.citizenView().screen),
    device:
      provisioned === null
        ? null
        : { deviceId: provisioned.deviceId, keyFingerprint: appliance.key.fingerprint, centre: provisioned.baseUrl },
    window: provisioned === null ? null : provisioned.document.window,
    policy: pack === null ? null : { id: pack.id, version: pack.version },
    ledger: { seq: headSeq, head: headHash, pending, deferred, refused, delivered },
    delivery: facts.delivery,
    nextDueAt: nextDueAt === null ? null : formatTime(nextDueAt),
    link: link.report,
    lastReceiptAt: link.report?.lastReceiptAt ?? null,
    peripherals: appliance.peripherals.status(),
    peripheralEvents: eventsOf(appliance),
    warnings: appliance.warnings(),
  };
}

function selfTestOf(appliance: Appliance, look: CentreLook, tests: TestLog): SelfTestApi {
  return {
    centre: () => look.look(),
    note: (name, passed) => tests.note(name, passed),
    async ledger() {
      // Piece by piece: between two of them the device answers whoever is there.
      while (!checkAndRemember(appliance.ledger, systemClock.wallMs()).done) await breath();
    },
  };
}

let samples = 0;

/** A case of nobody, so that a person trying the device need not write a request. */
function openTrialVisit(appliance: Appliance): string {
  const item = appliance.provisioned()?.document.items[0] ?? { code: 'TRIAL', name: '试用事项' };
  const staffId = appliance.provisioned()?.document.staff[0]?.id ?? 'trial';
  const caseNo = `TRIAL-${Date.now()}-${++samples}`;
  const request = { caseNo, serviceNo: 1, itemCode: item.code, itemName: item.name, staffId, servedAt: null };
  return appliance.openVisit({ ...request, trigger: 'self', inviteAtOnce: true }, null);
}
