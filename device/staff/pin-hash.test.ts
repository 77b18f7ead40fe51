import { describe, expect, it } from 'vitest';
import { staffSchema } from '../identity/configuration.ts';
import { hashPin, NOBODYS_PIN, pinFits } from './pin-hash.ts';

const person = (pinHash: string) => staffSchema.safeParse({ id: 'S', number: '1', name: '甲', post: '', pinHash });

describe('a PIN hash', () => {
  it('fits its PIN and no other, and the configuration takes it', async () => {
    const hash = await hashPin('246810');
    expect(person(hash).success).toBe(true);
    expect(await pinFits('246810', hash)).toBe(true);
    for (const wrong of ['246811', '24681', '', '2468100']) expect(await pinFits(wrong, hash), wrong).toBe(false);
  });

  it('has the test vector of RFC 7914 §12 in its first 32 bytes', async () => {
    // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1)
    const salt = Buffer.from('SodiumChloride').toString('base64').replace(/=+$/, '');
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const text = `$scrypt$ln=14,r=8,p=1$${salt}$${hash.toString('base64').replace(/=+$/, '')}`;
    expect(await pinFits('pleaseletmein', text)).toBe(true);
  });

  it('is the same for full-width digits, as a Chinese keyboard types them', async () => {
    expect(await pinFits('２４６８１０', await hashPin('246810'))).toBe(true);
  });

  it('of nobody fits no PIN that one would try', async () => {
    for (const pin of ['', '0', '000000', '123456']) expect(await pinFits(pin, NOBODYS_PIN)).toBe(false);
  });

  it.each([
    'plain',
    '$scrypt$ln=30,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA',
    '$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '',
  ])('%s is refused with the configuration, not at the window', (text) => {
    expect(person(text).success).toBe(false);
    return expect(pinFits('1', text)).rejects.toThrow(RangeError);
  });
});
