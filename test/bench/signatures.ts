import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../device/clock.ts';
import { hashBytes } from '../../device/ledger/chain.ts';
import type { OutboxRecord } from '../../device/ledger/outbox.ts';
import { newId } from '../../device/new-id.ts';
import { formatTime } from '../../device/time.ts';
import { batchBody, judgeReply } from '../../sync/connectors/reference/batch.ts';
import { signRequest } from '../../sync/protocol/http-signature.ts';
import { type Ed25519PrivateJwk, signJws } from '../../sync/protocol/jws.ts';
import { merkleRoot } from '../../sync/protocol/merkle.ts';
import type { BatchReply, CentreKeys } from '../../sync/protocol/messages.ts';
import { someRecords } from '../../sync/testing/records.ts';
import { median, type Row, row } from './row.ts';

/** What proof costs per record: one signature and one receipt for a batch, against one bare Ed25519 check per record. */

const BATCH = 500;
const KID = 'bench';

interface Keys {
  private: Ed25519PrivateJwk;
  centre: CentreKeys;
}

function newKeys(): Keys {
  const pair = generateKeyPairSync('ed25519');
  const jwk = pair.privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk;
  return { private: jwk, centre: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid: KID, use: 'sig' }] } };
}

async function replyTo(batchId: string, records: readonly OutboxRecord[], keys: Keys): Promise<BatchReply> {
  const receivedAt = formatTime(systemClock.wallMs());
  const root = merkleRoot(records.map(({ hash }) => hashBytes(hash)));
  const receipt = await signJws({ batchId, receivedAt, count: records.length, root }, { key: keys.private, kid: KID });
  const results = records.map(({ id }) => ({ id, outcome: 'accepted' as const }));
  return { batchId, serverTime: receivedAt, results, receipt };
}

async function perRecordUs(work: () => unknown, records: number): Promise<number> {
  const startMs = performance.now();
  await work();
  return ((performance.now() - startMs) * 1000) / records;
}

/** The agent's own work on one batch, without network, port or disk. */
function agentWork(records: readonly OutboxRecord[], keys: Keys) {
  const privateKey = createPrivateKey({ key: { ...keys.private }, format: 'jwk' });
  const batchId = newId();
  const body = gzipSync(batchBody(batchId, formatTime(systemClock.wallMs()), records));
  const url = `https://centre.example/v1/devices/${newId()}/records`;
  return {
    batchId,
    signs: () =>
      signRequest({
        method: 'POST',
        url,
        body,
        keyId: newId(),
        alg: 'ed25519',
        created: Math.floor(systemClock.wallMs() / 1000),
        nonce: newId(),
        sign: (bytes) => sign(null, bytes, privateKey),
      }),
    judges: async (reply: BatchReply) => {
      const outcome = await judgeReply({ batchId, records }, reply, keys.centre);
      if (outcome.kind !== 'settled') throw new Error(`the receipt did not hold: ${outcome.kind}`);
    },
  };
}

/** Each record's own text, checked by itself: what a receipt for a whole batch spares. */
function bareCheck(records: readonly OutboxRecord[], keys: Keys): () => void {
  const privateKey = createPrivateKey({ key: { ...keys.private }, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  const signed = records.map(({ hash }) => ({ text: hashBytes(hash), proof: sign(null, hashBytes(hash), privateKey) }));
  return () => {
    for (const { text, proof } of signed) {
      if (!verify(null, text, publicKey, proof)) throw new Error('a signature did not hold');
    }
  };
}

export async function benchSignatures(quick: boolean): Promise<Row[]> {
  const keys = newKeys();
  const records = someRecords(BATCH);
  const agent = agentWork(records, keys);
  const reply = await replyTo(agent.batchId, records, keys);
  const bare = bareCheck(records, keys);
  const [signs, judges, checks]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < (quick ? 30 : 100); round++) {
    signs.push(await perRecordUs(agent.signs, BATCH));
    judges.push(await perRecordUs(() => agent.judges(reply), BATCH));
    checks.push(await perRecordUs(bare, BATCH));
  }
  const reference: [string, number] = ['one bare Ed25519 check per record', median(checks)];
  return [
    row(`signing a batch of ${BATCH}, per record`, 'µs', median(signs), reference),
    row(`verifying the receipt of ${BATCH} (JWS, Merkle root), per record`, 'µs', median(judges), reference),
  ];
}
