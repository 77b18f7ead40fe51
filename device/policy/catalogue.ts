import { z } from 'zod';
import { type Level, levelSchema } from '../ledger/record.ts';

/** 评价指标: the reasons that a citizen may tick. Matched by code, never by text: published texts carry typing errors. */

export const codeSchema = z.string().regex(/^[0-9A-Za-z_-]{1,16}$/, '1 to 16 letters, digits, hyphens or underscores');

const reasonTagSchema = z.strictObject({
  code: codeSchema,
  level: levelSchema,
  text: z.string().min(1).max(60),
  /** False for the base tags, which are shown first. */
  extended: z.boolean(),
  /** The first level of a catalogue that has two: the heading under which the tag is found. */
  group: z.string().min(1).max(30).optional(),
});
export type ReasonTag = z.infer<typeof reasonTagSchema>;

/** A catalogue of one version. A level may have any number of tags, none included. */
export const catalogueSchema = z
  .strictObject({
    version: z.string().min(1).max(64),
    title: z.string().min(1).max(200),
    tags: z.array(reasonTagSchema).max(1000),
    /** Codes of earlier versions. They keep their old meaning in old ratings, so no tag may take one again. */
    retired: z.array(codeSchema).max(1000),
  })
  .check((context) => {
    const taken = new Set(context.value.retired);
    for (const [index, { code }] of context.value.tags.entries()) {
      if (taken.has(code)) {
        context.issues.push({
          code: 'custom',
          input: code,
          path: ['tags', index, 'code'],
          message: `a code of its own; ${code} is retired or used above`,
        });
      }
      taken.add(code);
    }
  });
export type Catalogue = z.infer<typeof catalogueSchema>;

/** The tags offered for a level, in the order of the catalogue; may be empty. */
export function tagsForLevel(catalogue: Catalogue, level: Level): ReasonTag[] {
  return catalogue.tags.filter((tag) => tag.level === level);
}

/** Whether the catalogue offers this code. A retired code is not offered. */
export function isKnownTag(catalogue: Catalogue, code: string): boolean {
  return catalogue.tags.some((tag) => tag.code === code);
}
