import type { Timer } from '../../clock.ts';
import { answerLimit } from '../port/answer-limit.ts';
import type { SerialOptions } from '../port/opener.ts';
import type { OutageEvent } from '../port/outages.ts';
import type { Port, PortState } from '../port/port.ts';
import { type PortPlace, reportedPort } from '../port/reported-port.ts';
import { WriteQueue } from '../port/write-queue.ts';
import { type CardIdentity, takeIdentity } from './card-identity.ts';
import {
  ANSWER_LIMIT_MS,
  nextStep,
  READING_START,
  type ReadingEffect,
  type ReadingInput,
  SEARCH_EVERY_MS,
} from './reading.ts';
import { SdtAnswerParser, sdtCommand } from './sdt-answer.ts';
import { sdtStatus } from './sdt-status.ts';

/** What readers ship with (peripherals reference, b.1). */
const SERIAL: SerialOptions = { baudRate: 115_200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none' };
const WRITE_LIMIT_MS = 1000;
/** A reading is find, select and read. */
const MOST_WAITING_WRITES = 3;

const SILENT = { word: 'silent', hint: 'The reader does not answer; check its power, its cable and the line speed.' };
const UNKNOWN_LAYOUT = { word: 'unknown_layout', hint: 'This kind of card is not known yet; note it for the maker.' };

/** The first trouble of its kind in a reading. `word`: as sdt-status.ts, `silent` or `unknown_layout`. */
export interface IdCardTrouble {
  type: 'id_card_trouble';
  atMonotonicMs: number;
  word: string;
  hint: string;
}
export type IdCardEvent = IdCardTrouble | OutageEvent;

export interface IdCardCounters {
  cardsRead: number;
  badFrames: number;
  discardedBytes: number;
}

export interface IdCardStatus {
  /** Whether a card is waited for; the port is open only then. */
  open: boolean;
  port: PortState;
  counters: IdCardCounters;
}

export interface IdCardSetup extends PortPlace {
  serial?: SerialOptions;
  /** Must not throw. Called once after each `open`, when the reader is closed again. */
  onCard: (identity: CardIdentity) => void;
  /** Must not throw. Carries nothing of any person. */
  onEvent: (event: IdCardEvent) => void;
}

/**
 * A reader of identity cards. Its port is closed until somebody asks for a card, as only a policy does, and closed
 * again when one was read. None of its methods throws or rejects.
 */
export class IdCardReader {
  readonly #setup: IdCardSetup;
  readonly #counters: IdCardCounters = { cardsRead: 0, badFrames: 0, discardedBytes: 0 };
  #reading: Reading | null = null;
  #closing: Promise<void> = Promise.resolve();

  constructor(setup: IdCardSetup) {
    this.#setup = setup;
  }

  /** Waits for one card, however long; does nothing while one is waited for. */
  open(): void {
    this.#reading ??= new Reading(this.#setup, this.#counters, this.#closing, (identity) => this.#read(identity));
  }

  /** Waits for no card any more. Resolves when port and timers are gone. */
  close(): Promise<void> {
    if (this.#reading !== null) this.#closing = this.#reading.stop();
    this.#reading = null;
    return this.#closing;
  }

  status(): IdCardStatus {
    const port = this.#reading?.portState ?? 'closed';
    return { open: this.#reading !== null, port, counters: { ...this.#counters } };
  }

  #read(identity: CardIdentity): void {
    this.#counters.cardsRead += 1;
    void this.close();
    this.#setup.onCard(identity);
  }
}

/** From one `open` to its card or its end. */
class Reading {
  readonly #setup: IdCardSetup;
  readonly #counters: IdCardCounters;
  readonly #onCard: (identity: CardIdentity) => void;
  readonly #answers = new SdtAnswerParser();
  readonly #told = new Set<string>();
  readonly #port: Port;
  readonly #writes: WriteQueue;
  #state = READING_START;
  #timer: Timer | null = null;
  #stopped = false;

  constructor(
    setup: IdCardSetup,
    counters: IdCardCounters,
    after: Promise<void>,
    onCard: (card: CardIdentity) => void,
  ) {
    this.#setup = setup;
    this.#counters = counters;
    this.#onCard = onCard;
    this.#port = reportedPort(setup, {
      options: setup.serial ?? SERIAL,
      onData: (bytes) => this.#receive(bytes),
      onState: ({ to }) => {
        if (to === 'ready') this.#step({ type: 'port', ready: true });
        if (to === 'lost') this.#step({ type: 'port', ready: false });
      },
    });
    // An answer may be faster than the end of its question's write, during which the port takes no other.
    this.#writes = new WriteQueue((bytes) => this.#port.write(bytes, WRITE_LIMIT_MS), MOST_WAITING_WRITES);
    // An earlier reading's port must have let go of the path.
    void after.then(() => this.#port.start());
  }

  get portState(): PortState {
    return this.#port.state;
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#answers.reset();
    return this.#port.stop();
  }

  #receive(bytes: Uint8Array): void {
    for (const item of this.#answers.feed(bytes)) {
      if (item.type === 'bad_frame') this.#counters.badFrames += 1;
      else if (item.type === 'discarded') this.#counters.discardedBytes += item.bytes;
      else this.#step(item);
    }
  }

  #step(input: ReadingInput): void {
    if (this.#stopped) return;
    const { state, effects } = nextStep(this.#state, input);
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: ReadingEffect): void {
    switch (effect.type) {
      case 'send':
        // The answer's timer runs from before the write, so a reader that takes nothing is a silent one.
        this.#waitForAnswer(ANSWER_LIMIT_MS[effect.command]);
        this.#answers.reset();
        this.#writes.add(sdtCommand(effect.command));
        break;
      case 'pause':
        this.#wait(SEARCH_EVERY_MS);
        break;
      case 'rest':
        this.#timer?.cancel();
        break;
      case 'card':
        this.#take(effect.text);
        break;
      case 'trouble':
        this.#tell(effect.status === null ? SILENT : sdtStatus(effect.status));
        break;
    }
  }

  #take(text: Uint8Array): void {
    const identity = takeIdentity(text);
    if (identity === null) this.#searchOn();
    else this.#onCard(identity);
  }

  #searchOn(): void {
    this.#tell(UNKNOWN_LAYOUT);
    this.#state = { name: 'pausing', silences: 0 };
    this.#wait(SEARCH_EVERY_MS);
  }

  #wait(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#setup.clock.setTimer(ms, () => this.#step({ type: 'timer' }));
  }

  #waitForAnswer(limitMs: number): void {
    this.#timer?.cancel();
    this.#timer = answerLimit(this.#setup.clock, limitMs, () => this.#step({ type: 'timer' }));
  }

  #tell({ word, hint }: { word: string; hint: string }): void {
    if (this.#told.has(word)) return;
    this.#told.add(word);
    this.#setup.onEvent({ type: 'id_card_trouble', atMonotonicMs: this.#setup.clock.monotonicMs(), word, hint });
  }
}
