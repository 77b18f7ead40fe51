import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Static and dynamic imports of a path; type-only ones too, which costs a few kilobytes and no mistake. */
const IMPORTS = /(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;

function importsOf(file: string): string[] {
  if (!/\.(ts|mjs)$/.test(file)) return [];
  return [...readFileSync(file, 'utf8').matchAll(IMPORTS)].map(([, path]) => join(dirname(file), path ?? ''));
}

/**
 * Every source that can be reached from the given entries by relative imports: what is shipped is what runs, so tests,
 * fixtures and page sources stay behind without a list that somebody would have to keep.
 * @param root the checkout
 * @param entries paths below it, with `/`
 * @returns paths below `root`, sorted
 * @throws Error that names an import of a file that does not exist
 */
export function sourceClosure(root: string, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const todo = entries.map((entry) => join(root, entry));
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (found.has(file)) continue;
    if (!existsSync(file)) throw new Error(`${relative(root, file)} is imported and does not exist`);
    found.add(file);
    todo.push(...importsOf(file));
  }
  return [...found].map((file) => relative(root, file)).sort();
}
