import type { CardIdentity } from '../peripherals/id-card/card-identity.ts';

/** The reader, as this needs it. */
export interface CardReader {
  /** One is attached. */
  readonly present: boolean;
  read(taker: (identity: CardIdentity) => void): void;
  close(): void;
}

export interface RaterCardSetup {
  reader: CardReader;
  /** Makes of an identity what only the centre can open, for one visit. */
  seal: (identity: CardIdentity, visitId: string) => Promise<string>;
  /** A card of this visit was read and sealed. Must not throw. */
  onSealed: (visitId: string) => void;
  /** Whether a card is of the staff, which no citizen's is. */
  isStaffs: (identity: CardIdentity) => Promise<boolean>;
  /** A card of the staff was laid down as the citizen's of this visit. May throw the store's error. */
  onStaffs: (visitId: string) => void;
  onFault: (error: unknown) => void;
}

/**
 * Who rates, where the policy wants to know (`raterIdentity.by: device`): the reader is open for as long as one visit
 * has no card, and what it reads is kept sealed, in memory, until that visit ends. Everywhere else it stays closed.
 */
export class RaterCard {
  readonly #setup: RaterCardSetup;
  #visitId: string | null = null;
  #sealed: string | null = null;
  /** Whether the reader is a technician's for now. */
  #lent = false;

  constructor(setup: RaterCardSetup) {
    this.#setup = setup;
  }

  /** @param visitId the visit whose rater is wanted now; null for none. What was read for another one is forgotten. */
  watch(visitId: string | null): void {
    if (visitId === this.#visitId) return;
    this.#visitId = visitId;
    this.#sealed = null;
    this.#lent = false;
    if (visitId === null) this.#setup.reader.close();
    else this.#setup.reader.read((identity) => this.#taken(identity, visitId));
  }

  /** What the citizen is to be told of the card; null where none is asked for or no reader is attached. */
  get asked(): 'wanted' | 'read' | null {
    if (this.#visitId === null || !this.#setup.reader.present) return null;
    return this.#sealed === null ? 'wanted' : 'read';
  }

  /** The sealed identity of whoever laid a card down in this visit. */
  sealedFor(visitId: string): string | null {
    return visitId === this.#visitId ? this.#sealed : null;
  }

  /** Lends the reader to a test; a visit takes it back. False while a visit or another test has it. */
  lend(taker: (identity: CardIdentity) => void): boolean {
    if (this.#visitId !== null || this.#lent) return false;
    this.#lent = true;
    this.#setup.reader.read(taker);
    return true;
  }

  /** Ends a loan; does nothing where a visit took the reader back. */
  giveBack(): void {
    if (this.#lent) this.#setup.reader.close();
    this.#lent = false;
  }

  #taken(identity: CardIdentity, visitId: string): void {
    this.#hintAtStaff(identity, visitId).catch(this.#setup.onFault);
    this.#setup.seal(identity, visitId).then((sealed) => {
      if (visitId !== this.#visitId) return;
      this.#sealed = sealed;
      this.#setup.onSealed(visitId);
    }, this.#setup.onFault);
  }

  /** Beside the seal, which waits for none of it. The visit may be over by then; the hint is about it all the same. */
  async #hintAtStaff(identity: CardIdentity, visitId: string): Promise<void> {
    if (await this.#setup.isStaffs(identity)) this.#setup.onStaffs(visitId);
  }
}
