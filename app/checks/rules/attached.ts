import type { PeripheralStatus } from '../../../device/peripherals/hub.ts';
import { TESTS, type TestName } from '../../../device/test-log.ts';
import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';
import { minuteText } from '../time-text.ts';

/** A reader is closed until somebody asks for a card; that is as it should be. */
const AS_IT_SHOULD_BE: ReadonlySet<PeripheralStatus['state']> = new Set(['ready', 'closed']);

/** The screen rates without any of them, so that a device which is gone is a warning and a wrong setting a fault. */
export function peripheralRule({ peripherals }: Facts): Finding[] {
  if (peripherals === undefined) return [];
  if (peripherals.length === 0) return [pass('peripheral', 'none')];
  return peripherals.map(({ family, path, state, hint, counters }) => {
    const counted = Object.fromEntries(Object.entries(counters).map(([name, count]) => [`count:${name}`, count]));
    const fill = { path: path ?? '–', hint: hint ?? '', ...counted };
    const id = `peripheral:${family}`;
    if (state === 'failed') return fail(id, 'failed', fill);
    if (!AS_IT_SHOULD_BE.has(state)) return warn(id, state, fill);
    return hint === null ? pass(id, state, fill) : warn(id, 'hint', fill);
  });
}

export function soundRule({ voice }: Facts): Finding[] {
  if (voice === undefined) return [];
  const { volumePercent, packs, faults } = voice;
  if (faults.length > 0) return [warn('sound', 'pack_refused', { faults: faults.join('; '), packs })];
  if (packs === 0) return [pass('sound', 'no_pack')];
  return [pass('sound', volumePercent === 0 ? 'silent_now' : 'on', { volume: volumePercent, packs })];
}

/** Only a person can say whether a touch or a colour is right; what was said stays with its date. */
const ASKED: readonly TestName[] = ['touch', 'colours', 'sound'];

export function testRule({ tests }: Facts): Finding[] {
  if (tests === undefined) return [];
  return TESTS.flatMap((name) => {
    const last = tests[name];
    if (last === undefined) return ASKED.includes(name) ? [pass(`test:${name}`, 'never')] : [];
    const fill = { at: minuteText(last.at) };
    return [last.passed ? pass(`test:${name}`, 'passed', fill) : fail(`test:${name}`, 'failed', fill)];
  });
}

/** So long a window that was brought back is worth a look. */
const RECENT_MS = 24 * 3_600_000;
/** Where to look, by what was brought back; whatever else is the window. */
const PLACES: Readonly<Record<string, string>> = {
  'gpu-gone': 'graphics',
  'appliance-ended': 'process',
  'agent-ended': 'process',
};

/** Whether people see the page, by the frames that it paints. */
export function windowRule({ window, nowMs }: Facts): Finding[] {
  if (window === undefined) return [];
  const { frames, recovered, last } = window;
  const fill = { recovered };
  if (frames === 'unseen') return [pass('window', 'unseen', fill)];
  if (frames === 'dark') return [warn('window', 'dark', fill)];
  if (frames !== 'painted') return [fail('window', frames, fill)];
  if (last === null || nowMs - last.at > RECENT_MS) return [pass('window', 'painted', fill)];
  const code = PLACES[last.reason] ?? 'window';
  return [warn('window', code, { ...fill, reason: last.reason, at: minuteText(last.at) })];
}
