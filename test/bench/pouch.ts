import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { startChild } from './child.ts';

/**
 * PouchDB replicating to express-pouchdb, for comparison. Both come from a folder that whoever measures names: 225
 * packages and an install script are too much to ask of everybody who tests this product (README.md).
 */

/** What the comparison needs of PouchDB, of which the project has no types. */
export interface Pouch {
  bulkDocs(documents: readonly object[]): Promise<unknown>;
  destroy(): Promise<unknown>;
  replicate: { to(url: string, options: { batch_size: number }): Promise<unknown> };
}

export type PouchClass = {
  new (name: string): Pouch;
  defaults(options: { prefix: string }): PouchClass;
};

const resultSchema = z.object({ ok: z.literal(true), docs_written: z.int(), doc_write_failures: z.literal(0) });

/** @param modulesOf a folder with `node_modules` @throws Error where it lacks the module */
export function requireFrom(modulesOf: string, name: string): unknown {
  return createRequire(join(modulesOf, 'package.json'))(name);
}

/** @param texts records as JSON @returns documents per second of a replication from an empty target to all of them */
export async function replicateOnce(
  modulesOf: string,
  dir: string,
  texts: readonly string[],
  batchSize: number,
): Promise<number> {
  const server = await startChild<{ url: string }>('./pouch-process.ts', [modulesOf, join(dir, 'pouch-target-')]);
  const PouchDB = requireFrom(modulesOf, 'pouchdb') as PouchClass;
  const source = new PouchDB(join(dir, 'pouch-source'));
  try {
    await source.bulkDocs(texts.map((text) => ({ _id: idOf(text), ...(JSON.parse(text) as object) })));
    const startMs = performance.now();
    const result = resultSchema.parse(
      await source.replicate.to(`${server.said.url}/records`, { batch_size: batchSize }),
    );
    const tookMs = performance.now() - startMs;
    if (result.docs_written !== texts.length) throw new Error(`PouchDB wrote ${result.docs_written} documents`);
    return (texts.length * 1000) / tookMs;
  } finally {
    await source.destroy();
    await server.stop();
  }
}

const idOf = (text: string): string => z.object({ id: z.string() }).parse(JSON.parse(text)).id;
