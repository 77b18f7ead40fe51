import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { accessCodeCommand } from './cli/access-code-command.ts';
import { auditCommand } from './cli/audit-command.ts';
import { configurationCommand } from './cli/configuration-command.ts';
import { demoCommand } from './cli/demo-command.ts';
import { doctorCommand } from './cli/doctor-command.ts';
import { exportCommand } from './cli/export-command.ts';
import { importReceiptsCommand } from './cli/import-receipts-command.ts';
import { learnKeypadCommand } from './cli/learn-keypad-command.ts';
import { portCommand } from './cli/port-command.ts';
import { provisionCommand } from './cli/provision-command.ts';
import { setAsideCommand } from './cli/set-aside-command.ts';
import { startCommand } from './cli/start-command.ts';
import { statusCommand } from './cli/status-command.ts';
import { supportCommand } from './cli/support-command.ts';
import { updateCommand } from './cli/update-command.ts';
import { verifyCommand } from './cli/verify-command.ts';
import { windowCommand } from './cli/window-command.ts';

/** Entry of everything but the Electron shell. Commands are files of app/cli; this only lists them. */
const program = new Command('pingjiaqi')
  .description('评价器: the evaluation device of a government service window')
  .version(packageJson.version)
  .showHelpAfterError('(add --help for what this command takes)');

program.addCommand(startCommand());
program.addCommand(windowCommand());
program.addCommand(updateCommand());
program.addCommand(provisionCommand());
program.addCommand(configurationCommand());
program.addCommand(demoCommand());
program.addCommand(doctorCommand());
program.addCommand(statusCommand());
program.addCommand(accessCodeCommand());
program.addCommand(learnKeypadCommand());
program.addCommand(portCommand());
program.addCommand(setAsideCommand());
program.addCommand(supportCommand());
program.addCommand(verifyCommand());
program.addCommand(exportCommand());
program.addCommand(importReceiptsCommand());
program.addCommand(auditCommand());

await program.parseAsync();
