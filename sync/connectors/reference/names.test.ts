import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../device/clock.ts';
import { issueAuthority, issueServer } from '../../../device/identity/tls/issue.ts';
import { type PlayedNameServer, playNameServer } from '../../../test/support/name-server.ts';
import { createHttpClient, type HttpReply } from './http.ts';
import { lookupBy } from './names.ts';

/** A name that only the hall's own name server knows: outside of it, it is nobody. */
const CENTRE = 'centre.hall.internal';

let centre: Server;
let authority: string;
let port: number;
let names: PlayedNameServer;

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

beforeAll(async () => {
  const [root, own] = [newKey(), newKey()];
  const rootJwk = root.export({ format: 'jwk' });
  authority = await issueAuthority(rootJwk, 'the authority of this centre alone');
  const jwk = own.export({ format: 'jwk' });
  const given = { authority, authorityJwk: rootJwk, jwk, names: [CENTRE], nowMs: Date.now() };
  const key = String(own.export({ format: 'pem', type: 'pkcs8' }));
  centre = createServer({ cert: await issueServer(given), key }, (_request, response) => response.end('{"here":true}'));
  await new Promise<void>((resolve) => centre.listen(0, '127.0.0.1', resolve));
  ({ port } = centre.address() as AddressInfo);
});
afterAll(() => centre.close());
beforeEach(async () => {
  names = await playNameServer({ [CENTRE]: '127.0.0.1', 'other.hall.internal': '127.0.0.2' });
});
afterEach(() => names.close());

async function ask(nameServers: readonly string[], host = CENTRE): Promise<HttpReply> {
  const way = { proxy: { kind: 'direct' as const }, ca: [authority], nameServers };
  const client = createHttpClient({ clock: systemClock, userAgent: 'test', way });
  const reply = await client.send({
    method: 'GET',
    url: `https://${host}:${port}/`,
    headers: {},
    body: null,
    timeLimitMs: 60_000,
    maxReplyBytes: 1_000,
    signal: new AbortController().signal,
  });
  client.close();
  return reply;
}

describe('a centre whose name only the hall knows', () => {
  it('is reached where the hall’s name server is set, under its name’s certificate', async () => {
    const reply = await ask([names.address]);
    expect(reply).toMatchObject({ kind: 'reply', status: 200 });
    expect(new Set(names.asked)).toEqual(new Set([CENTRE]));
  });

  it('is unknown without it, and no other server is asked when it does not know', async () => {
    expect((await ask([])).kind).toBe('down');
    expect(await ask([names.address], 'nobody.hall.internal')).toMatchObject({ kind: 'down' });
  });

  it('is found by the second server where the first says nothing', async () => {
    const silent = await playNameServer({});
    silent.isSilent = true;
    expect(await ask([silent.address, names.address])).toMatchObject({ kind: 'reply' });
    expect(silent.asked.length).toBeGreaterThan(0);
    await silent.close();
  });
});

describe('the lookup', () => {
  const look = (name: string, options: { all?: boolean; family?: number } = {}, servers = [names.address]) =>
    new Promise<unknown[]>((resolve) => lookupBy(servers)(name, options, (...answer) => resolve(answer)));

  it('gives one address or all, as it is asked', async () => {
    expect(await look(CENTRE)).toEqual([null, '127.0.0.1', 4]);
    expect(await look(CENTRE, { all: true })).toEqual([null, [{ address: '127.0.0.1', family: 4 }]]);
    expect(await look('localhost')).toContain(null);
    expect(names.asked).not.toContain('localhost');
  });

  it.each([
    ['a name that there is not', 'nobody.hall.internal', {}, 'ENOTFOUND'],
    ['a name without such an address', CENTRE, { family: 6 }, 'ENOTFOUND'],
  ])('says of %s what the system says', async (_case, name, options, code) => {
    expect((await look(name, options))[0]).toMatchObject({ code });
  });

  it('says of a server that is not there what the system says of none', async () => {
    const gone = await playNameServer({});
    await gone.close();
    expect((await look(CENTRE, {}, [gone.address]))[0]).toMatchObject({ code: 'EAI_AGAIN' });
  });
});
