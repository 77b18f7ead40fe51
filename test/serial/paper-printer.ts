import { SimLine } from './sim-line.ts';

/** Commands with a fixed number of bytes: their first two, and how many follow. What is not listed is text. */
const FIXED: ReadonlyMap<string, number> = new Map([
  ['1b40', 0],
  ['1c26', 0],
  ['1b61', 1],
  ['1d21', 1],
  ['1b64', 1],
  ['1d56', 2],
]);
const LF = 0x0a;

/** A receipt printer: understands the commands that we send, keeps what would be on the paper, and has states. */
export class PaperPrinter {
  readonly line: SimLine;
  /** Lines of text, oldest first. */
  readonly paper: string[] = [];
  /** Texts of codes that it made itself. */
  readonly codes: string[] = [];
  /** Pictures, by their size in dots; bands of one picture are several. */
  readonly pictures: { width: number; height: number }[] = [];
  cuts = 0;
  coverOpen = false;
  paperOut = false;
  #held: number[] = [];
  #text: number[] = [];
  #stored = '';

  private constructor(line: SimLine) {
    this.line = line;
    line.onData((bytes) => {
      for (const byte of bytes) this.#held.push(byte);
      this.#work();
    });
  }

  static async open(): Promise<PaperPrinter> {
    return new PaperPrinter(await SimLine.open());
  }

  #work(): void {
    let at = 0;
    for (let taken = this.#take(0); taken > 0; taken = this.#take(at)) at += taken;
    this.#held = this.#held.slice(at);
  }

  /** @returns how many bytes were used up; 0 where a command is not yet complete */
  #take(at: number): number {
    const [first, second, third] = this.#held.slice(at, at + 3);
    if (first === undefined) return 0;
    if (![0x10, 0x1b, 0x1c, 0x1d].includes(first)) return this.#print(first);
    if (second === undefined) return 0;
    if (first === 0x10) return third === undefined ? 0 : this.#answer(third);
    if (first === 0x1d && second === 0x28) return this.#code(at);
    if (first === 0x1d && second === 0x76) return this.#picture(at);
    return this.#simple(first, second, at);
  }

  #print(byte: number): number {
    if (byte !== LF) this.#text.push(byte);
    else {
      this.paper.push(new TextDecoder('gb18030').decode(Uint8Array.from(this.#text)));
      this.#text = [];
    }
    return 1;
  }

  #simple(first: number, second: number, at: number): number {
    const more = FIXED.get(Buffer.from([first, second]).toString('hex'));
    if (more === undefined) throw new Error(`the simulated printer does not know ${first} ${second}`);
    if (this.#held.length < at + 2 + more) return 0;
    if (first === 0x1d && second === 0x56) this.cuts += 1;
    return 2 + more;
  }

  /** DLE EOT n. */
  #answer(question: number): number {
    const cover = question === 2 && this.coverOpen ? 0x04 : 0;
    const end = this.paperOut ? (question === 4 ? 0x60 : question === 2 ? 0x20 : 0) : 0;
    const offline = question === 1 && (this.coverOpen || this.paperOut) ? 0x08 : 0;
    void this.line.send(Uint8Array.of(0x12 | cover | end | offline));
    return 3;
  }

  /** GS ( k: functions 80 (store) and 81 (print) matter, the others set sizes. */
  #code(at: number): number {
    const [low, high] = this.#held.slice(at + 3, at + 5);
    if (low === undefined || high === undefined) return 0;
    const size = 5 + low + high * 256;
    if (this.#held.length < at + size) return 0;
    const fn = this.#held[at + 6];
    if (fn === 0x50) this.#stored = Buffer.from(this.#held.slice(at + 8, at + size)).toString();
    if (fn === 0x51) this.codes.push(this.#stored);
    return size;
  }

  /** GS v 0. */
  #picture(at: number): number {
    const [xl, xh, yl, yh] = this.#held.slice(at + 4, at + 8);
    if (xl === undefined || xh === undefined || yl === undefined || yh === undefined) return 0;
    const [bytesWide, height] = [xl + xh * 256, yl + yh * 256];
    if (this.#held.length < at + 8 + bytesWide * height) return 0;
    this.pictures.push({ width: bytesWide * 8, height });
    return 8 + bytesWide * height;
  }
}
