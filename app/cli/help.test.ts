import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { accessCodeCommand } from './access-code-command.ts';
import { auditCommand } from './audit-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { exportCommand } from './export-command.ts';
import { importReceiptsCommand } from './import-receipts-command.ts';
import { learnKeypadCommand } from './learn-keypad-command.ts';
import { provisionCommand } from './provision-command.ts';
import { setAsideCommand } from './set-aside-command.ts';
import { startCommand } from './start-command.ts';
import { statusCommand } from './status-command.ts';
import { supportCommand } from './support-command.ts';
import { updateCommand } from './update-command.ts';
import { verifyCommand } from './verify-command.ts';

/** What a technician may have to type (docs/technician.md): a script must know how each ends. */
const COMMANDS = [
  startCommand(),
  ...updateCommand().commands,
  provisionCommand(),
  doctorCommand(),
  statusCommand(),
  accessCodeCommand(),
  learnKeypadCommand(),
  setAsideCommand(),
  supportCommand(),
  verifyCommand(),
  exportCommand(),
  importReceiptsCommand(),
  auditCommand(),
];

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  return text;
}

it.each(COMMANDS.map((command) => [command.name(), command] as const))(
  '%s --help names its exit codes',
  (_name, command) => {
    expect(helpOf(command)).toMatch(/exit codes?/i);
  },
);
