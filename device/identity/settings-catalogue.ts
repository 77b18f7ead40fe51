import { z } from 'zod';
import { configurationSchema } from './configuration.ts';

/**
 * Every setting of a schema, as a person reads of it: one source checks a value, lists it in the manual and names it on
 * the page. Pure.
 */

export interface Setting {
  /** Like `settings.hours[].from`; `<key>` stands for a name that the configuration chooses. */
  path: string;
  /** In English; the page's own words are in assets/technician. */
  title: string;
  unit: string | null;
  /** What is allowed, for whoever puts it into words. */
  limits: Limits;
  /** The same in English. */
  range: string;
  /** As JSON; null where it may be left out and means nothing then, or must be given. */
  default: string | null;
  /** Must be there where what it belongs to is there. */
  required: boolean;
  /** Takes effect at the next start only. */
  restart: boolean;
  /** Its value is shown nowhere. */
  secret: boolean;
}

export interface Limits {
  /** `described`: the checks cannot be read from the schema, `range` says what they are. */
  kind: 'described' | 'choice' | 'number' | 'text' | 'list' | 'table';
  /** Of a number, of the characters of a text, of the entries of a list. */
  min: number | null;
  max: number | null;
  /** Of a choice. */
  choices: readonly string[];
}

/** As zod writes a schema of its own; `meta` comes along with it. */
type Node = z.core.JSONSchema.JSONSchema;

interface Place {
  path: string;
  /** What a default further out says for this place. */
  given: unknown;
  required: boolean;
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const limits = (kind: Limits['kind'], min?: number, max?: number, choices: readonly string[] = []): Limits => ({
  kind,
  min: min ?? null,
  max: max ?? null,
  choices,
});

/** Of plain values that the schema names one by one; null where it does not. */
function choicesOf(json: Node): string[] | null {
  if (json.enum !== undefined) return json.enum.map(String);
  if (json.const !== undefined) return [String(json.const)];
  const each = json.anyOf?.map((one) => choicesOf(one as Node));
  return each?.every((choices) => choices !== null) === true ? each.flat() : null;
}

/** What the checks of a place allow. */
function limitsOf(json: Node): Limits {
  if (json.description !== undefined) return limits('described');
  const choices = json.type === 'boolean' ? ['true', 'false'] : choicesOf(json);
  if (choices !== null) return limits('choice', undefined, undefined, choices);
  switch (json.type) {
    case 'integer':
    case 'number':
      return limits('number', json.minimum, json.maximum);
    case 'array':
      return limits('list', json.minItems, json.maxItems);
    case 'object':
      return limits('table');
    default:
      return limits('text', json.minLength, json.maxLength);
  }
}

const COUNTED: Partial<Record<Limits['kind'], string>> = { text: ' characters', list: ' entries' };

function rangeOf({ kind, min, max, choices }: Limits): string {
  if (kind === 'choice') return choices.join(', ');
  if (kind === 'table') return 'entries by name';
  const counted = COUNTED[kind] ?? '';
  if (min === null) return max === null ? `any${counted}` : `at most ${max}${counted}`;
  return `${min} ${max === null ? 'or more' : `to ${max}`}${counted}`;
}

function settingAt(json: Node, { path, given, required }: Place): Setting {
  const preset = given ?? json.default;
  const allowed = limitsOf(json);
  return {
    path,
    title: json.title ?? '',
    unit: textOr(json.unit),
    limits: allowed,
    range: json.description ?? rangeOf(allowed),
    default: preset === undefined ? null : JSON.stringify(preset),
    required: required && preset === undefined,
    restart: json.restart === true,
    secret: json.secret === true,
  };
}

/** A place with members is listed itself only where it is a list or a table. */
function settingsAt(json: Node, place: Place): Setting[] {
  if (json.type === 'object' && json.properties !== undefined && Object.keys(json.properties).length > 0) {
    return membersOf(json, place);
  }
  const itself = [settingAt(json, place)];
  const inside = json.type === 'array' ? json.items : json.additionalProperties;
  if (!isPlain(inside) || Object.keys(inside).length === 0) return itself;
  const below = inside as Node;
  const path = `${place.path}${json.type === 'array' ? '[]' : '.<key>'}`;
  const isOne = json.type === 'array' && below.properties === undefined;
  return isOne ? itself : [...itself, ...settingsAt(below, { path, given: undefined, required: true })];
}

function membersOf(json: Node, { path, given }: Place): Setting[] {
  const preset = given ?? json.default;
  return Object.entries(json.properties ?? {}).flatMap(([name, member]) =>
    settingsAt(member as Node, {
      path: path === '' ? name : `${path}.${name}`,
      given: isPlain(preset) ? preset[name] : undefined,
      required: json.required?.includes(name) ?? false,
    }),
  );
}

/** Every setting of a schema in its order; a schema of objects, lists, tables and plain values. */
export function settingsOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Setting[] {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return settingsAt(json, { path: '', given: undefined, required: true });
}

const isPart = (path: string) => path.includes('[]') || path.includes('<key>');

/** One setting and what a document says of it. */
export interface SettingInForce extends Setting {
  /**
   * As JSON; null where nothing is said. `(secret)`, `(long)` and, of a list with a secret in its entries, `(2 entries)`
   * stand for what is not for reading.
   */
  value: string | null;
}

/** Longer than this nobody reads it in a table. */
export const READABLE_CHARS = 120;

/** Every setting that stands alone, with its value in a document; lists and tables as a whole. */
export function settingsInForce(document: unknown, settings: readonly Setting[] = SETTINGS): SettingInForce[] {
  const secrets = settings.filter(({ secret }) => secret).map(({ path }) => path);
  return settings
    .filter(({ path }) => !isPart(path))
    .map((setting) => {
      const value = setting.path
        .split('.')
        .reduce<unknown>((at, name) => (isPlain(at) ? at[name] : undefined), document);
      const holdsSecret = secrets.some((path) => path.startsWith(`${setting.path}[]`));
      return { ...setting, value: value === undefined ? null : shownValue(value, setting.secret, holdsSecret) };
    });
}

function shownValue(value: unknown, isSecret: boolean, holdsSecret: boolean): string {
  if (isSecret) return '(secret)';
  if (holdsSecret) return `(${Array.isArray(value) ? value.length : 0} entries)`;
  const text = JSON.stringify(value);
  return text.length > READABLE_CHARS ? '(long)' : text;
}

/** Every setting of the signed configuration. */
export const SETTINGS: readonly Setting[] = settingsOf(configurationSchema);
