import { z } from 'zod';
import narrow from '../../../assets/paper-form/form-384.json' with { type: 'json' };
import wide from '../../../assets/paper-form/form-576.json' with { type: 'json' };
import shippedTexts from '../../../assets/paper-form/texts.json' with { type: 'json' };
import type { PrintItem } from './document.ts';

const pictureSchema = z
  .strictObject({ width: z.literal([384, 576]), height: z.int().min(1).max(4000), rows: z.base64() })
  .transform(({ width, height, rows }) => dotsOf(Buffer.from(rows, 'base64'), width, height));

const line = z.string().min(1).max(48);
const textsSchema = z.strictObject({
  title: z.string().min(1).max(20),
  number: line,
  lines: z.array(line).max(6),
  notes: z.array(line).max(6),
});
const TEXTS = textsSchema.parse(shippedTexts);

/** What a form says beside its boxes: where it was handed out, and its own number. Nothing of a case or a person: those are
 * the citizen's to write, or to leave out. */
export interface FormFacts {
  form: string;
  hall: string;
  window: string;
}

/**
 * The form to fill in by hand, in both scripts, with its number as text and as a code for whoever enters it. What is to be
 * written (case, day, words) has its lines in the picture, once.
 */
export function paperForm(facts: FormFacts, lineDots: 384 | 576): PrintItem[] {
  const rows = pictureSchema.parse(lineDots === 576 ? wide : narrow);
  const fill = (text: string) =>
    text.replace('{form}', facts.form).replace('{hall}', facts.hall).replace('{window}', facts.window);
  return [
    { type: 'text', text: TEXTS.title, align: 'centre', times: 2 },
    { type: 'feed', lines: 1 },
    ...TEXTS.lines.map((text): PrintItem => ({ type: 'text', text: fill(text) })),
    { type: 'text', text: fill(TEXTS.number) },
    { type: 'picture', rows },
    { type: 'qr', text: facts.form },
    ...TEXTS.notes.map((text): PrintItem => ({ type: 'text', text, align: 'centre' })),
  ];
}

function dotsOf(packed: Uint8Array, width: number, height: number): boolean[][] {
  const bytesWide = width / 8;
  return Array.from({ length: height }, (_r, row) =>
    Array.from(
      { length: width },
      (_d, dot) => ((packed[row * bytesWide + (dot >> 3)] ?? 0) & (0x80 >> (dot & 7))) !== 0,
    ),
  );
}
