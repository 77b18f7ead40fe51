import answers from '../../../assets/technician/answers.zh-CN.json' with { type: 'json' };
import type { Answer } from '../shared/post.ts';
import { w } from './words.ts';

/** What an answer says that is no success. */
type Refusal = Pick<Extract<Answer, { ok: false }>, 'code' | 'detail'>;

const isKnown = (code: string | undefined): code is keyof typeof answers =>
  code !== undefined && Object.hasOwn(answers, code);

/** The agent's own errors come as one line with the code at its start. */
const codeIn = (detail: string) => /^(\w+): /.exec(detail)?.[1];

/**
 * What happened and what to do, in Chinese; behind it the code, for the telephone. What has no sentence here says that,
 * and its own words; those of a centre are often Chinese.
 */
export function answerText({ code, detail }: Refusal): string {
  const own = detail ?? '';
  const known = [codeIn(own), code].find(isKnown);
  if (known !== undefined)
    return `${answers[known].replace('{detail}', () => own || '–')}${w('answer.code', { code: known })}`;
  if (/\p{Script=Han}/u.test(own)) return `${own}${w('answer.code', { code })}`;
  return `${w('answer.other')}${own === '' ? w('answer.code', { code }) : w('answer.own', { code, own })}`;
}
