import type { Timer } from '../../clock.ts';
import { answerLimit } from '../port/answer-limit.ts';
import type { SerialOptions } from '../port/opener.ts';
import type { Port, PortState } from '../port/port.ts';
import { type PortPlace, reportedPort } from '../port/reported-port.ts';
import { type ScanItem, ScanLineReader } from './line-reader.ts';
import { type Scan, type ScanRules, sortScan } from './scan-rules.ts';

/** Ends a scan of a scanner that sends no end (peripherals reference, d: 50 to 100 ms). */
const SILENCE_MS = 100;
/** A code that lies under the scanner is read again and again; within this it is one scan. */
export const SAME_SCAN_MS = 2000;

export type ScanEvent = Scan & { atMonotonicMs: number };

export interface ScanCounters {
  scans: number;
  unknown: number;
  repeats: number;
  tooLong: number;
  discardedBytes: number;
}

export interface ScannerStatus {
  port: PortState;
  /** Why the port is not ready; null where it is. */
  hint: string | null;
  counters: ScanCounters;
}

export interface ScannerSetup extends PortPlace {
  serial: SerialOptions;
  rules: ScanRules;
  /** Must not throw. */
  onScan: (event: ScanEvent) => void;
}

/** A scanner on a serial port. None of its methods throws or rejects. */
export class Scanner {
  readonly #setup: ScannerSetup;
  readonly #port: Port;
  readonly #counters: ScanCounters = { scans: 0, unknown: 0, repeats: 0, tooLong: 0, discardedBytes: 0 };
  #lines = new ScanLineReader();
  #silence: Timer | null = null;
  #newest: { text: string; atMs: number } | null = null;

  constructor(setup: ScannerSetup) {
    this.#setup = setup;
    this.#port = reportedPort(setup, {
      options: setup.serial,
      onData: (bytes) => this.#read(bytes),
      onState: ({ to }) => {
        // Half a scan from before a loss is no scan.
        if (to !== 'ready') this.#forget();
      },
    });
  }

  start(): void {
    this.#port.start();
  }

  status(): ScannerStatus {
    const { state, lastError } = this.#port;
    const hint = state === 'ready' ? null : (lastError?.hint ?? null);
    return { port: state, hint, counters: { ...this.#counters } };
  }

  /** Final. Resolves when port and timers are gone. */
  stop(): Promise<void> {
    return this.#port.stop();
  }

  #forget(): void {
    this.#silence?.cancel();
    this.#lines = new ScanLineReader();
  }

  #read(bytes: Uint8Array): void {
    this.#silence?.cancel();
    for (const item of this.#lines.feed(bytes)) this.#take(item);
    if (!this.#lines.pending) return;
    // The rest of a code that came while the process stood still must not become a code of its own.
    this.#silence = answerLimit(this.#setup.clock, SILENCE_MS, () => {
      for (const item of this.#lines.endBySilence()) this.#take(item);
    });
  }

  #take(item: ScanItem): void {
    if (item.type === 'too_long') this.#counters.tooLong += 1;
    if (item.type === 'discarded') this.#counters.discardedBytes += item.bytes;
    if (item.type === 'line') this.#scanned(item.text);
  }

  #scanned(text: string): void {
    const atMonotonicMs = this.#setup.clock.monotonicMs();
    const repeats = this.#newest?.text === text && atMonotonicMs - this.#newest.atMs < SAME_SCAN_MS;
    this.#newest = { text, atMs: atMonotonicMs };
    this.#counters[repeats ? 'repeats' : 'scans'] += 1;
    if (repeats) return;
    const scan = sortScan(this.#setup.rules, text);
    if (scan.type === 'unknown') this.#counters.unknown += 1;
    this.#setup.onScan({ ...scan, atMonotonicMs });
  }
}
