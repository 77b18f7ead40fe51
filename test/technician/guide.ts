import { readFileSync } from 'node:fs';

/** A guide of docs/ taken apart, so that a test can say that every step of it was played as it stands. */

export interface Guide {
  /** Every instruction, in order: `2. Enrol › a scanner`. A table row is named by its first cell, other text by its beginning. */
  units: string[];
  /** Commands that a technician types, `support --to <stick>` as `support`. */
  commands: string[];
  /** What has to be read or pressed on a screen. */
  labels: string[];
}

const textOf = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const NAME_CHARS = 36;

/** So much of a text that a person recognises it, to the end of a word. */
function nameOf(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  return plain.length <= NAME_CHARS ? plain : `${plain.slice(0, NAME_CHARS).replace(/\s\S*$/, '')} …`;
}

const isStart = (line: string) => /^(?:- |\d+\. |\|)/.test(line);

/** Paragraphs, list items and table rows below one heading. */
function blocksOf(section: string): string[] {
  const blocks: string[] = [];
  let isNew = true;
  for (const line of section.replaceAll(/^ *```[\s\S]*?```\n/gm, '').split('\n')) {
    if (line.trim() === '') isNew = true;
    else if (isNew || isStart(line)) {
      blocks.push(line);
      isNew = false;
    } else blocks.push(`${blocks.pop()} ${line.trim()}`);
  }
  return blocks;
}

/** Null for what is no instruction: the head of a table, and a line that only leads to what follows. */
function unitOf(block: string): string | null {
  if (block.startsWith('|')) {
    const [, first = ''] = block.split('|');
    return /^-*$/.test(first.trim()) || ['you have', 'to'].includes(first.trim()) ? null : first.trim();
  }
  if (!isStart(block) && block.endsWith(':')) return null;
  return nameOf(block.replace(/^(?:- |\d+\. )/, ''));
}

const unique = (list: Iterable<string>) => [...new Set(list)];

/** Pure. @param text the guide, in Markdown */
export function readGuide(text: string): Guide {
  const [, ...sections] = text.split(/^## /m);
  const units = sections.flatMap((section) => {
    const [heading = '', ...rest] = section.split('\n');
    return blocksOf(rest.join('\n')).flatMap((block) => {
      const unit = unitOf(block);
      return unit === null ? [] : [`${heading} › ${unit}`];
    });
  });
  const instructions = sections.join('\n');
  const commands = unique(
    Array.from(
      instructions.matchAll(/`(?:pingjiaqi )((?:(?:update|configuration) )?[a-z-]+)/g),
      ([, command = '']) => command,
    ),
  );
  const labels = unique(Array.from(instructions.matchAll(/[\u4e00-\u9fff]+(?: U 盘)?/g), ([label]) => label));
  return { units, commands, labels };
}

export const technicianGuide = (): Guide => readGuide(textOf('technician.md'));
/** What may come later: a configuration, a key. */
export const configurationGuide = (): Guide => readGuide(textOf('configuration.md'));
