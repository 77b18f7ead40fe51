import type { Finding } from '../../checks/finding.ts';
import { findingsOf } from '../../checks/findings.ts';
import type { CheckWords } from '../../checks/words.ts';
import { wordsOf } from '../../checks/words.ts';
import type { Check } from './check.ts';
import { folderFacts } from './folder-facts.ts';
import { checkFolder } from './machine.ts';
import { checkBrowser, checkPeripherals, checkSerial } from './peripherals.ts';

/** What the running device says of itself; null where none runs. */
export type AskDevice = () => Promise<readonly Finding[] | null>;

/**
 * All lines of a data folder, in the order of a technician's walk: what can be seen from outside by our own eyes, the
 * rest by the word of the device where it runs. Changes nothing.
 * @param nowMs ms since 1970 as this machine believes
 */
export async function examine(dir: string, nowMs: number, words: CheckWords, askDevice: AskDevice): Promise<Check[]> {
  const { facts, peripherals } = await folderFacts(dir, nowMs);
  const ours = findingsOf(facts);
  const seen = new Set(ours.map(({ id }) => id));
  const told = await askDevice();
  const theirs = (told ?? []).filter(({ id }) => !seen.has(id) && !seen.has(id.split(':')[0] ?? id));
  return [
    checkFolder(dir),
    ...[...ours, ...theirs].map((finding) => wordsOf(finding, words)),
    await checkSerial(),
    // Of a running device its own word is better: it holds the ports.
    ...(told === null ? checkPeripherals(peripherals) : []),
    checkBrowser(),
  ];
}
