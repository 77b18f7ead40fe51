import type { Facts } from '../facts.ts';
import { type Finding, fail, pass, warn } from '../finding.ts';

/** Who this device is, and what it may do. */
export function identityRule({ identity }: Facts): Finding[] {
  if (identity === undefined) return [];
  if (identity === null) return [warn('identity', 'none')];
  if ('fault' in identity) return [fail('identity', 'unusable', { ...identity })];
  const { keptIn, inFile, lacksKeyring = false, ...fill } = identity;
  if (inFile !== null) return [warn('identity', 'in_file', { ...fill, why: inFile })];
  return [pass('identity', keptIn === 'file' && lacksKeyring ? 'no_keyring' : keptIn, fill)];
}

export function configurationRule({ configuration }: Facts): Finding[] {
  if (configuration === undefined) return [];
  if (configuration === null) return [warn('configuration', 'none')];
  if ('fault' in configuration) return [fail('configuration', 'unusable', { ...configuration })];
  const { policy, ...known } = configuration;
  return [pass('configuration', 'in_force', { ...known, policy: policy ?? '–' })];
}

/** Warnings that another line says already, and better. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set([
  'disk_low',
  'disk_full',
  'canary_lost',
  'ledger_behind_centre',
  'ledger_forked',
  'records_lost',
]);

export function noteRule({ warnings = [] }: Facts): Finding[] {
  return warnings
    .filter(({ code }) => !SAID_ELSEWHERE.has(code))
    .map(({ code, text }, index) => warn(`note:${code}${index === 0 ? '' : ` ${index}`}`, 'said', { code, text }));
}
