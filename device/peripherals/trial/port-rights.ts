import { realpathSync } from 'node:fs';
import { CodedError } from '../../errors.ts';
import type { PeripheralStatus } from '../hub.ts';
import { comName } from '../port/com-name.ts';
import type { FamilyName } from '../settings.ts';

/** A device of the window that has trouble with its port, or with all that comes over it. */
const TROUBLED: ReadonlySet<PeripheralStatus['state']> = new Set(['opening', 'suspect', 'lost', 'reopening', 'failed']);

/** Whether two paths name one device: a stable name is a link. */
function isSamePort(one: string, other: string | null): boolean {
  return other !== null && (one === other || nodeOf(one) === nodeOf(other));
}

function nodeOf(path: string): string {
  const com = comName(path);
  if (com !== null) return com;
  try {
    return realpathSync(path);
  } catch {
    return path; // serial servers, or nothing is plugged in there
  }
}

/** The family of the window whose port this is; null for a port that nothing configured. */
function holderOf(path: string, all: readonly PeripheralStatus[]): PeripheralStatus | null {
  return all.find((status) => isSamePort(path, status.path)) ?? null;
}

/**
 * Whose service has to wait while a technician tries this port; null where it is nobody's. A box that says nothing but
 * what its profile cannot read has the wrong profile, however open its port is.
 * @throws CodedError `port_in_use`: what works is left to the window
 */
export function lenderOf(path: string, all: readonly PeripheralStatus[]): FamilyName | null {
  const holder = holderOf(path, all);
  if (holder === null || TROUBLED.has(holder.state) || isMisread(holder)) return holder?.family ?? null;
  throw inUse(path, holder, 'What is configured there works. To see that: press a key, or run its test.');
}

/** @throws CodedError `port_in_use`: its traffic is shown already */
export function assertFree(path: string, all: readonly PeripheralStatus[]): void {
  const holder = holderOf(path, all);
  if (holder !== null) throw inUse(path, holder, 'What goes over this port is shown without listening to it.');
}

function inUse(path: string, { family }: PeripheralStatus, hint: string): CodedError {
  return new CodedError('port_in_use', `${path} is in use by ${family}`, { next: 'refuse', hint });
}

const UNDERSTOOD = ['presses', 'bounces', 'outsideInvitation', 'withoutGrade', 'boxKeys'] as const;

function isMisread({ family, counters }: PeripheralStatus): boolean {
  const sum = (names: readonly string[]) => names.reduce((total, name) => total + (counters[name] ?? 0), 0);
  return family === 'keypad' && sum(UNDERSTOOD) === 0 && sum(['unknown', 'badFrames']) > 0;
}
