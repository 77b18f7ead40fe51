import { pingjiaqi } from './cli/program.ts';

/** Entry of everything but the Electron shell. Commands are files of app/cli. */
await pingjiaqi((code) => process.exit(code)).parseAsync();
