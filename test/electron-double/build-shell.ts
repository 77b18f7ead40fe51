import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '../..');
const fixture = (name: string) => join(import.meta.dirname, 'fixtures', `${name}.ts`);

/**
 * Builds the shell as `npm run dist` does, with the small fixture processes in place of the real ones unless told.
 * The folder lies inside of the checkout, so that the bundle finds its packages.
 * @returns the folder that main.mjs, appliance.mjs and agent.mjs lie in
 */
export async function buildShell(processes: 'small' | 'real' = 'small'): Promise<string> {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const outDir = mkdtempSync(join(root, 'dist/shell-test-'));
  const entry = (name: string) => (processes === 'small' ? fixture(name) : join(root, `app/processes/${name}.ts`));
  const input = { main: join(root, 'app/main.ts'), appliance: entry('appliance'), agent: entry('agent') };
  await build({
    configFile: join(root, 'app/shell/vite.config.ts'),
    build: { outDir, rolldownOptions: { input } },
  });
  return outDir;
}
