import { run } from './run.ts';

// Entry of the auditor's one file (vite.config.ts makes it); its own process, with no part in a device.
process.exitCode = await run(process.argv.slice(2), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
