import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { expect, it } from 'vitest';
import type { Picture } from '../../../device/content/picture.ts';
import { contentRoutes } from './content.ts';

const ID = 'a'.repeat(64);
const PICTURE: Picture = { type: 'image/png', bytes: Buffer.from('of a PNG') };

function server() {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  contentRoutes(app, { picture: (id) => (id === ID ? PICTURE : null) });
  return app;
}

it('serves the picture of a hash as what it is, and lets no browser keep it', async () => {
  const answer = await server().inject(`/content/${ID}`);
  expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
    200,
    'image/png',
    'no-store',
  ]);
  expect(answer.rawPayload).toEqual(PICTURE.bytes);
});

it.each([
  ['b'.repeat(64), 404],
  [ID.toUpperCase(), 400],
  ['..%2Fprovisioning.json', 400],
])('%s is no picture: %d', async (id, status) =>
  expect((await server().inject(`/content/${id}`)).statusCode).toBe(status),
);
