import type { Clock } from './clock.ts';
import { DayWatch } from './day/day-watch.ts';
import type { LitScreens } from './day/lit-screens.ts';
import type { Configuration } from './identity/configuration.ts';
import type { Ledger } from './ledger/ledger.ts';
import { newId } from './new-id.ts';
import { PaperDesk } from './paper/paper-desk.ts';
import { Reminders } from './reminders.ts';
import type { Rules } from './rules.ts';
import { rosterOf } from './staff/session.ts';
import { StaffDesk } from './staff/staff-desk.ts';

export interface DesksOptions {
  ledger: Ledger;
  clock: Clock;
  rules: () => Rules;
  configuration: () => Configuration;
  isWindowBusy: () => boolean;
  isPaused: () => boolean;
  screens: LitScreens;
  /** The best reading of true time, ms since 1970. */
  nowMs: () => number;
  /** Of the device's key. */
  fingerprint: string;
  onChange: () => void;
  onFault: (error: unknown) => void;
}

/** What happens beside the window: people sign in, forms are entered, systems ask whom to remind,
 * and each day is summed up. */
export class Desks {
  readonly staff: StaffDesk;
  readonly reminders: Reminders;
  readonly paper: PaperDesk;
  readonly #day: DayWatch;

  constructor(options: DesksOptions) {
    const { ledger, clock, rules, configuration, isWindowBusy, nowMs, fingerprint, onChange, onFault } = options;
    const roster = () => rosterOf(configuration());
    this.reminders = new Reminders(ledger, clock, rules);
    const { isPaused, screens } = options;
    const hours = () => configuration().settings.hours;
    const isLit = () => screens.isLit;
    this.#day = new DayWatch({ store: ledger, clock, nowMs, hours, rules, isPaused, isLit, onFault });
    screens.beforeChange(() => this.#day.screensChange());
    this.paper = new PaperDesk({ store: ledger, nowMs, newId, rules, fingerprint });
    this.staff = new StaffDesk({ store: ledger, clock, rules, roster, isWindowBusy, onChange, onFault });
  }

  /** To be called when a configuration came into force. */
  configurationChanged(): void {
    this.staff.configurationChanged();
  }

  stop(): void {
    this.staff.stop();
    this.#day.stop();
  }
}
