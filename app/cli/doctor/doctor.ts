import type { Finding } from '../../checks/finding.ts';
import { findingsOf } from '../../checks/findings.ts';
import type { CheckWords } from '../../checks/words.ts';
import { wordsOf } from '../../checks/words.ts';
import type { RunningStatus } from '../running-status.ts';
import { type Check, fail } from './check.ts';
import { folderFacts } from './folder-facts.ts';
import { checkFolder } from './machine.ts';
import { checkBrowser, checkPeripherals, checkSerial } from './peripherals.ts';

/** What the running device says of itself. */
export type AskDevice = () => Promise<Told>;
type Told = { kind: 'answers'; status: { checks: readonly Finding[] } } | Exclude<RunningStatus, { kind: 'answers' }>;

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
  const theirs = (told.kind === 'answers' ? told.status.checks : []).filter(
    ({ id }) => !seen.has(id) && !seen.has(id.split(':')[0] ?? id),
  );
  return [
    checkFolder(dir),
    ...(told.kind === 'silent' ? [silence(told.why)] : []),
    ...[...ours, ...theirs].map((finding) => wordsOf(finding, words)),
    await checkSerial(),
    // Of a running device its own word is better: it holds the ports.
    ...(told.kind === 'not_running' ? checkPeripherals(peripherals) : []),
    checkBrowser(),
  ];
}

const silence = (why: string): Check =>
  fail(
    'running device',
    `it holds this folder and does not say how it is: ${why}`,
    'Look into its log (journalctl -u pingjiaqi); where it hangs, restart it: what citizens gave is on the disk.',
  );
