import type { Clock } from '../../clock.ts';
import type { Driver, DriverStatus, Family, Notes } from '../family.ts';
import type { PortOpener } from '../port/opener.ts';
import { Trouble } from '../trouble.ts';
import type { CardIdentity } from './card-identity.ts';
import { type IdCardEvent, IdCardReader } from './id-card.ts';
import type { IdCardSettings } from './settings.ts';

export interface IdCardFamilySetup {
  opener: PortOpener;
  clock: Clock;
}

/** Takes the identity of one card. Must not throw. */
type CardTaker = (identity: CardIdentity) => void;

/** The reader of identity cards: its port is closed but while somebody waits for a card. */
export class IdCardFamily implements Family<'idCard'> {
  readonly name = 'idCard';
  readonly #setup: IdCardFamilySetup;
  #reader: IdCardReader | null = null;
  #taker: CardTaker | null = null;

  constructor(setup: IdCardFamilySetup) {
    this.#setup = setup;
  }

  start({ path, serial }: IdCardSettings, notes: Notes): Driver {
    const { opener, clock } = this.#setup;
    const trouble = new Trouble('id_card', clock, notes);
    const reader = new IdCardReader({
      path,
      serial,
      opener,
      clock,
      onCard: (identity) => {
        trouble.over();
        this.#taken(identity);
      },
      onEvent: (event) => heed(trouble, event),
    });
    this.#reader = reader;
    if (this.#taker !== null) reader.open();
    return {
      status: () => statusOf(path, reader, trouble),
      stop: async () => {
        if (this.#reader === reader) this.#reader = null;
        await reader.close();
      },
    };
  }

  /** Whether there is a reader in service. */
  get present(): boolean {
    return this.#reader !== null;
  }

  /** Waits for one card, also for a reader that comes into service meanwhile. Another waiting person is forgotten. */
  read(taker: CardTaker): void {
    this.#taker = taker;
    this.#reader?.open();
  }

  /** Waits for no card any more; the port is closed. */
  close(): void {
    this.#taker = null;
    void this.#reader?.close();
  }

  #taken(identity: CardIdentity): void {
    const taker = this.#taker;
    this.#taker = null;
    taker?.(identity);
  }
}

/** A reader that is missing, mute or broken is met again at every visit; that is one trouble. */
function heed(trouble: Trouble, event: IdCardEvent): void {
  if (event.type === 'id_card_trouble') trouble.met(event.word, event.hint);
  else if (event.type === 'port_lost') trouble.met(event.code, event.hint);
  else trouble.over();
}

function statusOf(path: string, reader: IdCardReader, trouble: Trouble): DriverStatus {
  const { port, counters } = reader.status();
  return { path, state: port, hint: trouble.hint, counters: { ...counters } };
}
