import { registerHooks } from 'node:module';
import { appDouble } from './app.ts';
import { control } from './control.ts';

/**
 * `node --import ./test/electron-double/register.ts dist/main/main.mjs` runs the built shell unchanged: `electron` is
 * the double, for import and require, and never the package, which would try to download its binary.
 */
const url = new URL('./index.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url, shortCircuit: true } : next(specifier, context),
});

control.onExit = (code) => process.exit(code);
// Electron answers SIGTERM by quitting in order.
process.on('SIGTERM', () => appDouble.quit());
