import { expect, it } from 'vitest';
import { centreAddress } from './address.ts';

it.each([
  ['https://centre.example', 'https://centre.example'],
  ['https://centre.example/', 'https://centre.example'],
  ['https://centre.example:8443/hcp//', 'https://centre.example:8443/hcp'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://127.9.9.9', 'http://127.9.9.9'],
  ['http://[::1]:80/x', 'http://[::1]/x'],
  ['http://localhost:1/', 'http://localhost:1'],
])('%s is taken as %s', (given, taken) => expect(centreAddress(given)).toBe(taken));

it.each([
  ['http://centre.example', 'address_not_https'],
  ['http://10.0.0.1', 'address_not_https'],
  ['http://127.0.0.1.example', 'address_not_https'],
  ['http://localhost.example', 'address_not_https'],
  ['http://[::ffff:127.0.0.1]', 'address_not_https'],
  ['ftp://centre.example', 'address_not_https'],
  ['file:///etc/passwd', 'address_malformed'],
  ['centre.example', 'address_malformed'],
  ['', 'address_malformed'],
  ['https://', 'address_malformed'],
  ['https://user:secret@centre.example', 'address_malformed'],
  ['https://centre.example/?a=1', 'address_malformed'],
  ['https://centre.example/#x', 'address_malformed'],
])('%s is refused as %s', (given, code) => {
  expect(() => centreAddress(given)).toThrowError(expect.objectContaining({ code }));
});
