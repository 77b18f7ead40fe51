import { OLDEST_SQLITE } from '../../../device/ledger/database.ts';
import type { RecordFault } from '../../../device/ledger/nightly-check.ts';
import { isLow } from '../../../device/storage/disk-watch.ts';
import { compareVersions } from '../../../device/version.ts';
import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';
import { minuteText } from '../time-text.ts';

const MIB = 1024 * 1024;
const mib = (bytes: number) => Math.floor(bytes / MIB);

export function databaseRule({ database }: Facts): Finding[] {
  if (database === undefined) return [];
  return [pass('database', 'size', { mib: (database.bytes / MIB).toFixed(1), records: database.records })];
}

const placeOf = (fault: RecordFault | null): Finding['fill'] =>
  fault === null ? {} : { code: fault.kind, seq: fault.seq };

/** The check of the whole file and of every link of the chain. Null: there is no ledger yet. */
export function integrityRule({ integrity }: Facts): Finding[] {
  if (integrity === undefined) return [];
  if (integrity === null) return [warn('integrity', 'no_ledger')];
  const { at, problem, fault, checked } = integrity;
  if (problem !== null) return [fail('integrity', 'damaged', { problem, ...placeOf(fault ?? null) })];
  if (at === null) return [pass('integrity', 'due_tonight')];
  return [
    (checked === 'numbers' ? warn : pass)('integrity', checked === 'numbers' ? 'numbers' : 'whole', {
      at: minuteText(at),
    }),
  ];
}

/** Below this a night's upkeep may not finish, and the next rating may find no room. */
const FULL_BYTES = 128 * MIB;

export function diskRule({ disk }: Facts): Finding[] {
  if (disk === undefined || disk === null) return [];
  const fill = { free: mib(disk.freeBytes), total: mib(disk.totalBytes) };
  if (disk.freeBytes < FULL_BYTES) return [fail('disk', 'full', fill)];
  return [isLow(disk, disk.isLow) ? warn('disk', 'low', fill) : pass('disk', 'room', fill)];
}

/** What ratings fall back on when the disk is full. */
export function reserveRule({ disk }: Facts): Finding[] {
  if (disk === undefined || disk === null || disk.reserve.wantedBytes === 0) return [];
  const { heldBytes, wantedBytes } = disk.reserve;
  const fill = { held: mib(heldBytes), wanted: mib(wantedBytes) };
  return [heldBytes < wantedBytes ? warn('reserve', 'short', fill) : pass('reserve', 'held', fill)];
}

/** No device of ours is older; a clock before it was never set. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
const BACKWARDS_MS = 5 * 60_000;
/** As far as the centre takes a signature (reference-protocol §1). */
const CENTRE_LIMIT_MS = 300_000;
const seconds = (ms: number) => (ms / 1000).toFixed(1);

export function clockRule({ clock }: Facts): Finding[] {
  if (clock === undefined) return [];
  const { wallMs, quality, offsetMs, boundMs, writtenAt } = clock;
  const fill = { now: minuteText(wallMs) };
  if (wallMs < EARLIEST_MS || wallMs > LATEST_MS) return [fail('clock', 'never_set', fill)];
  if (writtenAt !== null && writtenAt > wallMs + BACKWARDS_MS) {
    return [fail('clock', 'went_back', { ...fill, written: minuteText(writtenAt) })];
  }
  if (offsetMs !== null && Math.abs(offsetMs) > CENTRE_LIMIT_MS) {
    return [warn('clock', 'far_off', { ...fill, offset: seconds(-offsetMs) })];
  }
  if (quality === null) return [pass('clock', 'plausible', fill)];
  if (quality === 'unset') return [warn('clock', 'unset', fill)];
  const bound = seconds(Math.ceil((boundMs ?? 0) / 100) * 100);
  return [pass('clock', quality, { ...fill, offset: seconds(-(offsetMs ?? 0)), bound })];
}

export function versionRule({ versions }: Facts): Finding[] {
  if (versions === undefined) return [];
  if (!versions.node.startsWith('v24.')) return [fail('versions', 'other_node', versions)];
  if (compareVersions(versions.sqlite, OLDEST_SQLITE) < 0) return [fail('versions', 'old_sqlite', versions)];
  return [pass('versions', 'known', versions)];
}
