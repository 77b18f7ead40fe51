import { encodeSdt, SdtFramer } from '../../device/peripherals/id-card/sdt-frame.ts';
import { GOLDEN_CARDS, goldenFrame } from '../../device/peripherals/testing/golden-cards.ts';
import { SimLine } from './sim-line.ts';

export type CardName = keyof typeof GOLDEN_CARDS;

const FIND = '20,1';
const SELECT = '20,2';
const READ = '30,1';

/** A card reader with at most one card on it. Like many, it does not find a card again that it has read. */
export class SdtReader {
  readonly line: SimLine;
  /** Commands heard, as hex of CMD and PARA. */
  readonly heard: string[] = [];
  readonly #framer = new SdtFramer(3);
  #card: CardName | null = null;
  #stage: 'new' | 'found' | 'selected' | 'read' = 'new';

  private constructor(line: SimLine) {
    this.line = line;
    line.onData((bytes) => {
      for (const item of this.#framer.feed(bytes)) if (item.type === 'payload') this.#obey(item.payload);
    });
  }

  static async open(): Promise<SdtReader> {
    return new SdtReader(await SimLine.open());
  }

  lay(card: CardName): void {
    this.#card = card;
    this.#stage = 'new';
  }

  lift(): void {
    this.#card = null;
  }

  #obey(payload: Uint8Array): void {
    const command = `${payload[0]!.toString(16)},${payload[1]!.toString(16)}`;
    this.heard.push(command);
    void this.line.send(this.#answer(command));
  }

  #answer(command: string): Uint8Array {
    const card = this.#card;
    if (command === FIND && card !== null && this.#stage !== 'read') return this.#go('found', 0x9f, 4);
    if (command === SELECT && this.#stage === 'found') return this.#go('selected', 0x90, 8);
    if (command === READ && this.#stage === 'selected' && card !== null) {
      this.#stage = 'read';
      return goldenFrame(GOLDEN_CARDS[card]);
    }
    return encodeSdt(Uint8Array.of(0, 0, FAILURES.get(command) ?? 0x21));
  }

  #go(stage: 'found' | 'selected', status: number, idBytes: number): Uint8Array {
    this.#stage = stage;
    return encodeSdt(Uint8Array.of(0, 0, status, ...new Uint8Array(idBytes)));
  }
}

/** SW3 of a command that found nothing to do; any other command is not known (21). */
const FAILURES = new Map([
  [FIND, 0x80],
  [SELECT, 0x81],
  [READ, 0x41],
]);
