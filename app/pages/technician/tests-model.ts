import { signal } from '@preact/signals';
import type { PrintedForm } from '../../../device/attached/paper-forms.ts';
import type { CardTest } from '../../../device/attached/technician-tests.ts';
import type { DocumentOutcome } from '../../../device/peripherals/printer/printer-family.ts';
import type { Answer, request } from '../shared/post.ts';
import type { Said } from '../shared/voice-player.ts';
import { answerText } from './answer-text.ts';
import { hintText } from './check-words.ts';
import { w, wordOf } from './words.ts';

export type TestName = 'card' | 'print' | 'form' | 'sound';

export type TestsModel = ReturnType<typeof createTests>;

/** What a card test found, in words: never who it was. */
function cardText(found: CardTest): string {
  if (found.outcome !== 'read') {
    const hint = found.outcome === 'no_card' ? found.hint : null;
    const advice = hint === null ? null : hintText(hint);
    return [wordOf(`tests.card.${found.outcome}`) ?? found.outcome, advice].filter((part) => part !== null).join(' ');
  }
  return w('tests.card.read', {
    kind: wordOf(`tests.card.kind.${found.kind}`) ?? found.kind,
    chars: found.numberChars,
    digit: wordOf(`tests.card.digit.${found.checkDigit}`) ?? found.checkDigit,
  });
}

function printText(outcome: DocumentOutcome): string {
  if (outcome.outcome === 'printed') return w(outcome.paperLow ? 'tests.print.paperLow' : 'tests.print.printed');
  return wordOf(`tests.print.${outcome.outcome}`) ?? `${outcome.outcome}: ${hintText(outcome.hint)}`;
}

/** The tests of readers, printers and sound, one at a time. */
export function createTests(ask: typeof request, play: () => Promise<Said>) {
  const running = signal<TestName | null>(null);
  const result = signal<string | null>(null);

  const textOf = (answer: Answer, words: (body: unknown) => string) =>
    answer.ok ? words(answer.body) : w('tests.failed', { message: answerText(answer) });

  const tests: Record<TestName, () => Promise<string>> = {
    card: async () => textOf(await ask('POST', '/technician/tests/card', {}), (body) => cardText(body as CardTest)),
    print: async () =>
      textOf(await ask('POST', '/technician/tests/print', {}), (body) => printText(body as DocumentOutcome)),
    form: async () =>
      textOf(await ask('POST', '/technician/paper-form', {}), (body) => {
        const { form, outcome } = body as PrintedForm;
        return `${w('tests.form.number', { form })} ${printText(outcome)}`;
      }),
    sound: async () => {
      const said = await play();
      await ask('POST', '/technician/tests/sound', { said });
      return w(`tests.sound.${said}`);
    },
  };

  async function run(name: TestName): Promise<void> {
    if (running.value !== null) return;
    running.value = name;
    result.value = w(`tests.${name}.running`);
    result.value = await tests[name]();
    running.value = null;
  }

  /** A scan of a keyboard-like scanner: how long it was, not what it said. */
  function scanned(text: string): void {
    result.value = w('tests.wedge', { chars: Array.from(text).length });
  }

  return { running, result, run, scanned };
}
