import type { Clock } from '../../clock.ts';
import { CodedError } from '../../errors.ts';
import type { PeripheralStatus } from '../hub.ts';
import type { KeypadProfile } from '../keypad/profile.ts';
import type { PortOpener } from '../port/opener.ts';
import type { FamilyName } from '../settings.ts';
import { Listening, type ListeningRequest, type ListeningView } from './listening.ts';
import { assertFree, lenderOf } from './port-rights.ts';
import { PortTrial, type TrialView } from './port-trial.ts';
import { trialLines } from './trial-lines.ts';

/** A trial, and what the technician made of it. */
export type TrialReport = TrialView & {
  /** Id of the profile that the technician put into service; null while nobody has. */
  inService: string | null;
};

export interface PortBenchSetup {
  opener: PortOpener;
  clock: Clock;
  /** Shipped and learned. */
  profiles: ReadonlyMap<string, KeypadProfile>;
  status: () => readonly PeripheralStatus[];
  /** Takes a family out of service; resolves when its port is free. */
  lend: (family: FamilyName) => Promise<void>;
  giveBack: (family: FamilyName) => void;
  /** Puts a profile into service at a port, at this speed. @returns its id; may throw, of a full disk say */
  choose: (path: string, profile: KeypadProfile, baudRate: number | null) => string;
  /** A box is being learned now. */
  isLearning: () => boolean;
}

/**
 * Where a technician tries out a port: which known box is there, or what comes out of it. What works for the window is
 * never taken, nothing is saved unasked, and a citizen who is asked to rate ends it all.
 */
export class PortBench {
  readonly #setup: PortBenchSetup;
  #trial: PortTrial | null = null;
  #isTrying = false;
  #inService: string | null = null;
  #listening: Listening | null = null;
  #isInviting = false;

  constructor(setup: PortBenchSetup) {
    this.#setup = setup;
  }

  get isTrying(): boolean {
    return this.#isTrying;
  }

  /** The trial under way or the newest one; null where there was none since the start. */
  trial(): TrialReport | null {
    return this.#trial === null ? null : { ...this.#trial.view(), inService: this.#inService };
  }

  /** @throws CodedError `citizen_is_rating`, `trial_already`, `port_in_use` */
  beginTrial(path: string): void {
    const { opener, clock, profiles, status, lend, isLearning } = this.#setup;
    this.#assertNobodyRates();
    if (this.#isTrying || isLearning()) throw already();
    const lender = lenderOf(path, status());
    this.stopListening();
    const lines = trialLines(path, [...profiles.values()]);
    const trial = new PortTrial({ path, lines, opener, clock, onEnd: () => this.#trialEnded(lender) });
    this.#trial = trial;
    this.#isTrying = true;
    this.#inService = null;
    void (lender === null ? Promise.resolve() : lend(lender)).then(() => trial.start());
  }

  #trialEnded(lender: FamilyName | null): void {
    this.#isTrying = false;
    if (lender !== null) this.#setup.giveBack(lender);
  }

  stopTrial(): void {
    this.#trial?.stop('stopped');
  }

  /**
   * Puts one that fits into service, as the technician chose.
   * @throws CodedError `does_not_fit`; or the file system's: nothing changed
   */
  useFit(profileId: string): void {
    const report = this.trial();
    const fit = report?.fits.find((finding) => finding.profileId === profileId);
    const profile = this.#setup.profiles.get(profileId);
    if (report === null || fit === undefined || profile === undefined) {
      const hint = 'Choose one of those that fitted, or try the port again.';
      throw new CodedError('does_not_fit', `"${profileId}" did not fit in the newest trial`, { next: 'refuse', hint });
    }
    this.#inService = this.#setup.choose(report.path, profile, fit.baudRate);
  }

  /** @throws CodedError `citizen_is_rating`, `trial_already`, `port_in_use` */
  listen(request: ListeningRequest): void {
    const { opener, clock, status } = this.#setup;
    this.#assertNobodyRates();
    if (this.#isTrying) throw already();
    assertFree(request.path, status());
    this.stopListening();
    this.#listening = new Listening(request, clock);
    void this.#listening.start(opener);
  }

  /** Somebody looks at what goes over the ports. */
  looked(): void {
    this.#listening?.looked();
  }

  /** The newest listening; null where there was none since the start. */
  listening(): ListeningView | null {
    return this.#listening?.view() ?? null;
  }

  stopListening(): void {
    this.#listening?.stop('stopped');
  }

  /** A citizen is being asked from now on, or no longer. */
  setInviting(isInviting: boolean): void {
    this.#isInviting = isInviting;
    if (!isInviting) return;
    this.#trial?.stop('citizen');
    this.#listening?.stop('citizen');
  }

  stop(): void {
    this.stopTrial();
    this.stopListening();
  }

  #assertNobodyRates(): void {
    if (!this.#isInviting) return;
    const hint = 'Wait until the citizen is done or the minute is over.';
    throw new CodedError('citizen_is_rating', 'a citizen is being asked', { next: 'refuse', hint });
  }
}

function already(): CodedError {
  const hint = 'Wait until it is over, or stop it.';
  return new CodedError('trial_already', 'a port is being tried or a box learned', { next: 'refuse', hint });
}
