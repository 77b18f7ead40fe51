import { Command, type CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { accessCodeCommand } from './access-code-command.ts';
import { auditCommand } from './audit-command.ts';
import { configurationCommand } from './configuration-command.ts';
import { demoCommand } from './demo-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { exportCommand } from './export-command.ts';
import { importReceiptsCommand } from './import-receipts-command.ts';
import { learnKeypadCommand } from './learn-keypad-command.ts';
import { portCommand } from './port-command.ts';
import { provisionCommand } from './provision-command.ts';
import { setAsideCommand } from './set-aside-command.ts';
import { startCommand } from './start-command.ts';
import { statusCommand } from './status-command.ts';
import { supportCommand } from './support-command.ts';
import { updateCommand } from './update-command.ts';
import { verifyCommand } from './verify-command.ts';
import { windowCommand } from './window-command.ts';

const COMMANDS = [
  startCommand,
  windowCommand,
  updateCommand,
  provisionCommand,
  configurationCommand,
  demoCommand,
  doctorCommand,
  statusCommand,
  accessCodeCommand,
  learnKeypadCommand,
  portCommand,
  setAsideCommand,
  supportCommand,
  verifyCommand,
  exportCommand,
  importReceiptsCommand,
  auditCommand,
];

/** Of a call that names an option or a value that there is not: nothing was done. */
const USAGE = 2;

/** One line says what was wrong with the call, whatever commander would add. */
function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  return `${/[.!?)]$/.test(line) ? line : `${line}.`} See --help.\n`;
}

/**
 * The command line. A call that cannot be understood is answered by one line and exit code 2.
 * @param exit ends the process; help and version end it with 0
 */
export function pingjiaqi(exit: (code: number) => never): Command {
  const program = new Command('pingjiaqi')
    .description('评价器: the evaluation device of a government service window')
    .version(packageJson.version)
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .exitOverride((error: CommanderError) => exit(error.exitCode === 0 ? 0 : USAGE));
  for (const make of COMMANDS) program.addCommand(inherit(make(), program));
  return program;
}

/** Commander hands these settings only to commands that it makes itself. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const sub of command.commands) inherit(sub, command);
  return command;
}
