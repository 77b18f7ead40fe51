import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { expect, it } from 'vitest';
import { readVoicePack } from '../../../device/peripherals/voice/read-pack.ts';
import { spoken } from '../../../device/peripherals/voice/spoken.ts';
import type { ApplianceApi } from '../api.ts';
import { type VoiceAnswer, voiceRoutes } from './voice.ts';

const pack = await readVoicePack(fileURLToPath(new URL('../../../assets/voice-packs/zh-cn', import.meta.url)));

function server() {
  const app = Fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  voiceRoutes(app, {
    voice: () => ({ volumePercent: 40, calls: true, invites: true, packs: [pack] }),
  } as unknown as ApplianceApi);
  return app;
}

it('says what can be said, how loud, and serves each of its sounds', async () => {
  const app = server();
  const answer = (await app.inject('/voice')).json<VoiceAnswer>();
  expect(answer).toMatchObject({
    volumePercent: 40,
    calls: true,
    invites: true,
    packs: [{ id: 'zh-cn', language: 'zh-CN' }],
  });
  for (const file of spoken(answer.packs[0]!, 'call', { ticket: 'A012', window: '7' })) {
    const sound = await app.inject(`/voice/zh-cn/${file}`);
    expect([sound.statusCode, sound.headers['content-type']]).toEqual([200, 'audio/wav']);
    expect(sound.rawPayload.equals(pack.sounds.get(file)!)).toBe(true);
  }
});

it.each([['/voice/zh-cn/manifest.json'], ['/voice/none/chime.wav'], ['/voice/zh-cn/..%2Fmanifest.json']])(
  '%s is no sound',
  async (url) => expect((await server().inject(url)).statusCode).toBe(404),
);
