import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SampleExport, sampleExport } from './sample-export.ts';
import config from './vite.config.ts';

const NAME = 'pingjiaqi-verify.mjs';
let sample: SampleExport;
/** Holds the one file and nothing else, as the auditor's PC does. */
let pc: string;

beforeAll(async () => {
  sample = await sampleExport();
  pc = mkdtempSync(join(tmpdir(), 'auditor-'));
  const outDir = mkdtempSync(join(tmpdir(), 'verify-build-'));
  await build({ ...config, configFile: false, build: { ...config.build, outDir } });
  copyFileSync(join(outDir, NAME), join(pc, NAME));
  rmSync(outDir, { recursive: true });
}, 60_000);

afterAll(() => {
  sample.remove();
  rmSync(pc, { recursive: true });
});

/** The machine's own Node beside the one that runs the tests; a machine that has none runs one of the two. */
const PATH = (process.env.PATH ?? '').split(delimiter).filter((dir) => !dir.includes('node_modules'));
const NODES: [string, string][] = [
  ['the Node of the device', process.execPath],
  ['the Node of the machine', 'node'],
];

async function runFile(node: string, ...args: string[]) {
  const options = { cwd: pc, env: { PATH: PATH.join(delimiter) } };
  const done = await promisify(execFile)(node, [NAME, ...args], options).catch((error: unknown) => error);
  const { code = 0, stdout, stderr } = done as { code?: number | string; stdout: string; stderr: string };
  return { code, stdout, stderr };
}

const isThere = (node: string) => runFile(node, '--help').then(({ code }) => code !== 'ENOENT');

it('is one file that asks for nothing but parts of Node itself', () => {
  const text = readFileSync(join(pc, NAME), 'utf8');
  const asked = [...text.matchAll(/^\s*import\b[^;]*?from\s*["']([^"']+)["']|\brequire\(["']([^"']+)["']\)/gm)];
  const names = asked.map(([, from, required]) => from ?? required ?? '');
  expect(names.length).toBeGreaterThan(0);
  expect(names.filter((name) => !name.startsWith('node:'))).toEqual([]);
  expect(text).not.toContain('better-sqlite3');
});

describe.each(NODES)('%s', (_name, node) => {
  it('passes a good export, names an edit, refuses what is none, helps', async ({ skip }) => {
    if (!(await isThere(node))) skip('this machine has no Node of its own');
    const good = await runFile(node, sample.path);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('Result: PASSED');

    const edited = join(pc, 'edited.ndjson');
    writeFileSync(edited, readFileSync(sample.path, 'utf8').replace('"note":"x', '"note":"y'));
    const bad = await runFile(node, edited);
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toContain('首个问题：第 1 条记录的内容被改动');
    expect(bad.stdout).toContain('First fault: record 1 was edited');

    expect(await runFile(node, join(pc, NAME))).toMatchObject({ code: 2, stdout: '' });
    const help = await runFile(node, '--help');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('退出码');
  });
});
