import { setTimeout } from 'node:timers/promises';
import { openPty, type Pty } from '../../device/peripherals/simulated/pty.ts';

/** How a simulated device misbehaves from now on; all off is a sound one. */
export interface Behaviour {
  /** It sends nothing. */
  silent: boolean;
  /** Every frame comes so much later, ms. */
  slowMs: number;
  /** One byte at a time, 1 ms apart. */
  byteByByte: boolean;
  /** Two frames in one piece: the first one waits for the second. */
  merged: boolean;
  /** Garbage before every frame. */
  noise: boolean;
  /** What becomes of its frames. */
  damage: 'none' | 'checksum' | 'truncated';
}

export const SOUND: Readonly<Behaviour> = {
  silent: false,
  slowMs: 0,
  byteByByte: false,
  merged: false,
  noise: false,
  damage: 'none',
};

/** A device's end of its cable. */
export type Wire = Pty;

/** Looks like the beginnings of our families' frames, and like none of their wholes. */
const NOISE = Uint8Array.of(0x00, 0xff, 0x68, 0x03, 0xaa, 0xaa, 0x96, 0xfe);

/** A device's end of a real pseudo-terminal, or of another wire, which sends as well or as badly as it is told. */
export class SimLine {
  behaviour: Behaviour = { ...SOUND };
  /** Bytes that went onto the wire. */
  bytesSent = 0;
  #wire: Wire;
  readonly #again: () => Promise<Wire>;
  readonly #checksumAt: (frame: Uint8Array) => number;
  #listener: ((bytes: Uint8Array) => void) | null = null;
  #sending: Promise<void> = Promise.resolve();
  #held: Uint8Array | null = null;

  private constructor(wire: Wire, again: () => Promise<Wire>, checksumAt: (frame: Uint8Array) => number) {
    this.#wire = wire;
    this.#again = again;
    this.#checksumAt = checksumAt;
  }

  /**
   * @param checksumAt index of the byte that `damage: 'checksum'` changes; the last one where left out
   * @param openWire a pseudo-terminal where left out
   */
  static async open(
    checksumAt: (frame: Uint8Array) => number = (frame) => frame.length - 1,
    openWire: () => Promise<Wire> = openPty,
  ): Promise<SimLine> {
    return new SimLine(await openWire(), openWire, checksumAt);
  }

  /** What the product opens; another one after `comeBack`. */
  get path(): string {
    return this.#wire.path;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    this.#wire.onData(listener);
  }

  /** Sends a frame after those sent before it; resolves when it is on its way. */
  send(frame: Uint8Array): Promise<void> {
    const { silent, byteByByte, merged, slowMs } = this.behaviour;
    if (silent) return this.#sending;
    const bytes = Uint8Array.from([...(this.#held ?? []), ...this.#spoiled(frame)]);
    const waits = merged && this.#held === null;
    this.#held = waits ? bytes : null;
    if (waits) return this.#sending;
    this.#sending = this.#sending.then(async () => {
      if (slowMs > 0) await setTimeout(slowMs);
      if (!byteByByte) return this.#put(bytes);
      for (const byte of bytes) {
        this.#put(Uint8Array.of(byte));
        await setTimeout(1);
      }
    });
    return this.#sending;
  }

  /** When all frames so far are on their way. */
  settled(): Promise<void> {
    return this.#sending;
  }

  #put(bytes: Uint8Array): void {
    this.bytesSent += bytes.length;
    this.#wire.write(bytes);
  }

  #spoiled(frame: Uint8Array): Uint8Array {
    const { noise, damage } = this.behaviour;
    const bytes = Uint8Array.from(frame);
    if (damage === 'checksum') bytes[this.#checksumAt(frame)]! ^= 0x5a;
    const sent = damage === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
    return noise ? Uint8Array.from([...NOISE, ...sent]) : sent;
  }

  /** Hangs: takes no byte any more and sends none, with its line open, as a crashed device does. */
  hang(): void {
    this.#wire.freeze();
  }

  /** Pulls the plug while bytes are still on their way. */
  dieInTraffic(): void {
    for (let turn = 0; turn < 64; turn += 1) this.#wire.write(new Uint8Array(64).fill(0x35));
    this.#wire.kill();
  }

  /** Dies in traffic and is there again under another path, which it says. */
  async comeBack(): Promise<string> {
    const old = this.#wire;
    // The new one first: a system gives a freed number to the next that asks.
    this.#wire = await this.#again();
    if (this.#listener !== null) this.#wire.onData(this.#listener);
    for (let turn = 0; turn < 64; turn += 1) old.write(new Uint8Array(64).fill(0x35));
    await old.close();
    return this.#wire.path;
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}
