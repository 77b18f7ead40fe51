import type { Configuration } from './identity/configuration.ts';
import type { Calendar } from './policy/calendar.ts';
import type { Catalogue } from './policy/catalogue.ts';
import type { PolicyPack } from './policy/pack.ts';
import { resolveCalendar, resolveCatalogue, resolvePolicy } from './policy/resolve.ts';

/** The rules in force at this window, from its configuration and what is built in. */
export interface Rules {
  pack: PolicyPack;
  catalogue: Catalogue;
  calendar: Calendar;
  /** Where a built-in document of another version stands in; for the technician. */
  warnings: { code: string; text: string }[];
}

/**
 * @param policyId in trial mode another built-in pack may be chosen (`demo --policy`); null everywhere else
 * @throws PolicyError where a document is unknown or at fault
 */
export function rulesOf(configuration: Configuration, policyId: string | null = null): Rules {
  const wanted = policyId === null ? configuration.policy : { id: policyId, version: configuration.policy.version };
  const pack = resolvePolicy(wanted);
  const catalogue = resolveCatalogue(configuration.catalogue);
  const differs = (what: string, named: string, used: string) => ({
    code: `${what}_version_differs`,
    text: `The centre names ${what} version ${named}; this device has ${used} and uses it.`,
  });
  return {
    pack: pack.value,
    catalogue: catalogue.value,
    calendar: resolveCalendar(configuration.calendar),
    warnings: [
      ...(pack.exact ? [] : [differs('policy', wanted.version, pack.value.version)]),
      ...(catalogue.exact ? [] : [differs('catalogue', configuration.catalogue.version, catalogue.value.version)]),
    ],
  };
}
