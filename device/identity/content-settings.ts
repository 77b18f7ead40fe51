import { z } from 'zod';

/**
 * What the hall shows at a window between two visits, as `settings.content` of the signed configuration. Pictures are
 * bytes and never addresses, so nothing on the screen comes from outside (reference-protocol §3 has no place of its own
 * for it; `settings` is the device's part). Pure.
 */

const text = (maxChars: number, title: string) => z.string().min(1).max(maxChars).meta({ title });
const day = (title: string) => z.iso.date().meta({ title, description: 'a day in Asia/Shanghai, like 2027-02-05' });
/** First and last day, both included. */
const period = { from: day('First day').optional(), until: day('Last day').optional() };

/** As in `staff[].photo` of the protocol. What does not match its hash is not shown, and the rest of the content is. */
export const pictureSchema = z.strictObject({
  sha256: z.string().meta({ title: 'Hash of the picture', description: '64 hex digits' }),
  data: z.string().meta({ title: 'Picture', description: 'base64 of a PNG or JPEG', secret: true }),
});
export type GivenPicture = z.infer<typeof pictureSchema>;

export const contentSettingsSchema = z.strictObject({
  /** 党员先锋岗 and the like, by staff id. */
  marks: z
    .record(z.string().min(1).max(64), z.array(text(12, 'Honour')).max(3).meta({ title: 'Honours of a person' }))
    .meta({ title: 'Honours by staff id' })
    .default({}),
  notices: z
    .array(z.strictObject({ title: text(40, 'Title of the notice'), text: text(300, 'Text of the notice'), ...period }))
    .max(6)
    .meta({ title: 'Notices of the idle screen' })
    .default([]),
  /** Shown whole, one after the other; `text` says what is to be seen on it. */
  pictures: z
    .array(z.strictObject({ ...pictureSchema.shape, text: text(60, 'What the picture shows'), ...period }))
    .max(8)
    .meta({ title: 'Pictures of the idle screen' })
    .default([]),
  /**
   * Address behind the static code of this window. It names no case, so whoever photographed it can use it anywhere
   * and at any time: the weaker channel, and marked as one.
   */
  windowCode: z
    .url({ protocol: /^https?$/ })
    .max(300)
    .meta({
      title: 'Address behind the static code of the window',
      description: 'http or https, at most 300 characters',
    })
    .optional(),
});
