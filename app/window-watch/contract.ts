import { z } from 'zod';
import { FRAME_STATES, FRAME_WORDS, WINDOW_PAGES } from '../../device/day/window-frames.ts';

const sidePx = z.int().min(1).max(20_000);

/** `POST /window/frames`, from the page in the window every 2 s: what became of its last frame, and how large it is. */
export const frameWordSchema = z.strictObject({
  page: z.enum(WINDOW_PAGES),
  word: z.enum(FRAME_WORDS),
  viewport: z.strictObject({ width: sidePx, height: sidePx, ratio: z.number().min(0.1).max(20) }).optional(),
});
export type FrameTold = z.infer<typeof frameWordSchema>;

/** Who brings something back by itself: Electron's shell, the keeper of a browser, the parent of the processes. */
export const RECOVERERS = ['shell', 'browser', 'processes'] as const;
export type Recoverer = (typeof RECOVERERS)[number];

/** A fresh window at night: counted, and no trouble. */
export const RECYCLED = 'recycled';

const reason = z.string().regex(/^[a-z][a-z-]{0,31}$/, 'words of small letters with hyphens between');

/** `POST /window/report`, from whoever keeps the window: how often it brought what back since its own start, by reason. */
export const windowReportSchema = z.strictObject({
  from: z.enum(RECOVERERS),
  recoveries: z
    .record(reason, z.int().min(0))
    .refine((counts) => Object.keys(counts).length <= 20, 'at most 20 reasons'),
  /** The last of them that was a trouble; null: none. */
  last: z.strictObject({ reason, agoMs: z.int().min(0) }).nullable(),
});
export type WindowReport = z.infer<typeof windowReportSchema>;

/** What the device knows of its window, and the keeper does not. */
export const windowAnswerSchema = z.object({
  frames: z.enum(FRAME_STATES),
  /** It is night, no visit is open and nobody maintains the device: a window of some days may give way to a fresh one. */
  mayRecycle: z.boolean(),
  /** Its panel is known, no visit is open and nobody maintains the device: `scale` may be taken. */
  mayRescale: z.boolean(),
  /** Pixels of the panel to a CSS pixel (`device/panel-scale.ts`); null: as the system has it, for no dpi is configured. */
  scale: z.number().min(1).max(5).nullable(),
});
export type WindowAnswer = z.infer<typeof windowAnswerSchema>;
