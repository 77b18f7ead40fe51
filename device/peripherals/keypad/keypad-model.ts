import type { Clock } from '../../clock.ts';
import type { Level } from '../../ledger/record.ts';
import type { PortOpener } from '../port/opener.ts';
import type { OutageEvent } from '../port/outages.ts';
import type { IdentifyPath } from '../port/path-identity.ts';
import type { PlugNotice } from '../port/plug-notice.ts';
import type { PortCounters, PortState } from '../port/port.ts';
import type { PortErrorCode } from '../port/port-error.ts';
import type { BoxKey } from './framing/frame-reader.ts';
import type { KeypadProfile } from './profile.ts';
import type { UnknownKeyEvent } from './unknown-keys.ts';

/** One press of a grade key while inviting. */
export interface KeyEvent {
  type: 'key';
  key: string;
  level: Level;
  atMonotonicMs: number;
}

/** One press of a key of the staff's call box, at any time. */
export interface BoxKeyEvent {
  type: 'box_key';
  key: BoxKey;
  atMonotonicMs: number;
}

/**
 * Somebody pressed a pad that cannot grade; the first press of an invitation. It does not say which key: read by the
 * staff that would be a grade.
 */
interface KeyWithoutGradeEvent {
  type: 'key_without_grade';
  atMonotonicMs: number;
}

/** What the ledger should keep of the pad's troubles: flat, without any grade. */
export type KeypadEvent = UnknownKeyEvent | OutageEvent | KeyWithoutGradeEvent;

/** Symbols by what became of them, since the start of the process. */
export interface KeyCounters {
  presses: number;
  bounces: number;
  outsideInvitation: number;
  unknown: number;
  ignored: number;
  /** Presses of a pad that cannot grade. */
  withoutGrade: number;
  boxKeys: number;
  badFrames: number;
}

export interface KeypadStatus {
  profileId: string;
  /** The profile's own word for the technician, such as why this pad gives no grades. */
  note: string | null;
  inviting: boolean;
  port: { path: string; state: PortState; error: { code: PortErrorCode; hint: string } | null; counters: PortCounters };
  keys: KeyCounters;
}

export interface KeypadSetup {
  profile: KeypadProfile;
  /** Path of the serial port, best a stable one below /dev/serial/by-id. */
  path: string;
  opener: PortOpener;
  clock: Clock;
  /** How the port's path is watched; by the file system where left out. */
  identify?: IdentifyPath;
  /** Notice of plugs; by the folder where left out. */
  notice?: PlugNotice;
  /** Must not throw. */
  onKey: (event: KeyEvent) => void;
  /** Must not throw. A key that repeats within the debounce comes once. */
  onBoxKey?: (event: BoxKeyEvent) => void;
  /** Must not throw. At most one unknown_key event per 60 s, and outages as port/outages.ts makes them. */
  onEvent: (event: KeypadEvent) => void;
}

/** A button box. None of its methods throws or rejects, whatever the line does. */
export interface Keypad {
  /** Opens the port, and keeps it open from now on. */
  start(): void;
  /**
   * Keys count only while inviting. A start sends the profile's prompt, as do a port that comes back meanwhile and
   * the end of the pad's own time; repeating a value does nothing.
   */
  setInviting(inviting: boolean): void;
  /** Shows how many wait and which ticket is called, 0 … 999 or null for blank, where the pad has a display. */
  show(waiting: number | null, ticket: number | null): void;
  /** For the technician: carries counts, never a grade. */
  status(): KeypadStatus;
  /** Final. Resolves when port and timers are gone. */
  stop(): Promise<void>;
}
