import type { Configuration } from '../identity/configuration.ts';
import type { GivenPicture } from '../identity/content-settings.ts';
import { qrSvg } from '../identity/qr.ts';
import { shanghaiDay } from '../time.ts';
import { type Picture, type PictureFault, readPicture } from './picture.ts';

/** What the idle screen shows besides the window itself, on one day. */
export interface ShownContent {
  notices: { title: string; text: string }[];
  /** `id` is the last part of its address on this device. */
  pictures: { id: string; text: string }[];
  /** SVG text of the window's static code. */
  windowCode: string | null;
}

const FAULTS: Record<PictureFault, string> = {
  hash: 'its bytes are not those of its sha256',
  format: 'it is neither PNG nor JPEG',
  size: 'it has more than 1 MiB or a side of more than 4096 pixels',
};

/**
 * Photos, pictures and notices of one configuration. The bytes stay where they are signed, in the configuration in the
 * data folder, which is verified at every start: there is no second copy that could become another.
 */
export class WindowContent {
  readonly #document: Configuration;
  readonly #pictures = new Map<string, Picture>();
  readonly #ids = new Map<GivenPicture, string>();
  readonly #windowCode: string | null;
  /** What cannot be shown, for the technician. */
  readonly warnings: { code: string; text: string }[] = [];

  constructor(document: Configuration) {
    this.#document = document;
    const { pictures, windowCode } = document.settings.content;
    for (const { number, photo } of document.staff) {
      if (photo !== undefined) this.#take(photo, `photo of staff number ${number}`);
    }
    for (const [index, picture] of pictures.entries()) this.#take(picture, `picture ${index + 1} of the idle screen`);
    this.#windowCode = windowCode === undefined ? null : qrSvg(windowCode);
  }

  #take(given: GivenPicture, name: string): void {
    const picture = readPicture(given);
    if (typeof picture === 'string') {
      const text = `The ${name} is not shown: ${FAULTS[picture]}. Publish it again in the centre's configuration.`;
      this.warnings.push({ code: 'content_picture', text });
      return;
    }
    const id = given.sha256.replace(/^sha256:/, '').toLowerCase();
    this.#pictures.set(id, picture);
    this.#ids.set(given, id);
  }

  /** @param id SHA-256 in lower-case hex */
  picture(id: string): Picture | null {
    return this.#pictures.get(id) ?? null;
  }

  /** Id of the person's photo; null where there is none that may be shown. */
  photoOf(staffId: string): string | null {
    const photo = this.#document.staff.find(({ id }) => id === staffId)?.photo;
    return photo === undefined ? null : (this.#ids.get(photo) ?? null);
  }

  /** 党员先锋岗 and the like. */
  marksOf(staffId: string): string[] {
    return this.#document.settings.content.marks[staffId] ?? [];
  }

  /** @param nowMs wall time */
  shownAt(nowMs: number): ShownContent {
    const today = shanghaiDay(nowMs);
    const isDue = ({ from, until }: { from?: string | undefined; until?: string | undefined }) =>
      (from === undefined || from <= today) && (until === undefined || today <= until);
    const { notices, pictures } = this.#document.settings.content;
    return {
      notices: notices.filter(isDue).map(({ title, text }) => ({ title, text })),
      pictures: pictures.filter(isDue).flatMap((picture) => {
        const id = this.#ids.get(picture);
        return id === undefined ? [] : [{ id, text: picture.text }];
      }),
      windowCode: this.#windowCode,
    };
  }
}
