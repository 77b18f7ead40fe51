import type { Clock } from '../clock.ts';
import { FrameWords } from './frame-words.ts';
import type { PortConnection, PortOpener, SerialOptions } from './port/opener.ts';
import type { PortError } from './port/port-error.ts';

/** Enough to see what a device says, too little to fill anything. */
const MOST_LINES = 40;
const MOST_BYTES = 32;
/** Of a run of letters and digits so many are shown: the end of a prefix, never a number. */
const SHOWN_SIGNS = 2;
const RUN_ENDS_AFTER_MS = 1000;
/**
 * What no configuration names may be anything, a card reader included, so of a burst only its head is shown: enough to
 * know a frame by, too little for a name or a number in any coding.
 */
const MOST_OF_UNKNOWN = 16;
const BURST_ENDS_AFTER_MS = 200;

/**
 * How much of a port may be seen.
 * - `known`: a device of the window - `unknown`: nothing configured names it
 * - `private`: its bytes may be a person's, or a citizen's choice just now: only their number is kept
 */
export type Secrecy = 'known' | 'unknown' | 'private';

/** One chunk as it went over a port. */
export interface TrafficLine {
  path: string;
  /** ms since 1970. */
  at: number;
  direction: 'in' | 'out';
  /** How many bytes there were. */
  bytes: number;
  /** The first of them in hex, `··` for one that is hidden; empty where all are. */
  hex: string;
  /** Whole frames in it, in words; null where there is none that we know, or the port is private. */
  frame: string | null;
}

export interface PortTapSetup {
  opener: PortOpener;
  clock: Clock;
  secrecy: (path: string) => Secrecy;
}

/**
 * Looks at what goes over the ports, for a technician who wonders what a device says. Bytes are hidden before they are
 * kept, so that nothing of a person is in memory here: runs of letters and digits but for their first two, and whole
 * chunks where the port is private.
 */
export class PortTap implements PortOpener {
  readonly #setup: PortTapSetup;
  readonly #lines: TrafficLine[] = [];
  readonly #runs = new Map<string, { signs: number; burst: number; atMs: number; words: FrameWords }>();

  constructor(setup: PortTapSetup) {
    this.#setup = setup;
  }

  async open(path: string, options: SerialOptions): Promise<PortConnection> {
    const connection = await this.#setup.opener.open(path, options);
    return new TappedConnection(connection, (direction, bytes) => this.#note(path, direction, bytes));
  }

  /** Newest first. */
  lines(): TrafficLine[] {
    return this.#lines.toReversed();
  }

  #note(path: string, direction: TrafficLine['direction'], bytes: Uint8Array): void {
    const secrecy = this.#setup.secrecy(path);
    const seen = secrecy === 'private' ? NOTHING : this.#seen(`${direction} ${path}`, bytes, secrecy === 'unknown');
    this.#lines.push({ path, at: this.#setup.clock.wallMs(), direction, bytes: bytes.length, ...seen });
    if (this.#lines.length > MOST_LINES) this.#lines.shift();
  }

  /** A run goes on over chunks: a scanner may send byte by byte. */
  #seen(line: string, bytes: Uint8Array, isUnknown: boolean): Pick<TrafficLine, 'hex' | 'frame'> {
    const nowMs = this.#setup.clock.monotonicMs();
    const run = this.#runs.get(line) ?? { signs: 0, burst: 0, atMs: Number.NEGATIVE_INFINITY, words: new FrameWords() };
    if (nowMs - run.atMs >= RUN_ENDS_AFTER_MS) run.signs = 0;
    if (nowMs - run.atMs >= BURST_ENDS_AFTER_MS) run.burst = 0;
    const shown: string[] = [];
    for (const byte of bytes) {
      // A zero stands inside of characters in some codings, so it ends nothing.
      if (byte !== 0) run.signs = isSign(byte) ? run.signs + 1 : 0;
      run.burst += 1;
      const isHidden = (run.signs > SHOWN_SIGNS && byte !== 0) || (isUnknown && run.burst > MOST_OF_UNKNOWN);
      if (shown.length < MOST_BYTES) shown.push(isHidden ? '··' : byte.toString(16).padStart(2, '0'));
    }
    const frame = run.words.feed(bytes, nowMs);
    this.#runs.set(line, { ...run, atMs: nowMs });
    return { hex: shown.join(' '), frame };
  }
}

const NOTHING = { hex: '', frame: null };

/** A letter, a digit, or a byte of a Chinese character in any coding. */
function isSign(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte >= 0x80
  );
}

class TappedConnection implements PortConnection {
  readonly #inner: PortConnection;
  readonly #note: (direction: TrafficLine['direction'], bytes: Uint8Array) => void;

  constructor(inner: PortConnection, note: (direction: TrafficLine['direction'], bytes: Uint8Array) => void) {
    this.#inner = inner;
    this.#note = note;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#inner.onData((bytes) => {
      this.#note('in', bytes);
      listener(bytes);
    });
  }

  onClose(listener: (cause: PortError) => void): void {
    this.#inner.onClose(listener);
  }

  write(bytes: Uint8Array, timeoutMs: number): Promise<void> {
    this.#note('out', bytes);
    return this.#inner.write(bytes, timeoutMs);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
