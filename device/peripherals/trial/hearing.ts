import { createFrameReader } from '../keypad/framing/create-frame-reader.ts';
import type { LineSymbol } from '../keypad/framing/frame-reader.ts';
import type { Framing } from '../keypad/framing/framing-schema.ts';
import type { KeypadProfile } from '../keypad/profile.ts';

/** Two keys of a box whose keys are single bytes could be a coincidence; three hardly are. */
const LEAST_KEYS = 3;
const MOST_ADDRESSES = 8;

/** What one profile made of what a line said, in counts: which keys were pressed is nobody's business. */
export interface Finding {
  profileId: string;
  title: string;
  /** Bits per second of the line; null where a serial server has it. */
  baudRate: number | null;
  /** Different keys that were understood, of those that the profile has. */
  keysHeard: number;
  keysOf: number;
  /** All that was understood: presses, keys of the call box, answers to a question. */
  understood: number;
  /** Bytes that the profile cannot explain. */
  unknown: number;
  badFrames: number;
  /** Addresses of whole frames that belong to other windows: the profile is right but for its address. */
  otherAddresses: readonly number[];
  /** False for a box without five equal grades, which only prompts. */
  canGrade: boolean;
}

/** Listens to a line as one profile would. Pure but for what it counts. */
export class Hearing {
  readonly profile: KeypadProfile;
  readonly #reader;
  readonly #keys = new Set<string>();
  readonly #addresses = new Set<number>();
  #understood = 0;
  #unknown = 0;
  #badFrames = 0;

  constructor(profile: KeypadProfile) {
    this.profile = profile;
    this.#reader = createFrameReader(profile.framing);
  }

  /** @param atMs monotonic time of the chunk */
  feed(bytes: Uint8Array, atMs: number): void {
    for (const symbol of this.#reader.feed(bytes, atMs)) this.#count(symbol);
  }

  /** What we sent ourselves proves nothing when it comes back. */
  noteSent(frame: readonly number[], atMs: number): void {
    this.#reader.noteSent(frame, atMs);
  }

  #count(symbol: LineSymbol): void {
    if (symbol.type === 'key') this.#keys.add(symbol.key);
    if (symbol.type === 'key' || symbol.type === 'box_key' || symbol.type === 'answer') this.#understood += 1;
    if (symbol.type === 'unknown') this.#unknown += 1;
    if (symbol.type === 'bad_frame') this.#badFrames += 1;
    if (symbol.type === 'other_window' && this.#addresses.size < MOST_ADDRESSES) this.#addresses.add(symbol.address);
  }

  finding(baudRate: number | null): Finding {
    const { id, title, completion } = this.profile;
    return {
      profileId: id,
      title,
      baudRate,
      keysHeard: this.#keys.size,
      keysOf: this.#keysOf,
      understood: this.#understood,
      unknown: this.#unknown,
      badFrames: this.#badFrames,
      otherAddresses: [...this.#addresses],
      canGrade: completion === 'grade',
    };
  }

  /**
   * Whether the line speaks this profile. A frame with a checksum or a whole message is proof enough; single bytes must
   * all be explained, by several different keys.
   */
  get fits(): boolean {
    if (isFramed(this.profile.framing)) return this.#understood > 0;
    return this.#unknown === 0 && this.#keys.size >= Math.min(LEAST_KEYS, this.#keysOf);
  }

  /** Every key that the profile has was heard. */
  get isWhole(): boolean {
    return this.#keys.size === this.#keysOf;
  }

  get #keysOf(): number {
    return new Set(this.profile.framing.keys.map(({ key }) => key)).size;
  }
}

function isFramed({ type }: Framing): boolean {
  return type === 'ff68' || type === 'sundyn';
}

/** Those that fit; where one box is heard out to its last key, whatever fits only in part is a coincidence. */
export function fitting(hearings: readonly Hearing[]): Hearing[] {
  const fits = hearings.filter((hearing) => hearing.fits);
  const whole = fits.filter((hearing) => hearing.isWhole || isFramed(hearing.profile.framing));
  return whole.length > 0 ? whole : fits;
}
