import { describe, expect, test } from 'vitest';
import { builtinCalendar, builtinCatalogue, builtinPacks } from './builtin.ts';
import { isPolicyError, type PolicyError } from './policy-error.ts';
import { resolveCalendar, resolveCatalogue, resolvePolicy } from './resolve.ts';

function errorOf(run: () => unknown): PolicyError {
  try {
    run();
  } catch (error) {
    if (isPolicyError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a policy error is told from others by its code', () => {
  const error = errorOf(() => resolvePolicy({ id: 'none', version: '1' }));
  expect(isPolicyError(error, 'policy_unknown')).toBe(true);
  expect(isPolicyError(error, 'policy_invalid')).toBe(false);
  expect(isPolicyError(new Error('policy_unknown'))).toBe(false);
});

describe('policy', () => {
  test.each(['neimenggu-2022', 'forestry-draft'])('given the id %s, then the built-in pack', (id) => {
    const { value, exact } = resolvePolicy({ id, version: '1' });
    expect([value.id, value.version, exact]).toEqual([id, '1', true]);
  });

  test('given another version of a built-in pack, then the built-in one, and the answer says so', () => {
    const { value, exact } = resolvePolicy({ id: 'neimenggu-2022', version: '9' });
    expect([value.version, exact]).toEqual(['1', false]);
  });

  test('given an unknown id without a document, then policy_unknown names the ones known', () => {
    const error = errorOf(() => resolvePolicy({ id: 'guangdong', version: '1' }));
    expect([error.code, error.path, error.next]).toEqual(['policy_unknown', 'policy.id', 'refuse']);
    expect(error.hint).toContain('neimenggu-2022');
  });

  test.each(['__proto__', 'constructor', ''])('given the id "%s", then policy_unknown', (id) => {
    expect(errorOf(() => resolvePolicy({ id, version: '1' })).code).toBe('policy_unknown');
  });

  test('given a document, then it is used, even under the id of a built-in pack', () => {
    const document = { ...builtinPacks.get('neimenggu-2022'), version: '2', title: '修订' };
    const { value, exact } = resolvePolicy({ id: 'neimenggu-2022', version: '2', document });
    expect([value.title, exact]).toEqual(['修订', true]);
  });

  test('given faults in a document, then policy_invalid names each and keeps the path of the first', () => {
    const document = { ...builtinPacks.get('neimenggu-2022'), rerating: 'last', appeal: {} };
    const error = errorOf(() => resolvePolicy({ id: 'neimenggu-2022', version: '1', document }));
    expect(error.code).toBe('policy_invalid');
    expect(error.message).toContain('policy.document.rerating');
    expect(error.message).toContain('policy.document.appeal.count');
    expect(error.toPlain()).toMatchObject({ code: 'policy_invalid', next: 'refuse', path: error.path });
  });

  test.each([
    ['id', { id: 'other', version: '1' }],
    ['version', { id: 'neimenggu-2022', version: '2' }],
  ])('given a document of another %s than the configuration says, then policy_invalid', (field, wanted) => {
    const error = errorOf(() => resolvePolicy({ ...wanted, document: builtinPacks.get('neimenggu-2022') }));
    expect([error.code, error.path]).toEqual(['policy_invalid', `policy.document.${field}`]);
  });

  test.each([null, 'text', 7, []])('given %j as document, then policy_invalid', (document) => {
    expect(errorOf(() => resolvePolicy({ id: 'x', version: '1', document })).code).toBe('policy_invalid');
  });
});

describe('catalogue', () => {
  test('given no document, then the built-in one, and whether it is the version wanted', () => {
    expect(resolveCatalogue({ version: 'national-2020' })).toEqual({ value: builtinCatalogue, exact: true });
    expect(resolveCatalogue({ version: 'national-2030' })).toEqual({ value: builtinCatalogue, exact: false });
  });

  test('given a document, then it is used or refused by its path', () => {
    const document = { version: 'x', title: '指标', tags: [], retired: [] };
    expect(resolveCatalogue({ version: 'x', document })).toEqual({ value: document, exact: true });
    const error = errorOf(() => resolveCatalogue({ version: 'y', document }));
    expect([error.code, error.path]).toEqual(['catalogue_invalid', 'catalogue.document.version']);
    expect(errorOf(() => resolveCatalogue({ version: 'x', document: {} })).code).toBe('catalogue_invalid');
  });
});

describe('calendar', () => {
  test('given days, then they lie over the built-in ones', () => {
    const calendar = resolveCalendar({ version: '2', days: { '2026-10-10': 'rest' } });
    expect(calendar.days['2026-10-10']).toBe('rest');
    expect(calendar.days['2026-10-01']).toBe('rest');
    expect(builtinCalendar.days['2026-10-10']).toBe('work');
  });

  test('given a bad day, then calendar_invalid with its path', () => {
    const error = errorOf(() => resolveCalendar({ version: '2', days: { '2027-02-30': 'rest' } }));
    expect([error.code, error.path]).toEqual(['calendar_invalid', 'calendar.days.2027-02-30']);
  });
});
