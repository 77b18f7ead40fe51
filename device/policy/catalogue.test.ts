import { describe, expect, test } from 'vitest';
import { LEVELS } from '../ledger/record.ts';
import { builtinCatalogue } from './builtin.ts';
import { type Catalogue, catalogueSchema, isKnownTag, tagsForLevel } from './catalogue.ts';

describe('the national catalogue of 2020', () => {
  test.each(LEVELS)('level %i has three base and five extended tags, all led by its digit', (level) => {
    const tags = tagsForLevel(builtinCatalogue, level);
    expect(tags.map((tag) => tag.extended)).toEqual([false, false, false, true, true, true, true, true]);
    expect(tags.every((tag) => tag.code.startsWith(String(level)))).toBe(true);
  });

  test('its codes are the forty published ones', () => {
    const span = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
    const published = [span(510, 517), span(406, 413), span(307, 314), span(207, 214), span(108, 115)].flat();
    expect(builtinCatalogue.tags.map((tag) => tag.code)).toEqual(published);
    expect(builtinCatalogue.version).toBe('national-2020');
  });

  test.each([
    ['510', '一窗受理一次办结'],
    ['413', '服务态度较好'],
    ['314', '服务态度一般'],
    ['212', '在线预约办理后到实体大厅重复取号排队'],
    ['115', '服务态度差效率低'],
  ])('code %s reads %s', (code, text) => {
    expect(builtinCatalogue.tags.find((tag) => tag.code === code)?.text).toBe(text);
  });

  test('its 32 retired codes are listed and not offered', () => {
    expect(builtinCatalogue.retired).toHaveLength(32);
    expect(builtinCatalogue.retired).not.toContain('403');
    expect(builtinCatalogue.retired.some((code) => isKnownTag(builtinCatalogue, code))).toBe(false);
  });
});

test('tags are matched by code, never by text', () => {
  expect(isKnownTag(builtinCatalogue, '314')).toBe(true);
  expect(isKnownTag(builtinCatalogue, '服务态度一般')).toBe(false);
  expect(isKnownTag(builtinCatalogue, '999')).toBe(false);
  expect(isKnownTag(builtinCatalogue, '')).toBe(false);
});

describe('a document from a centre', () => {
  const tag = (code: string, level: number) => ({ code, level, text: `原因 ${code}`, extended: false });
  const document = {
    version: 'gd-1',
    title: '省级指标',
    tags: [tag('A-1', 1), tag('A-2', 1), tag('B', 5)],
    retired: ['C'],
  };

  test('given uneven numbers of tags, then it is taken, and a level without any offers none', () => {
    const catalogue: Catalogue = catalogueSchema.parse(document);
    expect(LEVELS.map((level) => tagsForLevel(catalogue, level).length)).toEqual([1, 0, 0, 0, 2]);
  });

  test.each<[string, string, unknown]>([
    ['a code twice', 'tags.3.code', { ...document, tags: [...document.tags, tag('B', 4)] }],
    ['a retired code used again', 'tags.3.code', { ...document, tags: [...document.tags, tag('C', 4)] }],
    ['a code too long', 'tags.0.code', { ...document, tags: [tag('12345678901234567', 1)] }],
    ['level 0', 'tags.0.level', { ...document, tags: [tag('A', 0)] }],
    ['no text', 'tags.0.text', { ...document, tags: [{ ...tag('A', 1), text: '' }] }],
    ['a number as code', 'tags.0.code', { ...document, tags: [{ ...tag('A', 1), code: 510 }] }],
    ['an unknown key', 'tags.0', { ...document, tags: [{ ...tag('A', 1), icon: 'x' }] }],
    ['no version', 'version', { ...document, version: undefined }],
    ['null', '', null],
  ])('given %s, then it is refused and named', (_name, path, faulty) => {
    const parsed = catalogueSchema.safeParse(faulty);
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toContain(path);
  });
});
