import { expect, it } from 'vitest';
import { parseNetPath } from './net-path.ts';

it.each([
  ['tcp://10.0.0.9:4001', { scheme: 'tcp', host: '10.0.0.9', port: 4001 }],
  ['tcp://serial-server.hall:23', { scheme: 'tcp', host: 'serial-server.hall', port: 23 }],
  ['tcp://[2001:db8::7]:4001', { scheme: 'tcp', host: '2001:db8::7', port: 4001 }],
  ['udp://10.0.0.9:8001?listen=7791', { scheme: 'udp', host: '10.0.0.9', port: 8001, listen: 7791 }],
])('%s is taken', (path, expected) => {
  expect(parseNetPath(path)).toEqual(expected);
});

it.each([
  'tcp://10.0.0.9',
  'tcp://10.0.0.9:0',
  'tcp://10.0.0.9:65536',
  'tcp://:4001',
  'tcp://user@10.0.0.9:4001',
  'tcp://10.0.0.9:4001/com1',
  'tcp://10.0.0.9:4001?baud=9600',
  'udp://10.0.0.9:8001',
  'udp://evaluator.hall:8001?listen=7791',
  'udp://10.0.0.9:8001?listen=7791&x=1',
  'http://10.0.0.9:80',
  'rfc2217://10.0.0.9:4001',
])('%s is refused with what a path looks like', (path) => {
  expect(() => parseNetPath(path)).toThrow(expect.objectContaining({ code: 'bad_path', next: 'stop' }));
});
