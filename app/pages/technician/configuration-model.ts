import { signal } from '@preact/signals';
import type { Clock } from '../../../device/clock.ts';
import type { SettingInForce } from '../../../device/identity/settings-catalogue.ts';
import type { ConfigurationAnswer, ConfigurationView } from '../../server/technician/configuration.ts';
import type { Answer, request } from '../shared/post.ts';
import { answerText } from './answer-text.ts';
import { settingWord, w, wordOf } from './words.ts';

const LOOK_EVERY_MS = 5000;
/** The status comes first: it is what the page is opened for. */
const FIRST_LOOK_MS = 700;

/** What was asked of a file last. */
export interface Judged {
  path: string;
  answer: ConfigurationAnswer;
  isApplied: boolean;
}

export type ConfigurationModel = ReturnType<typeof createConfiguration>;

/** The configuration in force, and one brought on a stick: judged first, used by a second press. */
export function createConfiguration(ask: typeof request, clock: Clock) {
  const view = signal<ConfigurationView | null>(null);
  const judged = signal<Judged | null>(null);
  const failure = signal<string | null>(null);

  async function look(): Promise<void> {
    const answer = await ask('GET', '/technician/configuration');
    view.value = answer.ok ? (answer.body as ConfigurationView) : null;
  }

  async function keepLooking(): Promise<void> {
    await look();
    clock.setTimer(LOOK_EVERY_MS, () => void keepLooking());
  }

  function take(path: string, answer: Answer, isApplied: boolean): void {
    failure.value = answer.ok ? null : w('configuration.failed', { message: answerText(answer) });
    judged.value = answer.ok ? { path, answer: answer.body as ConfigurationAnswer, isApplied } : null;
  }

  async function check(path: string): Promise<void> {
    take(path, await ask('POST', '/technician/configuration/check', { source: { path } }), false);
  }

  /** Only the document that was looked at. */
  async function apply({ path, answer }: Judged): Promise<void> {
    const order = { source: { path }, sha256: answer.sha256 };
    take(path, await ask('POST', '/technician/configuration/apply', order), true);
    await look();
  }

  clock.setTimer(FIRST_LOOK_MS, () => void keepLooking());
  return { view, judged, failure, check, apply };
}

/** What came of a file, in one sentence. */
export function judgedText({ answer, isApplied }: Judged): string {
  const { verdict, version, presentVersion, refusal } = answer;
  if (refusal !== null)
    return w('configuration.refused', { why: answerText({ code: refusal.code, detail: refusal.message }) });
  if (verdict === 'same') return w('configuration.same');
  if (isApplied) return w('configuration.applied', { version: version ?? '' });
  return w('configuration.changes', { present: presentVersion, version: version ?? '' });
}

const VALUES: Readonly<Record<string, () => string>> = {
  true: () => w('configuration.yes'),
  false: () => w('configuration.no'),
  '(secret)': () => w('configuration.secret'),
  '(long)': () => w('configuration.long'),
};

/** A value that came as JSON; text without its quotes. */
export function valueText(json: string | null): string {
  if (json === null) return w('configuration.empty');
  const entries = /^\((\d+) entries\)$/.exec(json)?.[1];
  if (entries !== undefined) return w('configuration.entries', { entries });
  return VALUES[json]?.() ?? (json.startsWith('"') ? (JSON.parse(json) as string) : json);
}

/** What is allowed, in the page's words. */
export function rangeText({ path, limits, range, unit }: SettingInForce): string {
  const { kind, min, max, choices } = limits;
  const suffix = unit === null ? '' : ` ${unit}`;
  if (kind === 'choice') return `${choices.map((choice) => valueText(choice)).join(' / ')}${suffix}`;
  if (kind === 'described') return settingWord(`${path}:range`) ?? range;
  return `${wordOf(`range.${kind}`, { min: min ?? 0, max: max ?? '∞' }) ?? range}${suffix}`;
}
