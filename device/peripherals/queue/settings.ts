import { z } from 'zod';

/** The queue system (排队叫号) that calls citizens to this window, as the signed configuration names it. */
export const queueSettingsSchema = z.strictObject({
  /** UDP port that it sends to. */
  port: z.int().min(1024).max(65_535).meta({ title: 'UDP port of the queue system' }).default(8001),
  /** Address of this device that it is heard on; a hall with two networks names one. */
  host: z
    .union([z.ipv4(), z.ipv6()])
    .meta({ title: 'Own address that it is heard on', description: 'IPv4 or IPv6' })
    .default('0.0.0.0'),
  /** Addresses that it speaks from. Anybody in the hall can send a datagram; those of others are dropped and counted. */
  from: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .max(16)
    .meta({ title: 'Addresses that it speaks from', description: '1 to 16 of IPv4 or IPv6' }),
  /**
   * What opens a visit: the call, or only the request to rate. After a call nobody may come, and a visit for nobody
   * would count as one that staff did not invite.
   */
  opensAt: z.enum(['call', 'apprise']).meta({ title: 'What opens a visit' }).default('apprise'),
});
export type QueueSettings = z.infer<typeof queueSettingsSchema>;
