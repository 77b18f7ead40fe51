import { pingjiaqi } from './cli/program.ts';

/** Entry of everything but the Electron shell. Commands are files of app/cli. */
const program = await pingjiaqi(process.argv[2], (code) => process.exit(code));
await program.parseAsync();
