import { logReports } from './shell/log.ts';
import { runShell } from './shell/shell.ts';

// Entry of the Electron shell; the bundle puts the process entries beside this file. Not awaited: Electron becomes
// ready only after its entry module has been evaluated. A shell that cannot start ends, and the service unit tries anew.
const report = logReports();
runShell(import.meta.dirname, report).catch((error: unknown) => {
  report('shell failed', { error: String(error) });
  process.exit(1);
});
