import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Command } from 'commander';
import { staffCardsSchema } from '../../device/identity/configuration.ts';
import type { StaffCards } from '../../device/staff/staff-card.ts';
import { noCards, withCards } from './staff-cards.ts';

const AFTER = `
A card laid down as a citizen's that is one of the staff's own leaves an event for the centre. The device knows those cards
by hashes alone: this makes them from numbers, one a line, read by a card reader or scanner that types, or by hand. What is
typed is not shown, and no number is printed or kept. At a terminal an empty line ends.

The JSON that is printed is settings.staffCards of the configuration, for whoever publishes it. --add-to keeps the cards that
are in it.

Exit codes: 0 printed, 2 a line is no card's number, or a file cannot be used; nothing was printed then.

Examples:
  pingjiaqi staff-cards > staff-cards.json
  pingjiaqi staff-cards --add-to staff-cards.json > more-staff-cards.json`;

/** `pingjiaqi staff-cards`: hashes of the staff's own cards, for a configuration. */
export function staffCardsCommand(): Command {
  return new Command('staff-cards')
    .description("Make the hashes by which devices know the staff's own identity cards.")
    .option('--add-to <file>', 'JSON of an earlier run, whose cards stay')
    .addHelpText('after', AFTER)
    .action(run);
}

async function run({ addTo }: { addTo?: string }): Promise<void> {
  try {
    const known = addTo === undefined ? noCards() : readCards(addTo);
    const cards = await withCards(known, typedLines());
    process.stderr.write(`${cards.hashes.length - known.hashes.length} new cards, ${cards.hashes.length} in all.\n`);
    process.stdout.write(`${JSON.stringify(cards, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

/** @throws Error that names the file, and none of its content */
function readCards(file: string): StaffCards {
  try {
    return staffCardsSchema.parse(JSON.parse(readFileSync(resolve(file), 'utf8')));
  } catch (cause) {
    throw new Error(`${file}: not what an earlier run printed`, { cause });
  }
}

/** At a terminal nothing of a line is echoed, and an empty one is the last. */
async function* typedLines(): AsyncGenerator<string> {
  const { stdin } = process;
  if (!stdin.isTTY) {
    yield* createInterface({ input: stdin });
    return;
  }
  process.stderr.write('Card after card; an empty line ends.\n');
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: unseen, terminal: true, historySize: 0 });
  let read = 0;
  for await (const line of lines) {
    if (line.trim() === '') break;
    read += 1;
    process.stderr.write(`${read}\n`);
    yield line;
  }
  lines.close();
}
