import preact from '@preact/preset-vite';
import { build, type InlineConfig } from 'vite';

// Whoever calls it (a test sets NODE_ENV): what goes to a device is no development build, which names this machine's folders.
process.env.NODE_ENV = 'production';

const at = (path: string) => `${import.meta.dirname}/${path}`;

/**
 * One page per audience. Nothing is inlined: the appliance serves the pages under a policy of `default-src 'self'`, which
 * would refuse inline scripts, inline styles and data: fonts. The few lines of script in `citizen/index.html` it allows by hash.
 */
const configOf = (pages: readonly string[], isFirst: boolean): InlineConfig => ({
  configFile: false,
  root: import.meta.dirname,
  base: '/',
  logLevel: 'warn',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: {
    outDir: at('../../dist/pages'),
    emptyOutDir: isFirst,
    target: 'chrome130',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { input: Object.fromEntries(pages.map((page) => [page, at(`${page}/index.html`)])) },
  },
});

// The citizen's by itself: what it shared with others would be two requests more before its first screen.
await build(configOf(['citizen'], true));
await build(configOf(['staff', 'technician'], false));
