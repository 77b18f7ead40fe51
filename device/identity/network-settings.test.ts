import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadWay, maskedNetwork, networkSettingsSchema, saveNetwork } from './network-settings.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'network-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

describe('a name server', () => {
  it.each(['10.0.0.53', '10.0.0.53:5353', '2001:db8::53', '[2001:db8::53]:53'])('%s is one', (server) => {
    expect(networkSettingsSchema.safeParse({ nameServers: [server] }).success).toBe(true);
  });

  it.each(['', 'dns.hall.example', '10.0.0', '10.0.0.53:', '10.0.0.53:123456', '[10.0.0.53', '10.0.0.53 10.0.0.54'])(
    '"%s" is none',
    (server) => {
      expect(networkSettingsSchema.safeParse({ nameServers: [server] }).success).toBe(false);
    },
  );
});

it('what was set comes back whole, without what a proxy asks for where it is shown', () => {
  const proxy = { kind: 'proxy' as const, url: 'http://hall:secret@proxy:3128/' };
  const settings = { proxy, ca: [], nameServers: ['10.0.0.53'] };
  saveNetwork(dataDir, settings);
  expect(loadWay(dataDir)).toEqual(settings);
  expect(maskedNetwork(settings)).toEqual({ ...settings, proxy: { ...proxy, url: 'http://hall:***@proxy:3128/' } });
});

it('settings of before there were name servers are read as having none', () => {
  writeFileSync(join(dataDir, 'network.json'), '{"proxy":{"kind":"direct"},"ca":[]}');
  expect(loadWay(dataDir).nameServers).toEqual([]);
});
