import { signal } from '@preact/signals';
import type { Clock, Timer } from '../../../device/clock.ts';
import type { Level } from '../../../device/ledger/record.ts';
import type { CitizenCommand, CitizenView } from '../../../device/visit/views.ts';
import type { Ack } from './link.ts';

export type ReasonsView = Extract<CitizenView, { screen: 'reasons' }>;
type Revise = Extract<CitizenCommand, { type: 'revise' }>;

/** Rest after the last touch or key before a change goes to the appliance, which keeps its own, longer rest. */
const REVISE_REST_MS = 300;

/** What the citizen has entered on the reasons screen of one visit, and its way to the appliance. */
export type ReasonsDraft = ReturnType<typeof createDraft>;

/**
 * Draft of the reasons of `first.visitId`. What was touched here wins over an echo from the server until the server
 * has kept it; the grade is always the server's. `send` must not reject.
 */
export function createDraft(
  first: ReasonsView,
  clock: Clock,
  languageNow: () => string,
  send: (command: CitizenCommand) => Promise<Ack>,
) {
  const { visitId } = first;
  const tags = signal<readonly string[]>(first.tags);
  const comment = signal(first.comment);
  const withheld = signal(false);
  const reminded = signal(false);
  let level = first.level;
  let changes = 0;
  let keptChanges = 0;
  let rest: Timer | null = null;

  function changed(): void {
    changes += 1;
    rest?.cancel();
    rest = clock.setTimer(REVISE_REST_MS, () => void flush());
  }

  async function revise(to: Level, withTags: readonly string[]): Promise<boolean> {
    rest?.cancel();
    rest = null;
    const upTo = changes;
    const command: Revise = {
      type: 'revise',
      visitId,
      level: to,
      tags: [...withTags],
      comment: comment.value,
      language: languageNow(),
    };
    const { kept } = await send(command);
    if (kept) keptChanges = Math.max(keptChanges, upTo);
    return kept;
  }

  /** Sends what is not kept yet; true when nothing is left to send. */
  function flush(): Promise<boolean> {
    return changes === keptChanges ? Promise.resolve(true) : revise(level, tags.value);
  }

  return {
    visitId,
    /** Somebody is at the keys: letters that are no words yet count as much as words. */
    isWriting: false,
    tags,
    comment,
    /** 不说明原因: this screen's alone. What is kept is that there are no tags and no words. */
    withheld,
    /** Somebody pressed 提交 before choosing, where the policy wants a choice. */
    reminded,
    /** True where the policy insists on a reason or on 不说明原因, and there is neither. The grade stands in any case. */
    lacksReason: (view: ReasonsView): boolean =>
      view.reasonAsked === 'required' && tags.value.length === 0 && comment.value.trim() === '' && !withheld.value,
    withhold(): void {
      withheld.value = !withheld.value;
      reminded.value = false;
      if (!withheld.value || tags.value.length === 0) return;
      tags.value = [];
      changed();
    },
    toggle(code: string): void {
      withheld.value = false;
      reminded.value = false;
      tags.value = tags.value.includes(code) ? tags.value.filter((tag) => tag !== code) : [...tags.value, code];
      changed();
    },
    write(text: string): void {
      comment.value = text;
      changed();
    },
    /** Another grade, at once; tags belong to a grade, so they do not move with it. */
    choose: (to: Level): Promise<boolean> => revise(to, []),
    flush,
    /** Says again what is entered: the appliance then waits anew. */
    repeat: (): Promise<boolean> => revise(level, tags.value),
    /** A newer view of the same visit. */
    accept(view: ReasonsView): void {
      const otherLevel = view.level !== level;
      if (otherLevel) withheld.value = reminded.value = false;
      level = view.level;
      const unkept = changes !== keptChanges;
      if (otherLevel || !unkept) tags.value = view.tags;
      if (!unkept) comment.value = view.comment;
    },
    dispose(): void {
      rest?.cancel();
      rest = null;
    },
  };
}
