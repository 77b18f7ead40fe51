import { builtinCalendar, builtinCatalogue, builtinPacks } from './builtin.ts';
import { type Calendar, calendarDocumentSchema, extendCalendar } from './calendar.ts';
import { type Catalogue, catalogueSchema } from './catalogue.ts';
import { type PolicyPack, policyPackSchema } from './pack.ts';
import { PolicyError, type PolicyErrorCode, parseDocument } from './policy-error.ts';

/** From what a configuration names (reference-protocol §3) to what the device uses. */

export interface Resolved<Value> {
  value: Value;
  /**
   * False when the configuration names a version of a built-in document that this device does not have. The built-in one
   * is used, because a window without a policy takes no ratings; records name the version really used, and the caller
   * reports the difference.
   */
  exact: boolean;
}

/**
 * The policy pack that a configuration names: its own document, else the built-in pack of that id.
 * @throws PolicyError `policy_unknown` (no such pack, no document), `policy_invalid` (document at fault, path given)
 */
export function resolvePolicy(
  wanted: { id: string; version: string; document?: unknown },
  packs: ReadonlyMap<string, PolicyPack> = builtinPacks,
): Resolved<PolicyPack> {
  if (wanted.document !== undefined) {
    const pack = parseDocument(policyPackSchema, wanted.document, { code: 'policy_invalid', root: 'policy.document' });
    mustEqual('policy_invalid', 'policy.document.id', pack.id, wanted.id);
    mustEqual('policy_invalid', 'policy.document.version', pack.version, wanted.version);
    return { value: pack, exact: true };
  }
  const pack = packs.get(wanted.id);
  if (pack === undefined) {
    const hint = `Name one of ${[...packs.keys()].join(', ')}, or send the pack itself as policy.document.`;
    throw new PolicyError('policy_unknown', 'policy.id', `no policy pack "${wanted.id}" on this device`, hint);
  }
  return { value: pack, exact: pack.version === wanted.version };
}

/**
 * The reason catalogue that a configuration names: its own document, else the built-in one.
 * @throws PolicyError `catalogue_invalid` (document at fault, path given)
 */
export function resolveCatalogue(
  wanted: { version: string; document?: unknown },
  builtin: Catalogue = builtinCatalogue,
): Resolved<Catalogue> {
  if (wanted.document === undefined) return { value: builtin, exact: builtin.version === wanted.version };
  const expected = { code: 'catalogue_invalid', root: 'catalogue.document' } as const;
  const catalogue = parseDocument(catalogueSchema, wanted.document, expected);
  mustEqual('catalogue_invalid', 'catalogue.document.version', catalogue.version, wanted.version);
  return { value: catalogue, exact: true };
}

/**
 * The built-in calendar with a centre's days laid over it.
 * @param document `{ version, days? }` of the configuration
 * @throws PolicyError `calendar_invalid`, path given
 */
export function resolveCalendar(document: unknown, builtin: Calendar = builtinCalendar): Calendar {
  return extendCalendar(
    builtin,
    parseDocument(calendarDocumentSchema, document, { code: 'calendar_invalid', root: 'calendar' }),
  );
}

function mustEqual(code: PolicyErrorCode, path: string, found: string, wanted: string): void {
  if (found === wanted) return;
  const hint = 'Give the document and the configuration the same id and version.';
  throw new PolicyError(code, path, `"${found}", but the configuration says "${wanted}"`, hint);
}
