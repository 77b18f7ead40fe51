import { SimLine } from './sim-line.ts';

/** A scanner on a serial line: what is held under it is sent with its symbology, where set up, and its end. */
export class HandScanner {
  readonly line: SimLine;
  end = '\r';
  aim = '';

  private constructor(line: SimLine) {
    this.line = line;
  }

  static async open(): Promise<HandScanner> {
    return new HandScanner(await SimLine.open());
  }

  scan(text: string): Promise<void> {
    return this.line.send(Buffer.from(`${this.aim}${text}${this.end}`));
  }
}
