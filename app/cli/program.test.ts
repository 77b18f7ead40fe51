import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { pingjiaqi } from './program.ts';

class Ended extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`ended with ${code}`);
    this.code = code;
  }
}

/** Runs a call in this process, up to where it would end it. */
async function call(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const said = { out: '', err: '' };
  const program = await pingjiaqi(args[0], (code) => {
    throw new Ended(code);
  });
  const hear = (command: Command): void => {
    command.configureOutput({
      writeOut: (text) => (said.out += text),
      writeErr: (text) => (said.err += text),
    });
    for (const sub of command.commands) hear(sub);
  };
  hear(program);
  try {
    await program.parseAsync(['node', 'pingjiaqi', ...args]);
    return { code: null, ...said };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { code: error.code, ...said };
  }
}

const program = await pingjiaqi(undefined, (code) => {
  throw new Ended(code);
});
const paths = (command: Command, above: string[] = []): string[][] =>
  command.commands.flatMap((sub) => [[...above, sub.name()], ...paths(sub, [...above, sub.name()])]);
const ALL = paths(program);
const commandAt = (path: readonly string[]): Command =>
  path.reduce<Command>((above, name) => above.commands.find((sub) => sub.name() === name) ?? above, program);

it('loads one command by its name, which is its own', async () => {
  for (const [name = ''] of ALL) {
    const { commands } = await pingjiaqi(name, (code) => {
      throw new Ended(code);
    });
    expect(commands.map((command) => command.name())).toEqual([name]);
  }
});

it('lists what a technician needs', () => {
  const names = ALL.map((path) => path.join(' '));
  expect(names).toEqual(expect.arrayContaining(['status', 'doctor', 'verify', 'export', 'import-receipts', 'support']));
  expect(names).toEqual(expect.arrayContaining(['set-aside', 'window', 'update', 'update check', 'update nightly']));
});

describe.each(ALL.map((path) => [path.join(' '), path] as const))('pingjiaqi %s', (_name, path) => {
  it('has help: what it is for, every option, the exit codes, an example', async () => {
    const { code, out } = await call(...path, '--help');
    expect(code).toBe(0);
    const [usage = '', , purpose = ''] = out.split('\n');
    expect(usage).toContain(path.join(' '));
    expect(purpose.length).toBeGreaterThan(20);
    for (const [, flags = '', words] of out.matchAll(/^ {2}(-\S+(?: <\S+>)?) *(.*)$/gm)) {
      expect(words, flags).not.toBe('');
    }
    expect(out).toMatch(/^Exit codes: 0 /m);
    expect(out).toMatch(new RegExp(`^Examples:\\n(?:  .*\\n)*?  (?:sudo )?pingjiaqi ${path[0]}\\b`, 'm'));
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(130);
  });

  it('refuses an option that there is not by one line and exit code 2', async () => {
    const needed = commandAt(path).options.flatMap(({ mandatory, long }) => (mandatory && long ? [long, 'x'] : []));
    const { code, err } = await call(...path, ...needed, '--no-such-option');
    expect(code).toBe(2);
    expect(err).toMatch(/^error: [^\n]*--no-such-option[^\n]* See --help\.\n$/);
  });
});

it.each([
  ['a value out of range', ['provision', '--file', 'f', '--wait', '0'], /--wait.*1440/],
  ['an option that is missing', ['export'], /--to/],
  ['a command that there is not', ['stauts'], /unknown command 'stauts'/],
  ['options that go together', ['access-code', '--device', 'd'], /--key-file go together/],
])('says in one line what is wrong: %s', async (_what, args, words) => {
  const { code, err } = await call(...args);
  expect(code).toBe(2);
  expect(err).toMatch(words);
  expect(err.trim().split('\n')).toHaveLength(1);
});
