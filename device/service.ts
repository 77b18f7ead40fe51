import type { Clock } from './clock.ts';
import type { WindowContent } from './content/window-content.ts';
import { CodedError } from './errors.ts';
import type { Provisioned } from './identity/provisioning.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Rules } from './rules.ts';
import type { Screens } from './screens.ts';
import type { CitizenCommand } from './visit/views.ts';
import type { VisitRequest, Window } from './window.ts';

/** How a repeated request of a business system is told from a new one. */
export interface IdempotencyKey {
  client: string;
  key: string;
  /** SHA-256 of the canonical request, hex. */
  requestHash: string;
}

/** What a business system asks for; `servedAt` in ms since 1970, null: now. */
export type OpenRequest = Omit<VisitRequest, 'window' | 'servedAt'> & { servedAt: number | null };

export interface ServiceParts {
  provisioned: Provisioned;
  rules: Rules;
  window: Window;
  screens: Screens;
  /** What the hall shows between two visits. */
  content: WindowContent;
  ledger: Pick<Ledger, 'idempotency'>;
  clock: Clock;
}

/** A device in service under one configuration: the window, with what the configuration knows laid around it. */
export class Service {
  readonly provisioned: Provisioned;
  readonly rules: Rules;
  readonly window: Window;
  readonly screens: Screens;
  readonly content: WindowContent;
  readonly #parts: ServiceParts;

  constructor(parts: ServiceParts) {
    this.provisioned = parts.provisioned;
    this.rules = parts.rules;
    this.window = parts.window;
    this.screens = parts.screens;
    this.content = parts.content;
    this.#parts = parts;
  }

  /** @throws the store's error: nothing was kept, the screen stays. False where the command had no place. */
  citizen(command: CitizenCommand): boolean {
    if (command.type === 'revise' && !this.#knowsTags(command)) return false;
    return this.window.citizen(command);
  }

  /** The page offers only the catalogue's tags of the level; anything else did not come from a citizen. */
  #knowsTags({ level, tags }: Extract<CitizenCommand, { type: 'revise' }>): boolean {
    const known = new Map(this.rules.catalogue.tags.map(({ code, level: of }) => [code, of]));
    return tags.every((code) => known.get(code) === level) && new Set(tags).size === tags.length;
  }

  /**
   * Opens a visit; a repeated request (same client, key and content) gets the first answer again.
   * @returns the visit's id
   * @throws WindowError, CodedError `idempotency_conflict`
   */
  openVisit(request: OpenRequest, idempotency: IdempotencyKey | null): string {
    const before = idempotency === null ? null : this.#answeredBefore(idempotency);
    if (before !== null) return before;
    const now = this.#parts.clock.wallMs();
    const visit = {
      ...request,
      window: this.provisioned.document.window.number,
      // A centre refuses a rating from before its service; a business system's clock may run ahead of ours.
      servedAt: Math.min(request.servedAt ?? now, now),
    };
    if (idempotency === null) return this.window.open(visit);
    return this.window.open(visit, (response) => ({ ...idempotency, response, at: now }));
  }

  #answeredBefore({ client, key, requestHash }: IdempotencyKey): string | null {
    const before = this.#parts.ledger.idempotency.find(client, key);
    if (before === null || before.requestHash === requestHash) return before?.response ?? null;
    throw new CodedError('idempotency_conflict', 'this Idempotency-Key came with another request before', {
      next: 'refuse',
      hint: 'Use a fresh key for every new request, and the same key only to repeat one.',
    });
  }
}
