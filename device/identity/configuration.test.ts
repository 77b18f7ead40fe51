import { describe, expect, it } from 'vitest';
import { configurationSchema } from './configuration.ts';

const good = {
  version: 1,
  notBefore: '2026-01-01T00:00:00.000+08:00',
  window: { hall: '大厅', number: 'A-07', name: '综合', department: '局', departmentCode: 'D', regionCode: '150000' },
  items: [{ code: 'I', name: '事项' }],
  staff: [{ id: 's', number: '0007', name: '甲', post: '岗' }],
  policy: { id: 'neimenggu-2022', version: '1' },
  catalogue: { version: 'national-2020' },
  calendar: { version: 'c', days: { '2027-02-05': 'rest' } },
  centre: { baseUrl: 'https://centre.example', ratingPage: 'https://centre.example/rate' },
  clients: [{ id: 'c', name: 'c', keySha256: 'ab'.repeat(32) }],
};

const change = (path: string, value: unknown) => {
  const copy = structuredClone(good) as unknown as Record<string, unknown>;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const at = steps.reduce((node, step) => node[step] as Record<string, unknown>, copy);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
};

describe('the configuration', () => {
  it('is taken as reference-protocol §3 writes it, with defaults for the settings', () => {
    expect(configurationSchema.parse(good)).toMatchObject({
      ...good,
      settings: { layout: 'best-left', peripherals: {} },
    });
  });

  it('keeps numbers of windows and staff as text, whichever way the centre writes them', () => {
    const parsed = configurationSchema.parse(change('window.number', 7));
    expect(parsed.window.number).toBe('7');
    expect(configurationSchema.parse(change('policy.version', 3)).policy.version).toBe('3');
  });

  it('knows no panel unless it names one', () => {
    expect(configurationSchema.parse(good).settings.screen).toBeUndefined();
    for (const dpi of [40, 149, 400]) {
      expect(configurationSchema.parse(change('settings', { screen: { dpi } })).settings.screen).toEqual({ dpi });
    }
  });

  it.each([
    ['version', 0],
    ['version', '1'],
    ['notBefore', 'yesterday'],
    ['notBefore', '2026-01-01'],
    ['window.regionCode', '15000'],
    ['window.number', ''],
    ['window.colour', 'blue'],
    ['items', undefined],
    ['staff.0.phone', '13800000000'],
    ['policy', undefined],
    ['calendar.days', { '2027-02-05': 'holiday' }],
    ['calendar.days', { tomorrow: 'rest' }],
    ['centre.baseUrl', 'centre'],
    ['clients.0.keySha256', 'AB'.repeat(32)],
    ['settings', { volume: 3 }],
    ['settings', { layout: 'sideways' }],
    ['settings', { screen: {} }],
    ['settings', { screen: { dpi: 39 } }],
    ['settings', { screen: { dpi: 401 } }],
    ['settings', { screen: { dpi: 149.5 } }],
    ['settings', { screen: { dpi: '149' } }],
    ['settings', { screen: { dpi: 149, inches: 10.1 } }],
    ['settings', { peripherals: { keypad: { path: '/dev/ttyUSB0', profile: '../../etc/passwd' } } }],
    ['settings', { peripherals: { toaster: {} } }],
    ['unknown', 1],
  ] as [string, unknown][])('is refused for %s = %j, and the fault names the place', (path, value) => {
    const result = configurationSchema.safeParse(change(path, value));
    expect(result.success).toBe(false);
    const [top = ''] = path.split('.');
    const places = result.error?.issues.map((issue) =>
      [...issue.path, ...('keys' in issue ? issue.keys : [])].join('.'),
    );
    expect(places?.some((place) => place.startsWith(top))).toBe(true);
  });
});
