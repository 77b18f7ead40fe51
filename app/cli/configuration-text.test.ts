import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeAnswer, describeSettings, settingsManual } from './configuration-text.ts';

it('docs/settings.md is what the schema says; `pingjiaqi configuration settings --markdown` makes it anew', () => {
  const manual = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
  expect(manual).toBe(settingsManual());
});

it('the list names unit, range, default and restart of a setting', () => {
  expect(describeSettings()).toContain(
    'settings.peripherals.printer.moduleDots\n    Size of a QR module: 2 to 16; dot; default 6\n',
  );
});

const change = { setting: 'settings.layout', title: 'Which way', before: '"best-left"', after: null, restart: true };
const run = {
  version: 2,
  presentVersion: 1,
  refusal: null,
  restart: true,
  changes: [{ path: 'settings.layout', ...change }],
};

it('an answer says each change and what needs a restart', () => {
  expect(describeAnswer({ ...run, verdict: 'accepted' }, false)).toBe(
    [
      'Would be used: version 2 in place of 1.',
      '  settings.layout (Which way): "best-left" -> not set [needs a restart]',
      'Some of it takes effect at the next start only.',
      '',
    ].join('\n'),
  );
});

it('a refusal says each place', () => {
  const faults = [{ path: 'settings.volume', message: 'Unrecognized key' }];
  const refusal = { code: 'configuration_schema', message: 'm', hint: 'Publish it again.', faults };
  expect(describeAnswer({ ...run, verdict: 'refused', version: null, refusal }, false)).toBe(
    'Refused: configuration_schema. Version 1 stays.\n  settings.volume: Unrecognized key\nPublish it again.\n',
  );
});
