import { encodeFf68, FF68_FUNC } from '../../device/peripherals/keypad/framing/ff68-frame.ts';
import { SUNDYN, SundynParser } from '../../device/peripherals/keypad/framing/sundyn-message.ts';
import type { KeypadProfile } from '../../device/peripherals/keypad/profile.ts';
import { SimLine, type Wire } from './sim-line.ts';

/** The box of any shipped profile: sends for each of its keys what the profile says, and answers as its family does. */
export class ProfilePad {
  readonly line: SimLine;
  /** Names of its keys. */
  readonly keys: readonly string[];
  /** Bytes and messages that it was sent. */
  readonly told = { bytes: 0, starts: 0, polls: 0, heartbeats: 0 };
  readonly #profile: KeypadProfile;
  readonly #parser = new SundynParser();
  #result: Uint8Array | null = null;
  #tail = '';

  private constructor(profile: KeypadProfile, line: SimLine) {
    this.#profile = profile;
    this.line = line;
    this.keys = [...new Set(profile.framing.keys.map(({ key }) => key))];
    line.onData((bytes) => this.#hear(bytes));
  }

  /** @param openWire a pseudo-terminal where left out */
  static async open(profile: KeypadProfile, openWire?: () => Promise<Wire>): Promise<ProfilePad> {
    const checksumAt = (frame: Uint8Array) => frame.length - (profile.framing.type === 'ff68' ? 2 : 1);
    return new ProfilePad(profile, await SimLine.open(checksumAt, openWire));
  }

  /** A polled box keeps the key until it is asked. @throws Error where it has no such key */
  press(key: string): Promise<void> {
    const bytes = bytesOf(this.#profile, key);
    const { framing } = this.#profile;
    if (framing.type !== 'sundyn' || framing.pollMs === null) return this.line.send(bytes);
    this.#result = bytes;
    return Promise.resolve();
  }

  #hear(bytes: Uint8Array): void {
    this.told.bytes += bytes.length;
    if (this.#profile.framing.type !== 'sundyn') return;
    for (const item of this.#parser.feed(bytes)) {
      if (item.type === 'message' && item.message.type === 'command') this.#obey(item.message.code);
    }
    // The question for a result has no frame of its own.
    this.#tail = `${this.#tail}${Buffer.from(bytes).toString('latin1')}`.slice(-SUNDYN.poll.length);
    if (this.#tail === SUNDYN.poll) this.#polled();
  }

  #obey(code: string): void {
    if (code === SUNDYN.start) this.told.starts += 1;
    if (code === SUNDYN.heartbeat) this.told.heartbeats += 1;
    void this.line.send(Buffer.from(`${code}OK`));
  }

  #polled(): void {
    this.told.polls += 1;
    if (this.#result === null) return;
    void this.line.send(this.#result);
    this.#result = null;
  }
}

function bytesOf({ framing, id }: KeypadProfile, key: string): Uint8Array {
  switch (framing.type) {
    case 'byte':
      return Uint8Array.of(entryOf(framing.keys, key, id).byte);
    case 'ff68': {
      const { address, keys } = framing;
      const data = [entryOf(keys, key, id).byte];
      return Uint8Array.from(encodeFf68({ address, func: FF68_FUNC.evaluatorKey, data }));
    }
    case 'sequence':
      return Uint8Array.from(entryOf(framing.keys, key, id).bytes);
    case 'sundyn':
      return record(entryOf(framing.keys, key, id).number);
  }
}

function entryOf<Entry extends { key: string }>(keys: readonly Entry[], key: string, id: string): Entry {
  const entry = keys.find((known) => known.key === key);
  if (entry === undefined) throw new Error(`${id} has no key "${key}"`);
  return entry;
}

/** A result with eight fields as in the reference, a.4: card, key, two more, two times, picture, film, business result. */
function record(key: number): Uint8Array {
  const now = new Date().toISOString().slice(0, 19).replace('T', ' ');
  const fields = ['0007', String(key), '', now, now, '1.jpg', '1.mp4', '0'];
  return Buffer.from(`${SUNDYN.start}||${fields.join('||')}||E`);
}
