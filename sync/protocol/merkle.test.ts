import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auditPath, merkleRoot, verifyAuditPath } from './merkle.ts';

const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafHash = (leaf: Uint8Array) => sha(Buffer.from([0]), leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array) => sha(Buffer.from([1]), left, right);
const hex = (text: string) => Buffer.from(text, 'hex');

/** Inputs and roots of the reference vectors that Certificate Transparency implementations share. */
const CT_INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map(hex);
const CT_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { minLength: 1, maxLength: 70 });

describe('merkleRoot', () => {
  it.each(CT_ROOTS.map((root, i) => [i + 1, root] as const))('has the known root over %i leaves', (count, root) => {
    expect(merkleRoot(CT_INPUTS.slice(0, count))).toBe(`sha256:${root}`);
  });

  it('is the hash of nothing over no leaf', () => {
    expect(merkleRoot([])).toBe(`sha256:${createHash('sha256').digest('hex')}`);
  });

  it('splits at the largest power of two', () => {
    const [a, b, c] = [1, 2, 3].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer];
    const root = nodeHash(nodeHash(leafHash(a), leafHash(b)), leafHash(c));
    expect(merkleRoot([a, b, c])).toBe(`sha256:${root.toString('hex')}`);
  });

  it('is the tree of RFC 9162 §2.1.1, as that section builds it', () => {
    const tree = (list: readonly Uint8Array[]): Buffer => {
      if (list.length === 1) return leafHash(list[0]!);
      const half = 2 ** Math.floor(Math.log2(list.length - 1));
      return nodeHash(tree(list.slice(0, half)), tree(list.slice(half)));
    };
    fc.assert(
      fc.property(leaves, (list) => {
        expect(merkleRoot(list)).toBe(`sha256:${tree(list).toString('hex')}`);
      }),
    );
  });

  it('changes when two different leaves change places', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), fc.nat(), (list, i, j) => {
        const [from, to] = [i % list.length, j % list.length];
        const swapped = [...list];
        [swapped[from], swapped[to]] = [list[to]!, list[from]!];
        const same = Buffer.compare(list[from] as Uint8Array, list[to] as Uint8Array) === 0;
        return (merkleRoot(swapped) === merkleRoot(list)) === same;
      }),
    );
  });
});

describe('audit path', () => {
  it('proves every leaf of every tree, and no other leaf, index, count or path', () => {
    fc.assert(
      fc.property(leaves, fc.nat(), (list, n) => {
        const index = n % list.length;
        const proof = {
          leaf: list[index] as Uint8Array,
          index,
          count: list.length,
          path: auditPath(list, index),
          root: merkleRoot(list),
        };
        expect(verifyAuditPath(proof)).toBe(true);
        expect(verifyAuditPath({ ...proof, leaf: sha(proof.leaf) })).toBe(false);
        expect(verifyAuditPath({ ...proof, path: [...proof.path, Buffer.alloc(32)] })).toBe(false);
        if (proof.path.length > 0) expect(verifyAuditPath({ ...proof, path: proof.path.slice(1) })).toBe(false);
        expect(verifyAuditPath({ ...proof, index: list.length })).toBe(false);
      }),
    );
  });

  it('has as many steps as the tree is high at that leaf', () => {
    expect(auditPath(CT_INPUTS.slice(0, 7), 6)).toHaveLength(2);
    expect(auditPath(CT_INPUTS.slice(0, 7), 0)).toHaveLength(3);
    expect(auditPath(CT_INPUTS.slice(0, 1), 0)).toEqual([]);
  });

  it.each([-1, 3, 0.5, Number.NaN])('refuses index %s of three leaves', (index) => {
    expect(() => auditPath(CT_INPUTS.slice(0, 3), index)).toThrow(RangeError);
  });
});
