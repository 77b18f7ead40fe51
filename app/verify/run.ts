import { parseArgs } from 'node:util';
import { CannotCheck, type CheckOptions, checkFile, detailOf } from './check-file.ts';
import help from './help.txt?raw';
import type { Language } from './report.ts';

export interface Output {
  out: (text: string) => void;
  err: (text: string) => void;
}

interface Flags extends CheckOptions {
  languages: readonly Language[];
  json: boolean;
}

const LANGUAGES: Record<string, readonly Language[]> = { zh: ['zh'], en: ['en'], both: ['zh', 'en'] };

/** Null: the help was asked for. */
function readFlags(args: string[]): Flags | null {
  const { values, positionals } = parsed(args);
  if (values.help === true) return null;
  const [file, ...more] = positionals;
  const languages = LANGUAGES[values.lang ?? 'both'];
  if (file === undefined || more.length > 0) throw new CannotCheck('error.usage', { detail: 'FILE (--help)' });
  if (languages === undefined) throw new CannotCheck('error.usage', { detail: '--lang zh|en' });
  const { 'centre-key': centreKey, fingerprint, json = false } = values;
  return { file, centreKey, fingerprint, languages, json };
}

function parsed(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    'centre-key': text,
    fingerprint: text,
    lang: text,
    json: flag,
    help: { ...flag, short: 'h' },
  } as const;
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new CannotCheck('error.usage', { detail: detailOf(error) });
  }
}

/**
 * The whole program but for the process around it.
 * @param args without Node and the script
 * @returns the exit code: 0 passed, 1 not passed, 2 could not be checked
 */
export async function run(args: string[], { out, err }: Output): Promise<0 | 1 | 2> {
  try {
    const flags = readFlags(args);
    if (flags === null) {
      out(help);
      return 0;
    }
    const checked = await checkFile(flags);
    if (flags.json) out(`${JSON.stringify(checked.report)}\n`);
    else out(flags.languages.map((language) => checked.describe(language)).join('\n'));
    return checked.ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CannotCheck)) throw error;
    err(`${error.message}\n`);
    return 2;
  }
}
