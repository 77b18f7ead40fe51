import type { Clock } from '../../clock.ts';
import type { Driver, DriverStatus, Family, Notes } from '../family.ts';
import { guarded } from '../guard.ts';
import type { PortOpener } from '../port/opener.ts';
import type { Scan } from './scan-rules.ts';
import { Scanner } from './scanner.ts';
import type { ScannerSettings } from './settings.ts';

export interface ScannerFamilySetup {
  opener: PortOpener;
  clock: Clock;
  /** What was held under the scanner. May throw the ledger's error, which goes to `onFault`. */
  onScan: (scan: Scan, settings: ScannerSettings) => void;
  onFault: (error: unknown) => void;
}

/** The scanner of the window. What it reads is never logged: anything may be held under it. */
export class ScannerFamily implements Family<'scanner'> {
  readonly name = 'scanner';
  readonly #setup: ScannerFamilySetup;

  constructor(setup: ScannerFamilySetup) {
    this.#setup = setup;
  }

  start(settings: ScannerSettings, notes: Notes): Driver {
    const { opener, clock, onScan, onFault } = this.#setup;
    const { path, serial } = settings;
    const scanner = new Scanner({
      path,
      serial,
      rules: settings,
      opener,
      clock,
      onScan: ({ atMonotonicMs: _at, ...scan }) => guarded(onFault, () => onScan(scan, settings)),
      onEvent: ({ type, atMonotonicMs: _at, ...detail }) => notes.note(`scanner_${type}`, detail),
    });
    scanner.start();
    return { status: () => statusOf(path, scanner), stop: () => scanner.stop() };
  }
}

function statusOf(path: string, scanner: Scanner): DriverStatus {
  const { port, hint, counters } = scanner.status();
  return { path, state: port, hint, counters: { ...counters } };
}
