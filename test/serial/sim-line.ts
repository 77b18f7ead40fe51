import { setTimeout } from 'node:timers/promises';
import { openPty, type Pty } from '../../device/peripherals/simulated/pty.ts';

/** How a simulated device misbehaves from now on; all off is a sound one. */
export interface Behaviour {
  /** It sends nothing. */
  silent: boolean;
  /** One byte at a time, 1 ms apart. */
  byteByByte: boolean;
  /** Garbage before every frame. */
  noise: boolean;
  /** What becomes of its frames. */
  damage: 'none' | 'checksum' | 'truncated';
}

export const SOUND: Readonly<Behaviour> = { silent: false, byteByByte: false, noise: false, damage: 'none' };

/** Looks like the beginnings of our families' frames, and like none of their wholes. */
const NOISE = Uint8Array.of(0x00, 0xff, 0x68, 0x03, 0xaa, 0xaa, 0x96, 0xfe);

/** A device's end of a real pseudo-terminal, which sends as well or as badly as it is told. */
export class SimLine {
  behaviour: Behaviour = { ...SOUND };
  readonly #pty: Pty;
  readonly #checksumAt: (frame: Uint8Array) => number;
  #sending: Promise<void> = Promise.resolve();

  private constructor(pty: Pty, checksumAt: (frame: Uint8Array) => number) {
    this.#pty = pty;
    this.#checksumAt = checksumAt;
  }

  /** @param checksumAt index of the byte that `damage: 'checksum'` changes; the last one where left out */
  static async open(checksumAt: (frame: Uint8Array) => number = (frame) => frame.length - 1): Promise<SimLine> {
    return new SimLine(await openPty(), checksumAt);
  }

  /** What the product opens. */
  get path(): string {
    return this.#pty.path;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#pty.onData(listener);
  }

  /** Sends a frame after those sent before it; resolves when it is on its way. */
  send(frame: Uint8Array): Promise<void> {
    const { silent, byteByByte } = this.behaviour;
    if (silent) return this.#sending;
    const bytes = this.#spoiled(frame);
    this.#sending = this.#sending.then(async () => {
      if (!byteByByte) return this.#pty.write(bytes);
      for (const byte of bytes) {
        this.#pty.write(Uint8Array.of(byte));
        await setTimeout(1);
      }
    });
    return this.#sending;
  }

  #spoiled(frame: Uint8Array): Uint8Array {
    const { noise, damage } = this.behaviour;
    const bytes = Uint8Array.from(frame);
    if (damage === 'checksum') bytes[this.#checksumAt(frame)]! ^= 0x5a;
    const sent = damage === 'truncated' ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes;
    return noise ? Uint8Array.from([...NOISE, ...sent]) : sent;
  }

  /** Hangs: takes no byte any more and sends none, with its line open, as a crashed device does. */
  hang(): void {
    this.#pty.freeze();
  }

  /** Pulls the plug while bytes are still on their way. */
  dieInTraffic(): void {
    for (let turn = 0; turn < 64; turn += 1) this.#pty.write(new Uint8Array(64).fill(0x35));
    this.#pty.kill();
  }

  close(): Promise<void> {
    return this.#pty.close();
  }
}
