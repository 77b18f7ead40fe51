import {
  encodeFf68,
  FF68_FUNC,
  FF68_START,
  type Ff68Frame,
  Ff68Parser,
} from '../../device/peripherals/keypad/framing/ff68-frame.ts';
import { SimLine } from './sim-line.ts';

/** A call box and its four-key evaluator on one line, at address 1. */
export class Ff68Box {
  readonly line: SimLine;
  /** What it was sent, oldest first, without the answers to its own frames. */
  readonly heard: Ff68Frame[] = [];
  /** Frames of its own that nobody has answered. */
  readonly unanswered: number[][] = [];
  readonly #parser = new Ff68Parser();

  private constructor(line: SimLine) {
    this.line = line;
    line.onData((bytes) => {
      for (const item of this.#parser.feed(bytes)) if (item.type === 'frame') this.#hear(item.frame);
    });
  }

  static async open(): Promise<Ff68Box> {
    return new Ff68Box(await SimLine.open((frame) => frame.length - 2));
  }

  /** A key of the evaluator, 0 … 3. */
  press(key: number): Promise<void> {
    this.unanswered.push(encodeFf68({ address: 1, func: FF68_FUNC.box, data: [key] }));
    return this.line.send(Uint8Array.from(encodeFf68({ address: 1, func: FF68_FUNC.evaluatorKey, data: [key] })));
  }

  /** A key of the call box, by its data bytes. */
  pressBox(...data: number[]): Promise<void> {
    const frame = encodeFf68({ address: 1, func: FF68_FUNC.box, data });
    this.unanswered.push(frame);
    return this.line.send(Uint8Array.from(frame));
  }

  /** Whether it was asked to start an evaluation, by the host or by an answer to its own 评价 key. */
  get started(): boolean {
    return this.heard.some(({ func, data }) => func === FF68_FUNC.box && data[0] === FF68_START);
  }

  #hear(frame: Ff68Frame): void {
    const text = encodeFf68(frame).join();
    const answered = this.unanswered.findIndex((sent) => sent.join() === text);
    if (answered >= 0) this.unanswered.splice(answered, 1);
    else this.heard.push(frame);
  }
}
