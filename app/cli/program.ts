import { Command, type CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };

/**
 * Each command by its name, loaded when it is called: the process that keeps a device alive for months must not carry, and
 * a restart must not wait for, the modules of all others.
 */
const COMMANDS: ReadonlyMap<string, () => Promise<Command>> = new Map(
  Object.entries({
    start: async () => (await import('./start-command.ts')).startCommand(),
    window: async () => (await import('./window-command.ts')).windowCommand(),
    'browser-policy': async () => (await import('./browser-policy-command.ts')).browserPolicyCommand(),
    update: async () => (await import('./update-command.ts')).updateCommand(),
    provision: async () => (await import('./provision-command.ts')).provisionCommand(),
    configuration: async () => (await import('./configuration-command.ts')).configurationCommand(),
    demo: async () => (await import('./demo-command.ts')).demoCommand(),
    doctor: async () => (await import('./doctor-command.ts')).doctorCommand(),
    status: async () => (await import('./status-command.ts')).statusCommand(),
    'access-code': async () => (await import('./access-code-command.ts')).accessCodeCommand(),
    'staff-cards': async () => (await import('./staff-cards-command.ts')).staffCardsCommand(),
    'learn-keypad': async () => (await import('./learn-keypad-command.ts')).learnKeypadCommand(),
    port: async () => (await import('./port-command.ts')).portCommand(),
    'set-aside': async () => (await import('./set-aside-command.ts')).setAsideCommand(),
    support: async () => (await import('./support-command.ts')).supportCommand(),
    verify: async () => (await import('./verify-command.ts')).verifyCommand(),
    export: async () => (await import('./export-command.ts')).exportCommand(),
    'import-receipts': async () => (await import('./import-receipts-command.ts')).importReceiptsCommand(),
    audit: async () => (await import('./audit-command.ts')).auditCommand(),
  }),
);

/** Of a call that names an option or a value that there is not: nothing was done. */
const USAGE = 2;

/** One line says what was wrong with the call, whatever commander would add. */
function oneLine(text: string): string {
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  return `${/[.!?)]$/.test(line) ? line : `${line}.`} See --help.\n`;
}

/**
 * The command line of one call: the command that it names, or all of them where it names none, for the help and for what
 * was meant. A call that cannot be understood is answered by one line and exit code 2.
 * @param called the first word of the call
 * @param exit ends the process; help and version end it with 0
 */
export async function pingjiaqi(called: string | undefined, exit: (code: number) => never): Promise<Command> {
  const program = new Command('pingjiaqi')
    .description('评价器: the evaluation device of a government service window')
    .version(packageJson.version)
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .exitOverride((error: CommanderError) => exit(error.exitCode === 0 ? 0 : USAGE));
  const named = COMMANDS.get(called ?? '');
  const making = named === undefined ? [...COMMANDS.values()] : [named];
  for (const command of await Promise.all(making.map((make) => make()))) program.addCommand(inherit(command, program));
  return program;
}

/** Commander hands these settings only to commands that it makes itself. */
function inherit(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const sub of command.commands) inherit(sub, command);
  return command;
}
