import type { Level } from '../ledger/record.ts';
import type { Bucket, Grade, PolicyPack } from './pack.ts';

/** The grade of a level as the pack has it: legal label, bucket, article. */
export function gradeOf(pack: PolicyPack, level: Level): Grade {
  const grade = pack.grades.find((candidate) => candidate.level === level);
  if (grade === undefined)
    throw new TypeError(`policy pack ${pack.id} was not parsed by its schema: no level ${level}`);
  return grade;
}

/** 好评, 中评 or 差评 under this pack. Derived when needed and never stored: regulations disagree about level 3. */
export function bucketOf(pack: PolicyPack, level: Level): Bucket {
  return gradeOf(pack, level).bucket;
}
