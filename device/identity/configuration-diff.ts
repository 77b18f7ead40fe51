import type { Configuration } from './configuration.ts';
import { READABLE_CHARS, SETTINGS, type Setting } from './settings-catalogue.ts';

/** What one configuration says otherwise than another, setting by setting, for whoever decides about it. Pure. */

export interface Change {
  /** Like `settings.hours` or `staff[S-1].post`: members of a list by their id or code. */
  path: string;
  /** Of the setting in the list of all, like `staff[].post`. */
  setting: string;
  title: string;
  /** As JSON; null where it is not there; `(secret)` or `(long)` where it is not for reading. */
  before: string | null;
  after: string | null;
  restart: boolean;
}

interface Leaf {
  setting: string;
  json: string;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What names a member of a list, whatever its place in it. */
function nameOf(member: unknown): string | null {
  if (!isTable(member)) return null;
  const name = member.id ?? member.code;
  return typeof name === 'string' ? name : null;
}

const BY_PATH: ReadonlyMap<string, Setting> = new Map(SETTINGS.map((setting) => [setting.path, setting]));

/** Every plain value of a document by its path. */
function leavesOf(value: unknown, path: string, setting: string, leaves: Map<string, Leaf>): Map<string, Leaf> {
  const known = BY_PATH.get(setting);
  if (Array.isArray(value) && value.length > 0 && value.every((member) => nameOf(member) !== null)) {
    for (const member of value) leavesOf(member, `${path}[${nameOf(member)}]`, `${setting}[]`, leaves);
  } else if (isTable(value) && (known === undefined || BY_PATH.has(`${setting}.<key>`))) {
    for (const [name, member] of Object.entries(value)) {
      const below = known === undefined ? name : '<key>';
      leavesOf(member, join(path, name), join(setting, below), leaves);
    }
  } else if (value !== undefined) {
    leaves.set(path, { setting, json: JSON.stringify(value) });
  }
  return leaves;
}

const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`);

function shown(leaf: Leaf | undefined, isSecret: boolean): string | null {
  if (leaf === undefined) return null;
  if (isSecret) return '(secret)';
  return leaf.json.length > READABLE_CHARS ? '(long)' : leaf.json;
}

/**
 * @returns in the order of the newer document, with what it no longer has at the end; empty where both say the same
 */
export function diffConfigurations(before: Configuration, after: Configuration): Change[] {
  const old = leavesOf(before, '', '', new Map());
  const fresh = leavesOf(after, '', '', new Map());
  const paths = [...fresh.keys(), ...[...old.keys()].filter((path) => !fresh.has(path))];
  return paths
    .filter((path) => old.get(path)?.json !== fresh.get(path)?.json)
    .map((path) => changeOf(path, old.get(path), fresh.get(path)));
}

function changeOf(path: string, before: Leaf | undefined, after: Leaf | undefined): Change {
  const setting = (after ?? before)?.setting ?? path;
  const { title = path, restart = false, secret = false } = BY_PATH.get(setting) ?? {};
  return { path, setting, title, before: shown(before, secret), after: shown(after, secret), restart };
}
