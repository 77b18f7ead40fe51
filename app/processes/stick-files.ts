import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the systems that we run on put sticks; each has one folder a stick, some with one a user above. */
export const STICK_ROOTS: readonly string[] = ['/media', '/run/media', '/mnt'];

function entries(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch {
    return []; // not mounted, or not ours to read: then there is nothing to offer
  }
}

function foldersIn(dir: string): string[] {
  return entries(dir).flatMap((entry) => (entry.isDirectory() ? [join(dir, entry.name)] : []));
}

/**
 * Plain files in the top folder of each stick; a link could lead anywhere.
 * @param roots folders in which sticks appear
 * @param name of the files to list
 * @param maxBytes longer ones are left out
 */
export function stickFiles(roots: readonly string[], name: RegExp, maxBytes: number): string[] {
  const sticks = roots.flatMap(foldersIn).flatMap((dir) => [dir, ...foldersIn(dir)]);
  return sticks.flatMap((dir) =>
    entries(dir)
      .filter((entry) => entry.isFile() && name.test(entry.name))
      .map((entry) => join(dir, entry.name))
      .filter((path) => (lstatSync(path, { throwIfNoEntry: false })?.size ?? maxBytes) < maxBytes),
  );
}
