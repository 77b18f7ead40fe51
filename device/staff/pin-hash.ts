import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { PIN_HASH } from '../identity/configuration.ts';

/** Staff PINs as the signed configuration carries them: scrypt (RFC 7914) in a PHC string, see `PIN_HASH`. */

/** Of scrypt. */
interface Recipe {
  cost: number;
  blockSize: number;
  parallelism: number;
  salt: Buffer;
}
interface PinHash extends Recipe {
  hash: Buffer;
}

/** What is compared for a number that nobody has, so that the answer takes as long as for one that somebody has. */
export const NOBODYS_PIN = `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** @throws RangeError where the text is no hash that the configuration's schema lets in */
function parsePinHash(text: string): PinHash {
  const parts = PIN_HASH.exec(text);
  if (parts === null) throw new RangeError('not a PIN hash');
  const [, ln, r, p, salt = '', hash = ''] = parts;
  return {
    cost: 2 ** Number(ln),
    blockSize: Number(r),
    parallelism: Number(p),
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}

/** `bytes` bytes of a secret by scrypt, off the main thread. */
export function derive(secret: string, { cost, blockSize, parallelism, salt }: Recipe, bytes: number): Promise<Buffer> {
  const options = { cost, blockSize, parallelization: parallelism, maxmem: 256 * cost * blockSize };
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFKC'), salt, bytes, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Whether `pin` is the one hashed; takes some 0.1 s off the main thread. @throws RangeError for a text that is no hash */
export async function pinFits(pin: string, text: string): Promise<boolean> {
  const wanted = parsePinHash(text);
  return timingSafeEqual(await derive(pin, wanted, wanted.hash.length), wanted.hash);
}

/**
 * The hash of a PIN for a configuration.
 * @param options.log2Cost 12 to 17; 15 costs a guess 32 MiB and some 0.1 s @param options.salt random unless named
 */
export async function hashPin(pin: string, options: { log2Cost?: number; salt?: Buffer } = {}): Promise<string> {
  const { log2Cost = 15, salt = randomBytes(16) } = options;
  const plain = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  const hash = await derive(pin, { cost: 2 ** log2Cost, blockSize: 8, parallelism: 1, salt }, 32);
  return `$scrypt$ln=${log2Cost},r=8,p=1$${plain(salt)}$${plain(hash)}`;
}
