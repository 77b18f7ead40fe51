import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PAGES_DIR, ROOT } from '../../app/processes/settings.ts';
import ensureBrowser from '../support/ensure-browser.ts';
import { benchAppend } from './append.ts';
import { benchBacklog } from './backlog.ts';
import { benchColdStart } from './cold-start.ts';
import { benchDrain } from './drain.ts';
import { benchIdle } from './idle.ts';
import { benchPad } from './pad.ts';
import { benchPage } from './page.ts';
import { benchPending } from './pending.ts';
import { type Product, startProduct } from './product.ts';
import { isMet, type Row, tableOf } from './row.ts';
import { benchSignatures } from './signatures.ts';
import { benchTap } from './tap.ts';

/** `npm run bench`: every row beside its reference, in one run (design §7). */

type Part = (dir: string, quick: boolean, pouchdb: string | null) => Promise<Row[]> | Row[];

const PARTS: Record<string, Part> = {
  append: benchAppend,
  page: (dir, quick) => withProduct(dir, quick, benchPage),
  tap: (dir, quick) => withProduct(dir, quick, benchTap),
  idle: async (dir, quick) => [...(await withProduct(dir, quick, benchIdle)), ...(await benchColdStart(dir, quick))],
  pad: benchPad,
  drain: benchDrain,
  pending: benchPending,
  backlog: benchBacklog,
  signatures: (_dir, quick) => benchSignatures(quick),
};

/** Over the product's own processes, which are stopped behind it. */
async function withProduct(
  dir: string,
  quick: boolean,
  part: (product: Product, quick: boolean) => Promise<Row[]>,
): Promise<Row[]> {
  ensureBrowser();
  if (!existsSync(PAGES_DIR)) throw new Error('The pages are not built yet; run: npm run build');
  const product = await startProduct({ dataDir: dir, swift: true });
  try {
    return await part(product, quick);
  } finally {
    await product.stop();
  }
}

function settings() {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: Object.keys(PARTS) },
      dir: { type: 'string', default: join(ROOT, 'out') },
      pouchdb: { type: 'string' },
    },
  });
  const unknown = values.only.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) throw new Error(`--only ${unknown.join(' ')}: one of ${Object.keys(PARTS).join(', ')}`);
  return values;
}

async function run(parent: string, names: readonly string[], quick: boolean, pouchdb: string | null): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of names) {
    mkdirSync(parent, { recursive: true });
    const dir = mkdtempSync(join(parent, `bench-${name}-`));
    process.stderr.write(`${name} …\n`);
    try {
      rows.push(...((await PARTS[name]?.(dir, quick, pouchdb)) ?? []));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
  return rows;
}

const { json, quick, only, dir, pouchdb = null } = settings();
const rows = await run(dir, only, quick, pouchdb);
process.stdout.write(`${tableOf(rows)}\n`);
if (json !== undefined) {
  const machine = { node: process.version, processors: cpus().length, model: cpus()[0]?.model ?? '' };
  writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), quick, machine, rows }, null, 2)}\n`);
}
const missed = rows.filter((one) => isMet(one) === false);
if (missed.length > 0) {
  process.stderr.write(`${missed.length} of ${rows.length} rows miss their goal\n`);
  // 0 would tell a script that all is well.
  process.exitCode = 1;
}
