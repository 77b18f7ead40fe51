import { ClockBlocks } from '../../device/clock-block.ts';
import { GENESIS_HASH } from '../../device/ledger/chain.ts';
import { isLedgerError } from '../../device/ledger/errors.ts';
import type { Level } from '../../device/ledger/record.ts';
import { builtinCalendar, builtinCatalogue, builtinPacks } from '../../device/policy/builtin.ts';
import type { VisitState } from '../../device/visit/machine.ts';
import { staffView } from '../../device/visit/staff-view.ts';
import type { CitizenCommand } from '../../device/visit/views.ts';
import { Window } from '../../device/window.ts';
import { startAgent } from '../../sync/agent.ts';
import { type ApplianceSide, connectApplianceSide, type LinkReport, portPair } from '../../sync/device-port.ts';
import { silentLog } from '../../sync/testing/bench-appliance.ts';
import { createTrustClock } from '../../sync/trust-clock.ts';
import type { Random } from '../support/random.ts';
import { Books } from './completeness.ts';
import { simulatedFamily } from './connector.ts';
import type { Cryptography } from './cryptography.ts';
import { type Crash, Disk, type Image, Killed } from './disk.ts';
import type { DeviceHistory } from './history.ts';
import { SimulatedLedger } from './ledger.ts';
import { Machine, Process } from './machine.ts';
import type { SimulatedNetwork } from './network.ts';
import { outboxWith, type Planted, storeWith } from './planted.ts';
import type { World } from './world.ts';

/** The rules in force at the simulated windows. */
export const RULES = {
  pack: builtinPacks.get('neimenggu-2022')!,
  catalogue: builtinCatalogue,
  calendar: builtinCalendar,
  warnings: [],
};

/** A minute's tick of the product, stretched: heartbeats are no promise, and a month has 43,200 of them. */
const TICK_MS = 6 * 3_600_000;
const STANDS_TOO_LONG_MS = 90_000;
const APPLIANCE_START_MS = 2_000;
const AGENT_START_MS = 1_500;
/** How long a planted buffer holds a key press for the next screen. */
const BUFFERED_KEY_MS = 3_600_000;
const EVICTED_AFTER_MS = 12 * 3_600_000;
/** The operating system writes its cache out by itself. */
const SYSTEM_FLUSH_MS = 30_000;

/** Somebody who waits for a screen. */
interface Onlooker {
  fits(state: VisitState): boolean;
  /** Called once, with the screen there or the patience at its end. */
  done(): void;
}

export interface DeviceParts {
  world: World;
  deviceId: string;
  network: SimulatedNetwork;
  cryptography: Cryptography;
  history: DeviceHistory;
  random: Random;
  machine: { rate: number; wallErrorMs: number };
  planted: Planted | null;
  /** Configuration polls go over the network too: every ten minutes, and 4,300 times a month. */
  isChatty: boolean;
  /** Of the centre: its connector says so to the agent. */
  needsVisitFirst: boolean;
  /** Test records are sent each morning. */
  hasCanary: boolean;
  /** What the staff are sent is written down: for twins, who must be sent the same. */
  watchesStaff: boolean;
  /** Of the centre's newest key. */
  keyNumber: () => number;
  /** Deterministic UUIDv7s; one series per use. */
  ids: (series: string, wallMs: number) => string;
}

/** One device from power to power: both processes as the product wires them, killed and started again. */
export class SimulatedDevice {
  readonly machine: Machine;
  readonly disk: Disk;
  readonly #parts: DeviceParts;
  #isPowered = false;
  #appliance: Process | null = null;
  #agent: Process | null = null;
  #ledger: SimulatedLedger | null = null;
  #window: Window | null = null;
  #side: ApplianceSide | null = null;
  #invited: string | null = null;
  #clockBlocks: ClockBlocks | null = null;
  #boots = 0;
  #lastKey: Level | null = null;
  /** The newest key of the centre that somebody told this device. */
  #keyNumber = 1;
  #layout: 'best-left' | 'best-right' = 'best-left';
  readonly #onlookers = new Set<Onlooker>();
  #books: Books | null = null;
  #tick: (() => void) | null = null;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
    const wallIsUsedForWaits = parts.planted === 'wall_time_for_waits';
    this.machine = new Machine(parts.world, { ...parts.machine, wallIsUsedForWaits });
    this.disk = new Disk(GENESIS_HASH, (crash) => this.#crash(crash));
    this.disk.skipsSync = parts.planted === 'skip_fsync';
    parts.history.health.set('power', true, 0);
    if (this.disk.skipsSync) this.#flushNow();
  }

  get deviceId(): string {
    return this.#parts.deviceId;
  }

  /** Null while nobody could touch it. */
  get window(): Window | null {
    return this.#window;
  }

  get ledger(): SimulatedLedger | null {
    return this.#ledger;
  }

  powerOn(): void {
    if (this.#isPowered) return;
    this.#isPowered = true;
    this.#boots++;
    this.machine.boot();
    this.#ail('power', false);
    this.#startAppliance();
  }

  /** The socket is switched off, as every evening in many halls. */
  powerCut(): void {
    if (!this.#isPowered) return;
    this.#isPowered = false;
    this.#ail('power', true);
    this.#stopAppliance();
    this.disk.powerCut();
  }

  /** A copy of earlier days takes the disk's place. */
  putBackDisk(copy: Image): void {
    this.powerCut();
    const { rows, open } = this.disk.putBack(copy);
    const { history, world } = this.#parts;
    const lost = [...rows.values()].filter(({ record }) => record.seq > copy.head.seq);
    const records = lost.map(({ record }) => record).sort((a, b) => a.seq - b.seq);
    const delivered = lost.filter(({ state }) => state === 'delivered').map(({ record }) => record.id);
    history.cuts.push({ atMs: world.nowMs, from: { ...copy.head }, records, delivered: new Set(delivered) });
    for (const { record, state } of open.values()) if (state === 'refused') history.setAside.add(record.id);
  }

  killAppliance(): void {
    if (this.#appliance === null) return;
    this.#stopAppliance();
    this.#startAppliance();
  }

  killAgent(): void {
    if (this.#agent === null) return;
    this.#agent.kill();
    this.#agent = null;
    this.#startAgent();
  }

  /** A new configuration came: another screen, and the line is opened anew whatever is on it. */
  reconfigure(): void {
    this.#layout = this.#layout === 'best-left' ? 'best-right' : 'best-left';
    this.#forgetRests();
    this.#side?.connectionChanged();
  }

  /** A technician looks in: what was refused is sent again, the centre's newest key known, the line opened anew. */
  technicianVisits(): void {
    const ledger = this.#ledger;
    this.#keyNumber = this.#parts.keyNumber();
    for (const { id, code } of ledger?.refused() ?? []) {
      this.#parts.history.setAside.add(id);
      if (code !== 'unreadable') orKilled(() => ledger?.resubmit(id));
    }
    this.#forgetRests();
    this.#side?.connectionChanged();
    this.#side?.wake();
  }

  /** The agent's minute. */
  tick(): void {
    this.#tick?.();
  }

  /** Forgets old visits and what is past retention, as the night does. */
  upkeep(): void {
    orKilled(() => this.#ledger?.dailyTick());
    if (this.#parts.hasCanary) orKilled(() => this.#books?.sendCanary());
    if (this.#parts.planted !== 'evict_undelivered') return;
    for (const row of this.disk.image.open.values()) {
      if (row.recordedAt < this.machine.wallMs() - EVICTED_AFTER_MS) this.disk.forget(row.record.id);
    }
  }

  citizen(command: CitizenCommand): boolean {
    return this.#window?.citizen(command) ?? false;
  }

  key(level: Level): boolean {
    const given = this.#parts.planted === 'swap_polarity' ? ((6 - level) as Level) : level;
    this.#lastKey = given;
    return this.#window?.key(given) ?? false;
  }

  /** Calls back once: when a screen fits, or when so much true time has passed without one. */
  awaitScreen(fits: (state: VisitState) => boolean, patienceMs: number, run: (isThere: boolean) => void): void {
    const { world } = this.#parts;
    const state = this.#window?.state;
    if (state !== undefined && fits(state)) {
      run(true);
      return;
    }
    const giveUp = world.after(patienceMs, () => {
      this.#onlookers.delete(onlooker);
      run(false);
    });
    const onlooker: Onlooker = {
      fits,
      done: () => {
        giveUp.cancel();
        world.after(0, () => run(true));
      },
    };
    this.#onlookers.add(onlooker);
  }

  setAil(ail: string, isOn: boolean): void {
    this.#ail(ail, isOn);
  }

  #ail(ail: string, isOn: boolean): void {
    this.#parts.history.health.set(ail, isOn, this.#parts.world.nowMs);
  }

  #crash(crash: Crash): void {
    if (crash.by === 'kill') {
      this.killAppliance();
      return;
    }
    this.powerCut();
    this.#parts.world.after(90_000, () => this.powerOn());
  }

  #stopAppliance(): void {
    this.#agent?.kill();
    this.#appliance?.kill();
    this.#ledger?.close();
    this.#agent = this.#appliance = null;
    this.#ledger = this.#window = this.#side = this.#books = null;
    this.#invited = null;
    this.#parts.history.dark();
  }

  #startAppliance(): void {
    this.#ail('appliance', true);
    const { world, deviceId, history, planted, ids } = this.#parts;
    const boot = this.#boots;
    world.after(APPLIANCE_START_MS, () => {
      if (!this.#isPowered || boot !== this.#boots || this.#appliance !== null) return;
      const process = new Process(this.machine);
      const bootId = `00000000-0000-4000-8000-${String(boot).padStart(12, '0')}`;
      const blocks = new ClockBlocks(process, bootId);
      const ledger = new SimulatedLedger(this.disk, {
        wallMs: () => process.wallMs(),
        block: () => blocks.block(),
        newId: () => ids(`${deviceId} ledger`, process.wallMs()),
        onWritten: (records) => history.committed(records, world.nowMs),
      });
      // As app/processes/agent-link.ts does: facts beside the visit change no screen, and are to be sent all the same.
      if (planted !== 'append_wakes_nobody') ledger.onAppend(() => this.#side?.wake());
      if (planted === 'chain_restarts') this.disk.image.head = { seq: this.disk.image.head.seq, hash: GENESIS_HASH };
      this.#clockBlocks = blocks;
      this.#appliance = process;
      this.#ledger = ledger;
      this.#startWindow(process, ledger);
      this.#ail('appliance', false);
      this.#startAgent();
    });
  }

  #startWindow(process: Process, ledger: SimulatedLedger): void {
    const { world, history, planted, ids, deviceId } = this.#parts;
    const window = new Window({
      store: storeWith(planted, ledger, process),
      clock: process,
      dateMs: () => this.#clockBlocks?.dateMs() ?? process.wallMs(),
      newId: () => ids(`${deviceId} window`, process.wallMs()),
      rules: () => RULES,
      layout: () => this.#layout,
      onFault: () => undefined,
    });
    this.#window = window;
    window.onChange(() => {
      if (!process.isAlive) return;
      history.screen(window.state, world.nowMs);
      this.#watchScreen(window, process);
      if (this.#parts.watchesStaff) this.#noteStaffView(window);
      this.#tellInvitation(window);
      this.#show(window.state);
    });
    process.onKilled(() => window.stop());
    this.#books = new Books({
      ledger,
      window,
      wallMs: () => process.wallMs(),
      clockBlocks: this.#clockBlocks!,
      newId: () => ids(`${deviceId} canary`, process.wallMs()),
      planted,
      wake: () => this.#side?.wake(),
    });
    try {
      window.start();
    } catch {
      // The restart's own commit did not fit or was the one to crash at: the supervisor starts it again.
      if (process.isAlive) world.after(60_000, () => process.isAlive && this.killAppliance());
    }
    this.#show(window.state);
    if (planted === 'replay_key_after_restart' && this.#lastKey !== null) {
      const level = this.#lastKey;
      this.awaitScreen(
        ({ name }) => name === 'inviting',
        BUFFERED_KEY_MS,
        (isThere) => {
          if (isThere && process.isAlive) orKilled(() => window.key(level));
        },
      );
    }
  }

  /** A rating screen that nobody touches is over after its minute, whatever the wall clock does meanwhile. */
  #watchScreen(window: Window, process: Process): void {
    const { history, world } = this.#parts;
    const visitId = window.state.context.current?.visitId;
    const sinceMs = visitId === undefined ? null : (history.stories.get(visitId)?.invitedMs ?? null);
    if (visitId === undefined || sinceMs !== world.nowMs) return;
    process.setTimer(STANDS_TOO_LONG_MS, () => {
      if (history.stories.get(visitId)?.invitedMs !== sinceMs || this.disk.isFull) return;
      history.complain('a minute to rate', `visit ${visitId} still stands after ${STANDS_TOO_LONG_MS} ms`);
      world.halt();
    });
  }

  #noteStaffView(window: Window): void {
    const { history, planted } = this.#parts;
    const frame = { trial: false, window: { number: 'A-07', name: '综合窗口' }, staff: null, deliveryPending: false };
    const { wallMs, monotonicMs } = { wallMs: this.machine.wallMs(), monotonicMs: this.machine.monotonicMs() };
    const view = staffView(window.state, { ...frame, wallMs, monotonicMs });
    const isGood = planted === 'staff_sees_good' && (window.state.context.rating?.level ?? 0) >= 4;
    const at = `${Math.round(this.#parts.world.nowMs)} ${JSON.stringify(view)}${isGood ? '!' : ''}`;
    history.staffViews.push(at);
  }

  #show(state: VisitState): void {
    for (const onlooker of this.#onlookers) {
      if (!onlooker.fits(state)) continue;
      this.#onlookers.delete(onlooker);
      onlooker.done();
    }
  }

  /** As the appliance's own link does: which visit may be rated by phone. */
  #tellInvitation(window: Window): void {
    const invited = window.state.name === 'inviting' ? (window.state.context.current?.visitId ?? null) : null;
    if (invited === this.#invited) return;
    if (this.#invited !== null) this.#side?.visitClosed(this.#invited);
    if (invited !== null) this.#side?.visitInvited(invited);
    this.#invited = invited;
  }

  #startAgent(): void {
    this.#ail('agent', true);
    const appliance = this.#appliance;
    this.#parts.world.after(AGENT_START_MS, () => {
      if (appliance === null || !appliance.isAlive || this.#agent !== null) return;
      const process = new Process(this.machine);
      this.#agent = process;
      this.#wire(process, appliance);
      this.#ail('agent', false);
    });
  }

  #wire(process: Process, appliance: Process): void {
    const { planted, deviceId, cryptography, isChatty } = this.#parts;
    const ledger = this.#ledger!;
    const books = this.#books!;
    // Schemas at both ends make new objects of what comes; the text in between is left to the real seeds.
    const [near, far] = isChatty ? portPair() : portPair({ write: (message) => message, read: (written) => written });
    process.onKilled(() => near.cut());
    appliance.onKilled(() => near.cut());
    this.#side = connectApplianceSide(
      near,
      {
        outbox: outboxWith(planted, ledger, this.disk),
        connection: async () => ({
          deviceId,
          baseUrl: 'https://centre.example',
          centreKeys: cryptography.centreKeys(this.#keyNumber),
          alg: 'ed25519',
        }),
        keptOffset: () => this.#clockBlocks?.keptOffset ?? null,
        offerConfiguration: async () => ({ accepted: true, version: 1 }),
        ratedElsewhere: async ({ visitId }) => void this.#window?.ratedElsewhere(visitId),
        reportLink: async (report) => this.#takeReport(report),
        completeness: books.handlers,
        invitedVisits: () => (this.#invited === null ? [] : [this.#invited]),
      },
      { clock: appliance, report: () => undefined },
    );
    this.#forgetRests();
    const trustClock = createTrustClock(process);
    if (planted === 'never_learn_time') trustClock.observe = () => undefined;
    startAgent({
      port: far,
      family: simulatedFamily({ ...this.#parts, process, trustClock }),
      clock: process,
      trustClock,
      random: planted === 'retry_without_jitter' ? () => 0.999 : () => this.#parts.random.next(),
      ticker: (run) => {
        this.#tick = () => process.isAlive && run();
        return ticking(process, run);
      },
      log: silentLog,
    });
  }

  #takeReport({ clockOffsetMs, clockBoundMs }: LinkReport): void {
    if (clockOffsetMs !== null) this.#clockBlocks?.learn(clockOffsetMs, clockBoundMs ?? 0);
  }

  /** A new line starts its failures anew. */
  #forgetRests(): void {
    this.#parts.history.newLine(this.#parts.world.nowMs);
  }

  #flushNow(): void {
    this.disk.flush();
    this.#parts.world.after(SYSTEM_FLUSH_MS, () => this.#flushNow());
  }
}

/** Whoever asked sees that the process died; it is started again. */
function orKilled(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Killed) && !isLedgerError(error)) throw error;
  }
}

function ticking(process: Process, run: () => void): { stop(): void } {
  let isOn = true;
  const again = (): void => {
    process.setTimer(TICK_MS, () => {
      if (!isOn) return;
      run();
      again();
    });
  };
  again();
  return { stop: () => (isOn = false) };
}
