import { describe, expect, test } from 'vitest';
import type { Level } from '../ledger/record.ts';
import { builtinPacks } from './builtin.ts';
import { bucketOf, gradeOf } from './grades.ts';
import { type PolicyPack, policyPackSchema } from './pack.ts';

const packOf = (id: string): PolicyPack => {
  const pack = builtinPacks.get(id);
  if (pack === undefined) throw new Error(`no pack ${id}`);
  return pack;
};
const neimenggu = packOf('neimenggu-2022');
const forestry = packOf('forestry-draft');

/** Read off the two texts by hand; 内蒙古 第十四条, 林草 第五条. */
describe.each([
  ['neimenggu-2022', ['good', 'good', 'neutral', 'bad', 'bad'], '第十四条'],
  ['forestry-draft', ['good', 'good', 'good', 'bad', 'bad'], '第五条'],
] as const)('grades of %s', (id, buckets, article) => {
  const levels = [5, 4, 3, 2, 1] as const;
  test.each(levels.map((level, index) => [level, buckets[index]] as const))('level %i is %s', (level, bucket) => {
    expect(bucketOf(packOf(id), level)).toBe(bucket);
    expect(gradeOf(packOf(id), level).article).toBe(article);
  });

  test('the five legal labels stand unchanged', () => {
    const labels = levels.map((level) => gradeOf(packOf(id), level).label);
    expect(labels).toEqual(['非常满意', '满意', '基本满意', '不满意', '非常不满意']);
  });
});

test('内蒙古: what the text says, and null where it does not', () => {
  expect(neimenggu.defaultRating).toEqual({
    level: 4,
    count: 7,
    unit: 'natural_day',
    startsAt: 'served',
    article: '第十四条',
  });
  expect(neimenggu.contact).toMatchObject({ count: 2, unit: 'working_day', startsAt: 'rated' });
  expect(neimenggu.appeal).toMatchObject({ count: 5, unit: 'working_day', article: '第十六条' });
  expect(neimenggu.unifiedPage).toEqual({ value: true, article: '第十一条' });
  expect(neimenggu.bucketLabels).toEqual({ good: '好评', neutral: '中评', bad: '差评' });
  const { reminder, reporting, assess, verify, rectify, badRatingReason, rerating } = neimenggu;
  expect([reminder, reporting, assess, verify, rectify, badRatingReason, rerating]).toEqual(Array(7).fill(null));
});

test('林草: what the text says, and null where it does not', () => {
  expect(forestry.defaultRating).toEqual({
    level: 3,
    count: 5,
    unit: 'working_day',
    startsAt: 'closed',
    article: '第十五条',
  });
  expect(forestry.reminder).toEqual({ count: 24, unit: 'hour', startsAt: 'closed', article: '第六条' });
  expect(forestry.reporting).toMatchObject({ count: 5, unit: 'working_day', article: '第十六条' });
  expect(forestry.assess).toMatchObject({ count: 3, unit: 'working_day', article: '第九条' });
  expect(forestry.verify).toMatchObject({ count: 3, startsAt: 'slip_received', article: '第十一条' });
  expect(forestry.rectify).toMatchObject({ count: 5, complexCount: 15, startsAt: 'slip_received' });
  expect(forestry.badRatingReason).toEqual({ value: 'guided', article: '第六条' });
  expect(forestry.rerating).toEqual({ value: 'last_counts', article: '第十三条' });
  expect(forestry.bucketLabels.neutral).toBeNull();
  expect([forestry.contact, forestry.unifiedPage]).toEqual([null, null]);
});

test.each([neimenggu, forestry])(
  '$id: real names come from the case, so nothing is collected at the device',
  (pack) => {
    expect(pack.raterIdentity.realName.value).toBe(true);
    expect(pack.raterIdentity.by).toEqual({ value: 'case', article: null });
  },
);

describe('a pack at fault is refused and the field is named', () => {
  const grade = (level: Level) => gradeOf(neimenggu, level);
  test.each<[string, string, unknown]>([
    ['an unknown key', '', { ...neimenggu, remider: null }],
    ['no id', 'id', { ...neimenggu, id: undefined }],
    ['an id with spaces', 'id', { ...neimenggu, id: 'nei menggu' }],
    ['four grades', 'grades', { ...neimenggu, grades: neimenggu.grades.slice(0, 4) }],
    ['a grade twice', 'grades', { ...neimenggu, grades: [5, 4, 3, 2, 2].map((level) => grade(level as Level)) }],
    ['grades upside down', 'grades', { ...neimenggu, grades: [...neimenggu.grades].reverse() }],
    ['equal labels', 'grades', { ...neimenggu, grades: neimenggu.grades.map((g) => ({ ...g, label: '满意' })) }],
    ['an unknown bucket', 'grades.0.bucket', { ...neimenggu, grades: [{ ...grade(5), bucket: 'best' }] }],
    ['level 6', 'defaultRating.level', { ...neimenggu, defaultRating: { ...neimenggu.defaultRating, level: 6 } }],
    ['no days', 'defaultRating.count', { ...neimenggu, defaultRating: { ...neimenggu.defaultRating, count: 0 } }],
    ['half a day', 'contact.count', { ...neimenggu, contact: { ...neimenggu.contact, count: 1.5 } }],
    ['hours as days', 'contact.unit', { ...neimenggu, contact: { ...neimenggu.contact, unit: 'hour' } }],
    ['no article', 'contact.article', { ...neimenggu, contact: { ...neimenggu.contact, article: undefined } }],
    ['a period left out', 'rectify', { ...neimenggu, rectify: undefined }],
    ['a bucket without a label', 'bucketLabels.neutral', { ...neimenggu, bucketLabels: forestry.bucketLabels }],
    ['text', '', 'neimenggu-2022'],
  ])('given %s', (_name, path, document) => {
    const parsed = policyPackSchema.safeParse(document);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
