import type { BoxKey } from '../peripherals/keypad/framing/frame-reader.ts';
import type { QueueMessage } from '../peripherals/queue/message.ts';
import type { QueueSettings } from '../peripherals/queue/settings.ts';
import type { Service } from '../service.ts';
import { formatTime, shanghaiDay } from '../time.ts';
import { WindowError } from '../window-errors.ts';
import type { CalledNumber } from './called-number.ts';
import { type OpenOutcome, openOrInvite } from './open-visit.ts';

/** A queue system says no limit; staff may resume before. */
const PAUSE_LIMIT_MS = 60 * 60_000;
const PAUSE_REASON = 'break';

export interface QueueCallsSetup {
  service: () => Service | null;
  called: CalledNumber;
  wallMs: () => number;
}

/** Keys of the call box that leave the person at the window unserved; the key is the detail of the record. */
const LEAVING: ReadonlySet<BoxKey> = new Set(['call_next', 'cancel', 'give_up', 'hang_up', 'transfer']);

/**
 * What a queue system and the keys of a call box do to the window: call a number, open and invite a visit, end one that
 * was not invited, pause and resume. They learn whether they were obeyed and nothing of any rating.
 */
export class QueueCalls {
  readonly #setup: QueueCallsSetup;
  #staffNumber: string | null = null;

  constructor(setup: QueueCallsSetup) {
    this.#setup = setup;
  }

  /** @returns whether it was obeyed. @throws the ledger's error */
  obey({ command, staffNumber, ticket }: QueueMessage, { opensAt }: QueueSettings): boolean {
    const service = this.#setup.service();
    if (service === null) return false;
    switch (command) {
      case 'call':
        return ticket !== null && this.#call(service, ticket, opensAt, staffNumber);
      case 'apprise':
        return this.#apprise(service, ticket ?? this.#setup.called.last, staffNumber);
      case 'pause':
        return attempt(() => service.window.pause(PAUSE_REASON, PAUSE_LIMIT_MS));
      case 'reset':
        return this.#reset(service);
      case 'login':
        return this.#login(service, staffNumber);
      case 'unlogin':
        this.#staffNumber = null;
        return true;
      case 'welcome':
        return false; // a sentence for a device with a voice of its own
    }
  }

  /** A key of the call box. @returns whether it did anything. @throws the ledger's error */
  boxKey(key: BoxKey): boolean {
    const service = this.#setup.service();
    if (service === null) return false;
    if (key === 'evaluate') return this.#evaluate(service);
    if (key === 'pause') return this.#togglePause(service);
    return LEAVING.has(key) && this.#leave(service, key);
  }

  #call(service: Service, ticket: string, opensAt: QueueSettings['opensAt'], staffNumber: string | null): boolean {
    this.#setup.called.call(ticket);
    const caseNo = this.#caseOf(ticket);
    // A number that is called again has its visit.
    if (opensAt === 'call' && service.window.visitOf(caseNo, 1) === null)
      this.#open(service, caseNo, false, staffNumber);
    return true;
  }

  #apprise(service: Service, ticket: string | null, staffNumber: string | null): boolean {
    if (ticket === null) return false;
    const outcome = this.#open(service, this.#caseOf(ticket), true, staffNumber);
    this.#setup.called.clear();
    return outcome === 'opened' || outcome === 'invited';
  }

  #open(service: Service, caseNo: string, inviteAtOnce: boolean, staffNumber: string | null): OpenOutcome {
    const number = staffNumber ?? this.#staffNumber ?? undefined;
    return openOrInvite(service, { caseNo, serviceNo: 1, trigger: 'queue', inviteAtOnce, staffNumber: number });
  }

  #reset(service: Service): boolean {
    if (phaseOf(service) === 'paused') return attempt(() => service.window.resume());
    return this.#leave(service, 'queue_reset');
  }

  #login({ provisioned }: Service, staffNumber: string | null): boolean {
    const known = provisioned.document.staff.some(({ number }) => number === staffNumber);
    if (known) this.#staffNumber = staffNumber;
    return known;
  }

  /** The visit at the window, whoever opened it; else one for the number that was called, or for whoever is there. */
  #evaluate(service: Service): boolean {
    const { current } = service.window.state.context;
    const phase = phaseOf(service);
    if (phase === 'inviting') return false;
    if (phase === 'serving' && current !== null) return attempt(() => service.window.invite(current.visitId));
    const { last } = this.#setup.called;
    const ofTicket = last === null ? null : this.#caseOf(last);
    const fresh = ofTicket !== null && service.window.visitOf(ofTicket, 1) === null;
    const outcome = this.#open(service, fresh ? ofTicket : this.#caseOfNow(), true, null);
    this.#setup.called.clear();
    return outcome === 'opened';
  }

  #togglePause(service: Service): boolean {
    const { window } = service;
    if (phaseOf(service) === 'paused') return attempt(() => window.resume());
    return attempt(() => window.pause(PAUSE_REASON, PAUSE_LIMIT_MS));
  }

  /** Ends a visit that was not invited; one that was is the citizen's to end. */
  #leave(service: Service, reason: string): boolean {
    const { window } = service;
    const { current } = window.state.context;
    return phaseOf(service) === 'serving' && current !== null && attempt(() => window.skip(current.visitId, reason));
  }

  /** A ticket's number comes again every day. */
  #caseOf(ticket: string): string {
    return `Q-${shanghaiDay(this.#setup.wallMs()).replaceAll('-', '')}-${ticket.toUpperCase()}`;
  }

  /** For a person without a ticket: the moment of the key. */
  #caseOfNow(): string {
    return `BOX-${formatTime(this.#setup.wallMs()).slice(0, 23).replaceAll(/[-:.]/g, '').replace('T', '-')}`;
  }
}

/** The window as staff may know it: what a key or a message does must not tell when a citizen was done. */
const phaseOf = ({ screens, window }: Service) => screens.staff(window, false).window.state;

/** False where the window is not in a state for it; staff see that on their page. */
function attempt(run: () => void): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof WindowError) return false;
    throw error;
  }
}
