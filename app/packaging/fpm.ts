#!/usr/bin/env node
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type DebControl, writeDeb } from './deb.ts';

/**
 * Stands in for the program `fpm` that electron-builder calls to make a .deb (`CUSTOM_FPM_PATH`): Debian does not package
 * fpm, and electron-builder would download one. Knows the arguments that electron-builder 26 uses; any other is an error.
 */

const text = { type: 'string' } as const;
const many = { type: 'string', multiple: true } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  strict: true,
  options: {
    source: { ...text, short: 's' },
    target: { ...text, short: 't' },
    depends: { ...many, short: 'd' },
    'deb-recommends': many,
    'deb-priority': text,
    'deb-compression': text,
    force: { type: 'boolean' },
    architecture: text,
    'after-install': text,
    'after-remove': text,
    'before-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    category: text,
    license: text,
  },
});

const asked = z
  .object({
    source: z.literal('dir'),
    target: z.literal('deb'),
    architecture: z.enum(['amd64', 'arm64']),
    description: z.string().min(1),
    version: z.string().min(1),
    package: z.string().min(1),
    name: z.string().min(1),
    maintainer: z.string().min(1),
  })
  .parse(values);

/** `what=where`, as fpm takes files: a folder's content with a slash behind it. */
function place(root: string, mapping: string): void {
  const [from = '', to] = mapping.split('=');
  if (to === undefined) throw new Error(`${mapping}: what to put where is not said`);
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(from, target, { recursive: true, verbatimSymlinks: true });
  if (!statSync(from).isDirectory() && !to.endsWith('/boot-gate')) chmodSync(target, 0o644);
}

function scripts(): Parameters<typeof writeDeb>[2] {
  const given = { postinst: values['after-install'], prerm: values['before-remove'], postrm: values['after-remove'] };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, file]) => (file === undefined ? [] : [[name, readFileSync(file, 'utf8')]])),
  );
}

/** One line of synopsis, then the long text, as Debian Policy §5.6.13 wants it. */
function descriptionOf(given: string): string {
  return given
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

const root = mkdtempSync(join(tmpdir(), 'fpm-'));
try {
  chmodSync(root, 0o755);
  for (const mapping of positionals) place(root, mapping);
  const control: DebControl = {
    Package: asked.name,
    Version: asked.version,
    Architecture: asked.architecture,
    Maintainer: asked.maintainer,
    Depends: (values.depends ?? []).join(', '),
    ...(values['deb-recommends'] === undefined ? {} : { Recommends: values['deb-recommends'].join(', ') }),
    Section: 'misc',
    Priority: 'optional',
    Description: descriptionOf(asked.description),
  };
  writeDeb(root, control, scripts(), [], asked.package);
} finally {
  rmSync(root, { recursive: true });
}
