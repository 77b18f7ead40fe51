import { z } from 'zod';

/**
 * The contract of the one IPC channel between the supervisor and each of its children. Two logical channels share it:
 * `control` for life and death, `outbox` for what the linked children say to each other (design §3), which the
 * supervisor forwards and never reads: bytes, so that a batch of records is not built anew in a process that only passes
 * it on.
 *
 * `link` numbers one meeting of the two ends. A child that was busy while its peer died and came back still has
 * answers for the dead one under way; by their old number they are told apart from answers to the new one.
 */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes');
const outboxEnvelope = z.strictObject({ channel: z.literal('outbox'), link: z.int().min(1), payload: bytes });

export const childEnvelopeSchema = z.discriminatedUnion('channel', [
  outboxEnvelope,
  z.strictObject({
    channel: z.literal('control'),
    payload: z.strictObject({ type: z.literal('ready'), payload: z.record(z.string(), z.unknown()) }),
  }),
]);

const seed = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === 32, '32 bytes');

export const parentEnvelopeSchema = z.discriminatedUnion('channel', [
  outboxEnvelope,
  z.strictObject({
    channel: z.literal('control'),
    payload: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('stop') }),
      // Once in a child's life, where the supervisor has keys for it: never by environment or argument, which others see.
      z.strictObject({ type: z.literal('keys'), seeds: z.record(z.string(), seed) }),
      z.discriminatedUnion('state', [
        z.strictObject({ type: z.literal('peer'), state: z.literal('up'), link: z.int().min(1) }),
        z.strictObject({ type: z.literal('peer'), state: z.literal('down') }),
      ]),
    ]),
  }),
]);

/** What a child sends. */
export type ChildEnvelope = z.infer<typeof childEnvelopeSchema>;
/** What a child receives. */
export type ParentEnvelope = z.infer<typeof parentEnvelopeSchema>;
/** What a child says of itself when it can do its work: addresses, never secrets. */
export type ReadyPayload = Record<string, unknown>;
