import { expect, it } from 'vitest';
import { VirtualClock } from '../../../device/testing/virtual-clock.ts';
import type { CitizenCommand } from '../../../device/visit/views.ts';
import { reasons as sample, VISIT_ID } from '../../../test/support/page-samples.ts';
import { createDraft } from './draft.ts';

const REVISE_REST_MS = 300;

const reasons = { ...sample, tags: [] as string[] };

function drafting() {
  const clock = new VirtualClock();
  const sent: CitizenCommand[] = [];
  const answer = { kept: true };
  const draft = createDraft(
    reasons,
    clock,
    () => 'zh-CN',
    async (command) => {
      sent.push(command);
      return { kept: answer.kept, code: null };
    },
  );
  return { clock, sent, answer, draft };
}

const revise = (level: number, tags: string[], comment: string) => {
  return { type: 'revise', visitId: VISIT_ID, level, tags, comment, language: 'zh-CN' };
};

it('wants a reason or 不说明原因 only where the policy insists, and one excludes the other', async () => {
  const { clock, sent, draft } = drafting();
  const required = { ...reasons, reasonAsked: 'required' } as const;
  expect([reasons, { ...reasons, reasonAsked: 'guided' } as const].map(draft.lacksReason)).toEqual([false, false]);
  expect(draft.lacksReason(required)).toBe(true);
  draft.withhold();
  expect(draft.lacksReason(required)).toBe(false);
  draft.toggle('207');
  expect([draft.withheld.value, draft.lacksReason(required)]).toEqual([false, false]);
  draft.withhold();
  expect([draft.withheld.value, draft.tags.value]).toEqual([true, []]);
  draft.withhold();
  draft.write(' ');
  expect(draft.lacksReason(required)).toBe(true);
  draft.write('慢');
  expect(draft.lacksReason(required)).toBe(false);
  draft.withhold();
  draft.accept({ ...required, level: 1 });
  expect(draft.withheld.value).toBe(false);
  await clock.advance(REVISE_REST_MS);
  expect(sent.at(-1)).toEqual(revise(1, [], '慢'));
});

it('sends one revision 300 ms after the last touch', async () => {
  const { clock, sent, draft } = drafting();
  draft.toggle('207');
  await clock.advance(REVISE_REST_MS - 1);
  draft.toggle('208');
  draft.write('慢');
  draft.toggle('207');
  await clock.advance(REVISE_REST_MS - 1);
  expect(sent).toEqual([]);
  await clock.advance(1);
  expect(sent).toEqual([revise(2, ['208'], '慢')]);
});

it('sends another grade at once, without the tags of the old one', async () => {
  const { clock, sent, draft } = drafting();
  draft.toggle('207');
  draft.write('慢');
  await draft.choose(1);
  await clock.advance(10_000);
  expect(sent).toEqual([revise(1, [], '慢')]);
});

it('takes the grade and its tags from the server, and keeps what is being written', () => {
  const { draft } = drafting();
  draft.toggle('207');
  draft.write('慢');
  draft.accept({ ...reasons, level: 1, tags: ['108'], comment: '' });
  expect([draft.tags.value, draft.comment.value]).toEqual([['108'], '慢']);
});

it('lets no echo undo a touch that is not kept yet', async () => {
  const { clock, draft } = drafting();
  draft.toggle('207');
  await clock.advance(REVISE_REST_MS);
  draft.toggle('208');
  draft.accept({ ...reasons, tags: ['207'] });
  expect(draft.tags.value).toEqual(['207', '208']);
});

it('flushes what a refusal left behind, and nothing when all is kept', async () => {
  const { clock, sent, answer, draft } = drafting();
  answer.kept = false;
  draft.write('慢');
  await clock.advance(REVISE_REST_MS);
  answer.kept = true;
  expect([await draft.flush(), await draft.flush(), sent.length]).toEqual([true, true, 2]);
});

it('is silent after its end', async () => {
  const { clock, sent, draft } = drafting();
  draft.write('慢');
  draft.dispose();
  await clock.advance(10_000);
  expect(sent).toEqual([]);
});
