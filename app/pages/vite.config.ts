import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

// Whoever calls it (a test sets NODE_ENV): what goes to a device is no development build, which names this machine's folders.
process.env.NODE_ENV = 'production';

const at = (path: string) => `${import.meta.dirname}/${path}`;

/**
 * One page per audience out of one build. Nothing is inlined: the appliance serves the pages under a policy of
 * `default-src 'self'`, which would refuse inline scripts, inline styles and data: fonts.
 */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [preact({ devToolsEnabled: false, prefreshEnabled: false })],
  build: {
    outDir: at('../../dist/pages'),
    emptyOutDir: true,
    target: 'chrome130',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: {
        citizen: at('citizen/index.html'),
        staff: at('staff/index.html'),
        technician: at('technician/index.html'),
      },
      // What pages share is one file: each further one is a request before a citizen's first screen. Exceptions are what
      // comes later or never: the slices' sheet, where the system has no Chinese font, and what speaks.
      output: {
        codeSplitting: {
          groups: [{ name: 'shared', minShareCount: 2, test: /^(?!.*\/shared\/(fonts\.css|voice-player))/ }],
        },
      },
    },
  },
});
