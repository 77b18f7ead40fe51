import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './shipped-packages.ts';

/** What a CycloneDX component of ours says; the standard knows much more (CycloneDX 1.6, ECMA-424). */
interface Component {
  type: 'application' | 'library' | 'file';
  'bom-ref': string;
  name: string;
  version?: string;
  purl?: string;
  licenses?: { expression: string }[];
  hashes?: { alg: 'SHA-256' | 'SHA-512'; content: string }[];
}

export interface Sbom {
  bomFormat: 'CycloneDX';
  specVersion: '1.6';
  serialNumber: string;
  version: 1;
  metadata: { component: Component };
  components: Component[];
}

function libraryOf({ name, version, license, integrity }: ShippedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const sha512 = integrity?.startsWith('sha512-') ? Buffer.from(integrity.slice(7), 'base64').toString('hex') : null;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === null ? {} : { licenses: [{ expression: license }] }),
    ...(sha512 === null ? {} : { hashes: [{ alg: 'SHA-512' as const, content: sha512 }] }),
  };
}

function fileOf(tree: string, path: string): Component {
  const content = createHash('sha256')
    .update(readFileSync(join(tree, path)))
    .digest('hex');
  return { type: 'file', 'bom-ref': `file:${path}`, name: path, hashes: [{ alg: 'SHA-256', content }] };
}

/** From the content, so that the same tree has the same name (RFC 9562 version 8: an application's own making). */
function serialNumber(components: readonly Component[]): string {
  const hex = createHash('sha256').update(JSON.stringify(components)).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export interface SbomSubject {
  name: string;
  version: string;
  license: string;
  /** Version of the Node that is inside, null where the target brings its own. */
  node: string | null;
  packages: readonly ShippedPackage[];
  /** Folder with what is shipped, and the paths below it. */
  tree: string;
  files: readonly string[];
}

/**
 * The bill of materials: every package with its licence and its archive's hash, and every shipped file with its own, so
 * that a security officer can hold a device against it file by file.
 */
export function sbomOf({ name, version, license, node, packages, tree, files }: SbomSubject): Sbom {
  const nodePurl = `pkg:generic/node@${node}`;
  const runtime: Component[] =
    node === null
      ? []
      : [
          {
            type: 'application',
            'bom-ref': nodePurl,
            name: 'node',
            version: node,
            purl: nodePurl,
            licenses: [{ expression: 'MIT' }],
          },
        ];
  const components = [...runtime, ...packages.map(libraryOf), ...files.map((path) => fileOf(tree, path))];
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialNumber(components),
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': name, name, version, licenses: [{ expression: license }] },
    },
    components,
  };
}
