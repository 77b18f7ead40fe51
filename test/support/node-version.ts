import { expect } from 'vitest';

// A lockfile installed with --ignore-scripts or a stray PATH would run the suite on the machine's own Node in silence.
expect(process.version, 'the tests run on the Node that npm ci installed').toMatch(/^v24\./);
