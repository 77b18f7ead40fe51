import { resolve } from 'node:path';
import { Command } from 'commander';
import { CodedError } from '../../device/errors.ts';
import { SETTINGS } from '../../device/identity/settings-catalogue.ts';
import { applyFile, checkFile } from './configuration.ts';
import { describeAnswer, describeSettings, settingsManual } from './configuration-text.ts';
import { defaultDataDir } from './data-dir.ts';

const CHECK_AFTER = `
FILE is a configuration that the centre signed: a compact JWS, or JSON {"configuration":"<JWS>"} as the centre answers.
Signature, schema, version and rules are judged as the device does it, and each change is named. Nothing is written.
A running device is asked; without one the configuration in the data folder is what FILE is held against.

Exit codes: 0 it would be used (or is the same), 1 it would be refused, 2 FILE or data folder not usable.

Examples:
  pingjiaqi configuration check /media/stick/pingjiaqi.jws`;
const APPLY_AFTER = `
The device must run. A refused configuration changes nothing.

Exit codes: 0 in use, 1 refused, 2 FILE not usable or no device runs.

Examples:
  pingjiaqi configuration apply /media/stick/pingjiaqi.jws`;
const SETTINGS_AFTER = `
A configuration is made and signed at the centre; this is what may stand in it. docs/settings.md is the same as a table.

Exit codes: 0 printed.

Examples:
  pingjiaqi configuration settings`;
const AFTER = `
Exit codes: 0 done, 1 refused, 2 not usable; each command's own help says more.

Examples:
  pingjiaqi configuration check /media/stick/pingjiaqi.jws
  pingjiaqi configuration settings`;

interface Flags {
  data: string;
  json: boolean;
}

/** `pingjiaqi configuration …`: what may be set, and what a signed configuration would do here. */
export function configurationCommand(): Command {
  const command = new Command('configuration')
    .description('Judge a signed configuration, use it, or list all settings.')
    .addHelpText('after', AFTER);
  const onFile = (name: string, description: string, after: string) =>
    command
      .command(`${name} <file>`)
      .description(description)
      .option('--data <dir>', 'data folder', defaultDataDir())
      .option('--json', 'print JSON', false)
      .addHelpText('after', after);
  onFile('check', 'Say what a configuration would change; changes nothing.', CHECK_AFTER).action(run(checkFile));
  onFile('apply', 'Give a configuration to the running device.', APPLY_AFTER).action(run(applyFile));
  command
    .command('settings')
    .description('List every setting with unit, range and default.')
    .option('--json', 'print JSON', false)
    .option('--markdown', 'print docs/settings.md', false)
    .addHelpText('after', SETTINGS_AFTER)
    .action(list);
  return command;
}

function list({ json, markdown }: { json: boolean; markdown: boolean }): void {
  const text = markdown ? settingsManual() : json ? `${JSON.stringify(SETTINGS)}\n` : describeSettings();
  process.stdout.write(text);
}

function run(judge: typeof checkFile): (file: string, flags: Flags) => Promise<void> {
  return async (file, { data, json }) => {
    try {
      const answer = await judge(resolve(file), resolve(data));
      process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeAnswer(answer, judge === applyFile));
      process.exitCode = answer.verdict === 'refused' ? 1 : 0;
    } catch (error) {
      const hint = error instanceof CodedError ? ` ${error.hint}` : '';
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}${hint}\n`);
      process.exitCode = 2;
    }
  };
}
