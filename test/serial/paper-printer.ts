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
const ALIGNS = ['left', 'centre', 'right'] as const;
type Align = (typeof ALIGNS)[number];

/** What came onto the paper, from top to bottom. `rows` of a picture: true is black. */
export type Printed =
  | { type: 'text'; text: string; align: Align; times: number }
  | { type: 'code'; text: string; align: Align; moduleDots: number }
  | { type: 'picture'; rows: boolean[][]; align: Align }
  | { type: 'feed'; lines: number }
  | { type: 'cut' };

/** A receipt printer: understands the commands that we send, keeps what would be on the paper, and has states. */
export class PaperPrinter {
  readonly line: SimLine;
  /** Lines of text, oldest first. */
  readonly paper: string[] = [];
  /** Texts of codes that it made itself. */
  readonly codes: string[] = [];
  /** Pictures, by their size in dots; bands of one picture are several. */
  readonly pictures: { width: number; height: number }[] = [];
  /** All of it, in order. */
  readonly roll: Printed[] = [];
  cuts = 0;
  coverOpen = false;
  paperOut = false;
  #held: number[] = [];
  #text: number[] = [];
  #stored = '';
  #align: Align = 'left';
  #times = 1;
  #moduleDots = 3;

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
      const text = new TextDecoder('gb18030').decode(Uint8Array.from(this.#text));
      this.paper.push(text);
      this.roll.push({ type: 'text', text, align: this.#align, times: this.#times });
      this.#text = [];
    }
    return 1;
  }

  #simple(first: number, second: number, at: number): number {
    const more = FIXED.get(Buffer.from([first, second]).toString('hex'));
    if (more === undefined) throw new Error(`the simulated printer does not know ${first} ${second}`);
    if (this.#held.length < at + 2 + more) return 0;
    this.#set(`${first.toString(16)} ${second.toString(16)}`, this.#held[at + 2] ?? 0);
    return 2 + more;
  }

  #set(command: string, value: number): void {
    if (command === '1b 40') this.#reset();
    if (command === '1b 61') this.#align = ALIGNS[value] ?? 'left';
    if (command === '1d 21') this.#times = (value & 7) + 1;
    if (command === '1b 64') this.roll.push({ type: 'feed', lines: value });
    if (command !== '1d 56') return;
    this.cuts += 1;
    this.roll.push({ type: 'cut' });
  }

  #reset(): void {
    this.#align = 'left';
    this.#times = 1;
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
    if (fn === 0x43) this.#moduleDots = this.#held[at + 7] ?? 3;
    if (fn === 0x51) {
      this.codes.push(this.#stored);
      this.roll.push({ type: 'code', text: this.#stored, align: this.#align, moduleDots: this.#moduleDots });
    }
    return size;
  }

  /** GS v 0. */
  #picture(at: number): number {
    const [xl, xh, yl, yh] = this.#held.slice(at + 4, at + 8);
    if (xl === undefined || xh === undefined || yl === undefined || yh === undefined) return 0;
    const [bytesWide, height] = [xl + xh * 256, yl + yh * 256];
    if (this.#held.length < at + 8 + bytesWide * height) return 0;
    this.pictures.push({ width: bytesWide * 8, height });
    const bits = this.#held.slice(at + 8, at + 8 + bytesWide * height);
    const isBlack = (row: number, dot: number) =>
      ((bits[row * bytesWide + (dot >> 3)] ?? 0) & (0x80 >> (dot & 7))) !== 0;
    const rows = Array.from({ length: height }, (_r, row) =>
      Array.from({ length: bytesWide * 8 }, (_d, dot) => isBlack(row, dot)),
    );
    this.roll.push({ type: 'picture', rows, align: this.#align });
    return 8 + bytesWide * height;
  }
}
