import { Canary } from './canary.ts';
import { checkAndRemember } from './check-log.ts';
import type { Clock } from './clock.ts';
import type { ClockBlocks } from './clock-block.ts';
import { ClockWatch } from './clock-watch.ts';
import type { Ledger } from './ledger/ledger.ts';
import { Manifests } from './manifest.ts';
import { newId } from './new-id.ts';
import { FormMarks } from './paper/form-marks.ts';
import { type Disk, DiskWatch } from './storage/disk-watch.ts';
import { Upkeep } from './upkeep.ts';
import type { Window } from './window.ts';

export interface SideWorkParts {
  dataDir: string;
  clock: Clock;
  clockBlocks: ClockBlocks;
  ledger: Ledger;
  /** Watches the disk and holds space back for ratings, in bytes; neither where left out. */
  storage?: { reserveBytes: number; read: (dir: string) => Promise<Disk> };
  /** Null while the device is not in service. */
  window: () => Window | null;
  /** @throws WindowError `not_provisioned` */
  windowInService: () => Window;
  /** The nightly check found damage. */
  onDamage: (problem: string) => void;
  onFault: (error: unknown) => void;
}

/** What a device does beside the window, each by its own clock. */
export interface SideWork {
  /** What the centre is asked to confirm; of a device in service only. */
  readonly manifests: Manifests;
  /** Daily proof that each grade gets through. */
  readonly canary: Canary;
  /** Null where nobody watches the disk. */
  readonly disk: DiskWatch | null;
  /** To be called once, when the device is in the state it was in before. */
  start(): void;
  /** For the technician. */
  warnings(): { code: string; text: string }[];
  /** Resolves when nothing of it writes any more. */
  stop(): Promise<void>;
}

/** Where the ledger's file keeps trusted time. */
const TIME_KEY = 'time';
/** A citizen is at the device; the night can wait. */
const BUSY = ['inviting', 'reasons', 'thanks', 'ended'];

/** Makes manifests, test records, the watches of disk and clock, and the night's upkeep over one ledger. */
export function startSideWork(parts: SideWorkParts): SideWork {
  const manifests = makeManifests(parts);
  const canary = makeCanary(parts);
  const disk = watchDisk(parts);
  const clockWatch = watchClock(parts);
  const upkeep = startUpkeep(parts, canary);
  return {
    manifests,
    canary,
    disk,
    start: () => clockWatch.start(),
    warnings: () => [...(disk?.warnings() ?? []), ...manifests.warnings(), ...canary.warnings()],
    async stop() {
      upkeep.stop();
      clockWatch.stop();
      await disk?.stop();
    },
  };
}

function makeManifests({ ledger, clock, windowInService }: SideWorkParts): Manifests {
  return new Manifests({
    ledger,
    keep: (event, also) => void windowInService().keep(event === null ? [] : [event], also),
    now: () => clock.wallMs(),
  });
}

function makeCanary({ ledger, clockBlocks, window }: SideWorkParts): Canary {
  return new Canary({
    ledger,
    keep: (events, also, ids) => void window()?.keep(events, also, ids),
    newId,
    now: () => (clockBlocks.block().quality === 'unset' ? null : clockBlocks.dateMs()),
  });
}

function watchDisk({ dataDir, clock, storage, ledger, window, onFault }: SideWorkParts): DiskWatch | null {
  if (storage === undefined) return null;
  const keep = (type: string, detail: Record<string, number>) => window()?.note(type, detail);
  return new DiskWatch({ dataDir, clock, read: storage.read, reserve: ledger.reserve, keep, onFault });
}

function watchClock({ clock, clockBlocks, ledger, window, onFault }: SideWorkParts): ClockWatch {
  return new ClockWatch({
    clock,
    blocks: clockBlocks,
    read: () => ledger.state(TIME_KEY),
    write: (text) => void ledger.append([], { state: { [TIME_KEY]: text } }),
    onStep: (byMs) => window()?.note('clock_step', { byMs, ...clockBlocks.state() }),
    onFault,
  });
}

function startUpkeep({ ledger, clock, window, onDamage, onFault }: SideWorkParts, canary: Canary): Upkeep {
  const forms = new FormMarks({
    store: ledger,
    keep: (events, also) => window()?.keep(events, also) !== undefined,
  });
  return new Upkeep({
    work: {
      emptyLog: () => void ledger.emptyLog(),
      sendCanary: () => canary.sendDaily(),
      dailyTick: () => ledger.dailyTick(),
      nightlyCheck: () => checkAndRemember(ledger, clock.wallMs()),
      forgetVisits: (beforeMs) => (window()?.forgetVisits(beforeMs) ?? false) || forms.forget(),
    },
    clock,
    isIdle: () => !BUSY.includes(window()?.state.name ?? 'idle'),
    onProblem: onDamage,
    onFault,
  });
}
