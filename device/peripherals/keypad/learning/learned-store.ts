import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { writeDurably } from '../../../durable-file.ts';
import { type KeypadProfile, parseKeypadProfile } from '../profile.ts';
import { type KeypadSettings, keypadSettingsSchema } from '../settings.ts';

/**
 * What a technician decided at this device. It stands over one word of the configuration: when the centre says
 * something else of the button box, the newer word is the centre's.
 */
const choiceSchema = z.strictObject({
  keypad: keypadSettingsSchema,
  /** What the configuration said then; null where it named no box. */
  over: keypadSettingsSchema.nullable(),
});
type Choice = z.infer<typeof choiceSchema>;

const CHOICE = 'choice.json';
const PROFILE_FILE = /^learned-[0-9a-f]{12}\.json$/;

/** Learned profiles and the choice of one, in a folder of the data folder. */
export class LearnedStore {
  readonly #dir: string;
  readonly #onFault: (error: unknown) => void;
  #choice: Choice | null;

  /** @param onFault hears of files that cannot be used; they are left as they are */
  constructor(dir: string, onFault: (error: unknown) => void) {
    this.#dir = dir;
    this.#onFault = onFault;
    this.#choice = this.#read(CHOICE, (value) => choiceSchema.parse(value));
  }

  profiles(): KeypadProfile[] {
    return this.#files().flatMap((file) => this.#read(file, parseKeypadProfile) ?? []);
  }

  /** What is in service where the configuration says `configured`. */
  chosen(configured: KeypadSettings | null): KeypadSettings | null {
    const isOverThis = this.#choice !== null && isDeepStrictEqual(this.#choice.over, configured);
    return isOverThis ? (this.#choice?.keypad ?? null) : configured;
  }

  /**
   * Keeps a profile and chooses it. Durable on return; a crash before leaves the box that was in service.
   * @param profile as a file has it, checked before
   */
  keep(profile: { id: string }, path: string, over: KeypadSettings | null): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    writeDurably(join(this.#dir, `${profile.id}.json`), `${JSON.stringify(profile, null, 2)}\n`);
    this.choose(path, profile.id, over);
  }

  /** Chooses a profile that is there, by its id. Durable on return. */
  choose(path: string, profile: string, over: KeypadSettings | null): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const choice = { keypad: { path, profile }, over };
    writeDurably(join(this.#dir, CHOICE), JSON.stringify(choice));
    this.#choice = choice;
  }

  #files(): string[] {
    try {
      return readdirSync(this.#dir).filter((name) => PROFILE_FILE.test(name));
    } catch {
      return []; // nothing was ever learned here
    }
  }

  #read<T>(file: string, parse: (value: unknown) => T): T | null {
    const path = join(this.#dir, file);
    try {
      return parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isMissing) this.#onFault(error);
      return null;
    }
  }
}
