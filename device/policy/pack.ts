import { z } from 'zod';
import { LEVELS, levelSchema } from '../ledger/record.ts';

/**
 * The shape of a policy pack: what one regulation says, as data, each value with its article.
 * `null` means that the regulation does not say.
 */

const article = z.string().min(1).max(64);
const label = z.string().min(1).max(32);

/** 好评 / 中评 / 差评. A regulation may know no neutral ratings. */
const bucketSchema = z.enum(['good', 'neutral', 'bad']);
export type Bucket = z.infer<typeof bucketSchema>;

/**
 * The moment from which a regulation counts.
 * - `served`: 接受服务; `closed`: 办结; `rated`: the citizen's rating
 * - `bad_rating_received`: the unit got the 差评; `slip_received`: the unit got the 差评处理单
 */
const startsAtSchema = z.enum(['served', 'closed', 'rated', 'bad_rating_received', 'slip_received']);
export type StartsAt = z.infer<typeof startsAtSchema>;

const dayCount = z.int().min(1).max(366);
const dayUnit = z.enum(['natural_day', 'working_day']);

/** A number of days; how they are counted is in period.ts. */
const periodSchema = z.object({ count: dayCount, unit: dayUnit });
export type Period = z.infer<typeof periodSchema>;

/** Somebody's legal duty with a period. */
const dutySchema = z.strictObject({
  count: dayCount,
  /** Days where the regulation grants more for complicated matters. */
  complexCount: dayCount.nullable(),
  unit: dayUnit,
  startsAt: startsAtSchema.nullable(),
  article,
});

const gradeSchema = z.strictObject({ level: levelSchema, label, bucket: bucketSchema, article });
export type Grade = z.infer<typeof gradeSchema>;

/** Which grades a regulation knows: all five, best first, each with a label of its own. */
const gradesSchema = z
  .array(gradeSchema)
  .refine((grades) => grades.map((grade) => grade.level).join() === LEVELS.join(), 'the levels 5, 4, 3, 2, 1, in order')
  .refine((grades) => new Set(grades.map((grade) => grade.label)).size === grades.length, 'five different labels');

const raterIdentitySchema = z.strictObject({
  /** 实名制: whether a rating must be attributable to a person. */
  realName: z.strictObject({ value: z.boolean(), article }),
  /**
   * How. `case`: the centre knows the person from the case number, the device collects nothing and `rater` stays null;
   * `device`: the device must seal the rater's identity into the record.
   */
  by: z.strictObject({ value: z.enum(['case', 'device']), article: article.nullable() }),
});

/** The whole pack. Unknown keys are refused: a misspelt rule must not be ignored in silence. */
export const policyPackSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '1 to 64 lower-case letters, digits and hyphens'),
    version: z.string().min(1).max(64),
    title: z.string().min(1).max(200),
    status: z.enum(['in_force', 'draft']),
    issuedOn: z.iso.date().nullable(),
    grades: gradesSchema,
    bucketLabels: z.strictObject({ good: label, neutral: label.nullable(), bad: label }),
    /** 默认评价: the centre's act when nobody rated in time. Its date is the device's deadline, never its own act. */
    defaultRating: z.strictObject({
      level: levelSchema,
      count: dayCount,
      unit: dayUnit,
      startsAt: z.enum(['served', 'closed']),
      article,
    }),
    /** When the hall may remind a citizen who has not rated. */
    reminder: z
      .strictObject({
        count: z.int().min(1).max(720),
        unit: z.literal('hour'),
        startsAt: z.enum(['served', 'closed']),
        article,
      })
      .nullable(),
    /** 汇聚: passing the data on to the platform above. */
    reporting: dutySchema.nullable(),
    /** 沟通: talking to the author of a 差评. */
    contact: dutySchema.nullable(),
    /** 有效性评估和责任界定 of a 差评. */
    assess: dutySchema.nullable(),
    /** 核实 by the responsible unit. */
    verify: dutySchema.nullable(),
    /** 申诉 by the unit or person rated. */
    appeal: dutySchema.nullable(),
    /** 整改. */
    rectify: dutySchema.nullable(),
    raterIdentity: raterIdentitySchema,
    /** Whether a 差评 needs a reason: `required`, or `guided` where staff lead the citizen to one but may not insist. */
    badRatingReason: z.strictObject({ value: z.enum(['required', 'guided']), article }).nullable(),
    /** Whether every channel must call the centre's own rating page. */
    unifiedPage: z.strictObject({ value: z.boolean(), article }).nullable(),
    /** Which rating counts after a second one. */
    rerating: z.strictObject({ value: z.enum(['last_counts', 'first_counts']), article }).nullable(),
  })
  .refine((pack) => pack.bucketLabels.neutral !== null || pack.grades.every((grade) => grade.bucket !== 'neutral'), {
    path: ['bucketLabels', 'neutral'],
    message: 'a label, because a grade is in this bucket',
  });
export type PolicyPack = z.infer<typeof policyPackSchema>;
