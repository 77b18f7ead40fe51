import { describe, expect, it } from 'vitest';
import { dayOf, entryOf } from './paper-entry.ts';

describe('the day on the form', () => {
  it.each([
    ['2026', '11', '22', '2026-11-22'],
    ['2026', '1', '2', '2026-01-02'],
    ['2028', '2', '29', '2028-02-29'],
  ])('%s 年 %s 月 %s 日 is %s', (year, month, day, text) => {
    expect(dayOf(year, month, day)).toBe(text);
  });

  it.each([
    ['2026', '2', '29'],
    ['2026', '4', '31'],
    ['2026', '13', '1'],
    ['2026', '0', '1'],
    ['2026', '1', '0'],
    ['26', '11', '22'],
    ['11', '22', '2026'],
    ['2026', '', '22'],
    ['2026', '1e', '1'],
  ])('%s 年 %s 月 %s 日 is none', (year, month, day) => {
    expect(dayOf(year, month, day)).toBeNull();
  });
});

describe('what is typed', () => {
  const whole = { form: 'A-07-K3XF-000041', year: '2026', month: '1', day: '2', level: '1', serviceNo: '1' };
  const read = (fields: Record<string, string>) => entryOf((name) => fields[name] ?? '');

  it('is an entry as the server takes it', () => {
    const entry = {
      form: 'A-07-K3XF-000041',
      paperDate: '2026-01-02',
      level: 1,
      comment: '',
      caseNo: null,
      serviceNo: 1,
    };
    expect(read(whole)).toEqual(entry);
    expect(read({ ...whole, caseNo: 'BJ1', comment: '慢', serviceNo: '3' })).toEqual({
      ...entry,
      caseNo: 'BJ1',
      comment: '慢',
      serviceNo: 3,
    });
  });

  it.each([
    [{ form: '' }, 'form'],
    [{ day: '' }, 'year'],
    [{ month: '2', day: '30' }, 'year'],
    [{ level: '' }, 'level'],
    [{ level: '6' }, 'level'],
    [{ serviceNo: '' }, 'serviceNo'],
    [{ serviceNo: '1.5' }, 'serviceNo'],
    [{ serviceNo: '1e2' }, 'serviceNo'],
    [{ serviceNo: '0' }, 'serviceNo'],
    [{ form: '', level: '' }, 'form'],
  ])('without %j leads back to the field %s', (lacking, field) => {
    expect(read({ ...whole, ...lacking })).toMatchObject({ field });
  });
});
