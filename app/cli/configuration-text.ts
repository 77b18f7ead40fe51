import type { DryRun } from '../../device/configuration-check.ts';
import type { Change } from '../../device/identity/configuration-diff.ts';
import { SETTINGS, type Setting } from '../../device/identity/settings-catalogue.ts';

/** Configurations and settings as a terminal and the manual show them. Pure. */

/** @param isApplied it was given to the device, and not only judged */
export function describeAnswer(answer: DryRun, isApplied: boolean): string {
  return `${linesOf(answer, isApplied).join('\n')}\n`;
}

function linesOf(
  { verdict, version, presentVersion, changes, restart, refusal }: DryRun,
  isApplied: boolean,
): string[] {
  if (refusal !== null) {
    const faults = refusal.faults.map(({ path, message }) => `  ${path}: ${message}`);
    const reason = faults.length === 0 ? [`  ${refusal.message}`] : faults;
    return [`Refused: ${refusal.code}. Version ${presentVersion} stays.`, ...reason, refusal.hint];
  }
  if (verdict === 'same') return [`The same as what is in force, version ${presentVersion}.`];
  return [
    `${isApplied ? 'In force' : 'Would be used'}: version ${version} in place of ${presentVersion}.`,
    ...changes.map(changeLine),
    restart ? 'Some of it takes effect at the next start only.' : 'All of it takes effect at once.',
  ];
}

function changeLine({ path, title, before, after, restart }: Change): string {
  const mark = restart ? ' [needs a restart]' : '';
  return `  ${path} (${title}): ${before ?? 'not set'} -> ${after ?? 'not set'}${mark}`;
}

const presetOf = ({ default: preset, required }: Setting) => preset ?? (required ? 'must be given' : 'may be left out');

const presetText = (setting: Setting) => (setting.default === null ? presetOf(setting) : `default ${setting.default}`);

export function describeSettings(): string {
  const lines = SETTINGS.flatMap((setting) => {
    const { path, title, unit, range, restart } = setting;
    const facts = [range, unit, presetText(setting), restart ? 'needs a restart' : null];
    return [path, `    ${title}: ${facts.filter((fact) => fact !== null).join('; ')}`];
  });
  return `${lines.join('\n')}\n`;
}

const HEAD = `# Settings

What may stand in the configuration that a centre signs for a device (reference-protocol, section 3). Made from the schema by
\`pingjiaqi configuration settings --markdown\`; do not edit it here. Whatever is not in this list is refused.
\`[]\` is each entry of a list, \`<key>\` each name of a table. Members of a part that may be left out, such as a
peripheral, must be given only where the part is. \`pingjiaqi configuration check FILE\` says what a document would change.

| path | title | range | unit | default | needs restart |
|---|---|---|---|---|---|
`;

const cell = (text: string) => text.replaceAll('|', '\\|');

/** docs/settings.md */
export function settingsManual(): string {
  const rows = SETTINGS.map((setting) => {
    const { path, title, range, unit, restart, default: preset } = setting;
    const shown = preset === null ? presetOf(setting) : `\`${preset}\``;
    return `| \`${path}\` | ${[title, range, unit ?? '', shown, restart ? 'yes' : 'no'].map(cell).join(' | ')} |`;
  });
  return `${HEAD}${rows.join('\n')}\n`;
}
