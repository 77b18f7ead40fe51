import { cpSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';

/** The platform a tree is laid out for; names as Node has them. */
export interface Target {
  platform: 'linux';
  arch: 'x64' | 'arm64';
}

const packageSchema = z.object({
  version: z.string(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  devOptional: z.boolean().optional(),
  optional: z.boolean().optional(),
});
const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

/** A package of the lockfile that goes to a device. */
export interface ShippedPackage {
  name: string;
  version: string;
  /** SPDX expression as the package states it, null where it states none. */
  license: string | null;
  /** Subresource integrity of the registry's archive, as the lockfile pins it. */
  integrity: string | null;
  /** Where it lies, below the root: `node_modules/…`. */
  path: string;
}

/** Node itself travels as a program, not as a package. */
const NODE_PACKAGE = /^node-linux-(x64|arm64)$/;

/**
 * What `npm ci --omit=dev` would leave, read from the lockfile and without Node.
 * @throws ZodError where the lockfile is not one that npm wrote
 */
export function shippedPackages(root: string): ShippedPackage[] {
  const { packages } = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, raw]) => ({ path, one: packageSchema.parse(raw), name: path.split('node_modules/').at(-1) ?? path }))
    .filter(({ one, name }) => !one.dev && !one.devOptional && !NODE_PACKAGE.test(name))
    .map(({ path, one, name }) => ({
      name,
      path,
      version: one.version,
      license: one.license ?? null,
      integrity: one.integrity ?? null,
    }));
}

/** Paths inside a package that no running device reads: sources to compile, other systems' builds, reading matter. */
const LEFT_BEHIND = [
  /(^|\/)(test|tests|__tests__|fixtures|benchmark|benchmarks|example|examples|\.github)\//,
  /^json-schema-traverse\/spec\//,
  /^better-sqlite3\/(deps|src|build)\//,
  /^@serialport\/bindings-cpp\/(src|build)\//,
  /\.(map|md|markdown|ts|mts|cts|tsx|flow|gyp|yml|yaml)$/,
];

/** Prebuilt native parts are named by platform in one way or another; only the target's own go along. */
function isForeignPrebuild(path: string, { platform, arch }: Target): boolean {
  const built = /\/prebuilds\/([^/]+)/.exec(path)?.[1]?.replace(/\.node$/, '');
  if (built === undefined) return false;
  return built !== `${platform}-${arch}` || /musl/.test(path);
}

/** @param path below node_modules, with `/` */
export function isShipped(path: string, target: Target): boolean {
  if (isForeignPrebuild(path, target)) return false;
  return !LEFT_BEHIND.some((pattern) => pattern.test(path));
}

/** Copies the packages' files that a device needs. Links are left behind: npm's `.bin` is for people at a checkout. */
export function copyPackages(root: string, to: string, packages: readonly ShippedPackage[], target: Target): void {
  const nodeModules = join(root, 'node_modules');
  for (const { path } of packages) {
    cpSync(join(root, path), join(to, path), {
      recursive: true,
      filter: (source) => {
        const inside = relative(nodeModules, source).split(sep).join('/');
        // A nested package has an entry of its own.
        if (inside !== path.slice('node_modules/'.length) && /(^|\/)node_modules$/.test(inside)) return false;
        return isShipped(inside, target);
      },
    });
  }
}
