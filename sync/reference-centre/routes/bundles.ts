import type { FastifyInstance } from 'fastify';
import { v7 as uuidv7 } from 'uuid';
import { openBundle } from '../../protocol/bundle.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { type BatchReply, MAX_BATCH_RECORDS } from '../../protocol/messages.ts';
import { type Batch, takeBatch } from '../batch.ts';
import type { CentreContext } from '../context.ts';
import { malformed, Refusal } from '../errors.ts';

const MAX_BYTES = 64 * 1_048_576;

function knownKey(deviceId: string, { devices }: CentreContext) {
  const device = devices.find(deviceId);
  if (device?.revoked === true) throw new Refusal(401, 'revoked', 'this device was revoked; call a technician');
  return device?.publicKey ?? null;
}

function refusalFor(error: unknown): unknown {
  if (!(error instanceof ProtocolError)) return error;
  const nobody = error.code === 'signature_unknown_key' || error.code === 'jws_bad_signature';
  return nobody ? new Refusal(401, 'unknown_device', error.message) : malformed(`bundle: ${error.message}`);
}

function inBatches(deviceId: string, records: { id: string }[], msecs: number): Batch[] {
  const count = Math.ceil(records.length / MAX_BATCH_RECORDS);
  return Array.from({ length: count }, (_none, index) => ({
    deviceId,
    batchId: uuidv7({ msecs }),
    records: records.slice(index * MAX_BATCH_RECORDS, (index + 1) * MAX_BATCH_RECORDS),
  }));
}

async function takeBundle(file: string, context: CentreContext): Promise<BatchReply[]> {
  const opened = await openBundle(file, {
    centreKey: context.keys.enc,
    deviceKey: (deviceId) => knownKey(deviceId, context),
    verifySm2: context.verifySm2,
  }).catch((error: unknown) => {
    throw refusalFor(error);
  });
  const replies: BatchReply[] = [];
  for (const batch of inBatches(opened.deviceId, opened.records, context.clock.wallMs())) {
    replies.push(await takeBatch(batch, context));
  }
  return replies;
}

/**
 * §7. A person carries the file here, so the device cannot sign this request: its signature is in the file. The same
 * file may come twice; the second answer says `duplicate`, with receipts as good as the first.
 */
export function bundleRoutes(app: FastifyInstance, context: CentreContext): void {
  app.post('/v1/bundles', { bodyLimit: MAX_BYTES }, async (request, reply) => {
    const file = Buffer.isBuffer(request.body) ? request.body.toString('latin1') : '';
    const replies = await takeBundle(file, context);
    return reply.type('application/x-ndjson').send(replies.map((one) => `${JSON.stringify(one)}\n`).join(''));
  });
}
