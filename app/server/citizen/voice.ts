import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { VoicePack } from '../../../device/peripherals/voice/pack.ts';
import type { ApplianceApi } from '../api.ts';
import { problem, sendProblem } from '../problem.ts';

/**
 * `GET /voice`: what the window can say and how loud it is now. A page plays `spoken(pack, phrase, fill)` of
 * device/peripherals/voice/spoken.ts, each file from `/voice/<pack id>/<file>`.
 */
export interface VoiceAnswer {
  /** 0 … 100, by the hour; asked again before something is said. */
  volumePercent: number;
  /** Whether a called number is said. */
  calls: boolean;
  /** Whether the invitation is said: not where the button box says it itself. */
  invites: boolean;
  /** One a language. */
  packs: VoicePack[];
}

const soundParams = z.strictObject({ pack: z.string().max(64), file: z.string().max(80) });

/** Recorded sounds for the device's own pages. They hold nothing of anybody, so the loopback listener serves them. */
export function voiceRoutes(server: FastifyInstance, api: ApplianceApi): void {
  const routes = server.withTypeProvider<ZodTypeProvider>();
  routes.get('/voice', (): VoiceAnswer => {
    const { volumePercent, calls, invites, packs } = api.voice();
    return { volumePercent, calls, invites, packs: packs.map(({ manifest }) => manifest) };
  });
  routes.get('/voice/:pack/:file', { schema: { params: soundParams } }, ({ params }, reply) => {
    const pack = api.voice().packs.find(({ manifest }) => manifest.id === params.pack);
    const sound = pack?.sounds.get(params.file);
    if (sound === undefined) return sendProblem(reply, problem(404, 'not_found', 'no such sound'));
    // A hall may replace a sound under its name, so a page asks each time whether it is the same.
    return reply.type('audio/wav').header('cache-control', 'no-cache').send(sound);
  });
}
