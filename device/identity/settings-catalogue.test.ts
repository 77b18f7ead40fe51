import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import words from '../../assets/technician/settings.zh-CN.json' with { type: 'json' };
import { settingsSchema } from './configuration.ts';
import { SETTINGS, settingsOf } from './settings-catalogue.ts';

const setting = (path: string) => SETTINGS.find((one) => one.path === path);

describe('the list of settings', () => {
  it('has a title and a range for every one, and a word of the page', () => {
    const bare = SETTINGS.filter(({ title, range }) => title === '' || range === '').map(({ path }) => path);
    expect(bare).toEqual([]);
    const described = SETTINGS.filter(({ limits }) => limits.kind === 'described').map(({ path }) => `${path}:range`);
    expect(Object.keys(words).sort()).toEqual([...SETTINGS.map(({ path }) => path), ...described].sort());
  });

  it('says what the schema does: each default is what an empty document gets', () => {
    const plain = settingsSchema.parse({ peripherals: { printer: { path: '/dev/usb/lp0' } } });
    const at = (path: string) =>
      path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], plain);
    const listed = SETTINGS.filter(({ path }) =>
      /^settings\.(?!peripherals)|^settings\.peripherals\.printer/.test(path),
    );
    for (const { path, default: preset } of listed.filter(({ path }) => !/[[<]/.test(path))) {
      const value = at(path.slice('settings.'.length));
      const isGiven = path === 'settings.peripherals.printer.path';
      expect([path, isGiven || value === undefined ? null : JSON.stringify(value)]).toEqual([path, preset]);
    }
  });

  it.each([
    ['settings.peripherals.printer.moduleDots', { range: '2 to 16', unit: 'dot', default: '6', required: false }],
    ['settings.peripherals.idCard.serial.baudRate', { range: '50 to 4000000', unit: 'bit/s', default: '115200' }],
    ['settings.screen.dpi', { range: '40 to 400', unit: 'dpi', default: null, restart: false }],
    ['settings.layout', { range: 'best-left, best-right', default: '"best-left"' }],
    ['settings.peripherals.keypad.path', { range: '1 to 256 characters', default: null, required: true }],
    ['settings.hours[].from', { unit: 'time of day in Asia/Shanghai', restart: false }],
    ['settings.technician.codeKey', { secret: true }],
    ['staff[].pinHash', { secret: true, required: false }],
  ])('knows %s', (path, facts) => {
    expect(setting(path)).toMatchObject(facts);
  });

  it('says of a schema that needs a restart that it does', () => {
    const schema = z.strictObject({ port: z.int().min(1).meta({ title: 'Port', restart: true }) });
    expect(settingsOf(schema)).toEqual([
      {
        path: 'port',
        title: 'Port',
        unit: null,
        limits: expect.objectContaining({ kind: 'number', min: 1 }),
        range: expect.stringContaining('1 to'),
        default: null,
        required: true,
        restart: true,
        secret: false,
      },
    ]);
  });
});
