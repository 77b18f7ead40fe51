import { z } from 'zod';

/**
 * What a queue system says, in the JSON-over-UDP shape of the peripherals reference, a.4: `{command, sno, number,
 * servicename}`. Pure.
 */

/** Longer than any message of this shape. */
export const LONGEST_MESSAGE_BYTES = 2048;

const textOrNumber = z.union([z.string(), z.number().transform(String)]).transform((text) => text.trim());

/** As on the ticket, like `A012`. It is read out, shown and part of a case number, so it is no free text. */
const ticketSchema = textOrNumber.pipe(z.string().regex(/^[0-9A-Za-z-]{1,16}$/));

const messageSchema = z.object({
  command: z.enum(['login', 'unlogin', 'pause', 'reset', 'welcome', 'apprise', 'call']),
  sno: textOrNumber.pipe(z.string().max(64)).optional(),
  number: z.union([ticketSchema, z.literal('')]).optional(),
  servicename: z.string().max(200).optional(),
});

export interface QueueMessage {
  command: z.infer<typeof messageSchema>['command'];
  /** 工号 of whoever is at the window; null where it is not said. */
  staffNumber: string | null;
  /** Of the ticket; null where it is not said. */
  ticket: string | null;
}

/** Null for anything that is no message of this shape. @param bytes one datagram */
export function parseQueueMessage(bytes: Uint8Array): QueueMessage | null {
  if (bytes.length > LONGEST_MESSAGE_BYTES) return null;
  const parsed = messageSchema.safeParse(jsonOf(new TextDecoder().decode(bytes)));
  if (!parsed.success) return null;
  const { command, sno, number } = parsed.data;
  return { command, staffNumber: sno === '' ? null : (sno ?? null), ticket: number === '' ? null : (number ?? null) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // null is no message either
  }
}

/**
 * The answer to a message that was obeyed. The shape has a second one with the key that was pressed; it is never sent:
 * a queue system shows it to staff (design §2.6).
 */
export const QUEUE_ANSWER: Uint8Array = new TextEncoder().encode('{"succ":"0"}');
