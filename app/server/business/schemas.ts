import { z } from 'zod';
import { caseNoSchema, serviceNoSchema, timeSchema, uuidSchema } from '../../../device/ledger/record.ts';
import { PAUSE_LIMIT_MAX_MINUTES, pauseReasonSchema, skipReasonSchema } from '../staff/reasons.ts';

/** Half of a surrogate pair has no canonical form (RFC 8785), so no record could hold it. */
const text = (maxChars: number) =>
  z
    .string()
    .min(1)
    .max(maxChars)
    .refine((value) => value.isWellFormed(), 'text of whole characters');

const moment = z.union([timeSchema, z.iso.datetime({ offset: true })]);

/** The business API (办件 systems of the hall). Personal data has no field here (design §2.7). */

export const openVisitSchema = z
  .strictObject({
    caseNo: caseNoSchema.describe('办件 number, opaque to the device'),
    serviceNo: serviceNoSchema.default(1).describe('which service within the case, from 1'),
    itemCode: text(64).describe('事项 code'),
    itemName: text(200).describe('事项 name, shown to the citizen'),
    staffId: text(64).describe('id of the person at the window, as in the configuration'),
    servedAt: moment.optional().describe('when the service was given; now, if left out'),
    invite: z.boolean().default(false).describe('open the rating screen at once'),
    reratingOf: uuidSchema
      .optional()
      .describe('追评 after rectification: visitId of the earlier visit, at this window or another'),
  })
  .meta({ id: 'OpenVisit' });

export const visitAnswerSchema = z
  .strictObject({ visitId: uuidSchema, state: z.enum(['open', 'closed']) })
  .meta({ id: 'Visit' });

export const closeVisitSchema = z
  .strictObject({ closedAt: moment.optional().describe('when the case was closed (办结); now, if left out') })
  .meta({ id: 'CloseVisit' });

export const reminderQuery = z.strictObject({
  after: uuidSchema.optional().describe('visitId to go on behind'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const remindersAnswerSchema = z
  .strictObject({
    reminders: z.array(
      z.strictObject({
        visitId: uuidSchema,
        caseNo: caseNoSchema,
        serviceNo: serviceNoSchema,
        dueAt: timeSchema.describe('from when the regulation lets the hall remind'),
        endsAt: timeSchema.describe('when the default rating takes its place'),
      }),
    ),
    more: z.boolean().describe('ask again with `after` set to the last visitId'),
  })
  .meta({ id: 'Reminders' });

export const skipVisitSchema = z.strictObject({ reason: skipReasonSchema }).meta({ id: 'SkipVisit' });

export const pauseWindowSchema = z
  .strictObject({
    reason: pauseReasonSchema,
    limitMinutes: z.int().min(1).max(PAUSE_LIMIT_MAX_MINUTES).default(60),
  })
  .meta({ id: 'PauseWindow' });

export const windowAnswerSchema = z
  .strictObject({ state: z.enum(['idle', 'serving', 'inviting', 'paused']) })
  .meta({ id: 'Window' });

export const visitIdParams = z.strictObject({ id: uuidSchema });

export const idempotencyHeaders = z.looseObject({
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 printable ASCII characters')
    .optional(),
});
