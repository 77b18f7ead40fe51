import { generateKeyPairSync } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock, Timer } from '../../device/clock.ts';
import type { LedgerRecord } from '../../device/ledger/record.ts';
import type { Ed25519PrivateJwk } from '../protocol/jws.ts';
import { merkleRoot } from '../protocol/merkle.ts';
import type { Fault, Receipt } from '../protocol/messages.ts';
import { type ReceiptSigner, signReceipt } from './receipts.ts';

/**
 * The fault menu of reference-protocol §8: how a real centre, or what stands between, has been seen to fail.
 * Faults meet every device-facing route and never the inspection side. A restart ends them.
 */
export interface FaultMenu {
  current(): Fault;
  order(fault: Fault): void;
  /** Ends connections that `hang` holds, so that the centre can stop. */
  release(): void;
  holdForever(socket: Socket): void;
}

const WELL: Fault = { mode: 'none' };

export function faultMenu(clock: Clock): FaultMenu {
  let fault = WELL;
  let timer: Timer | null = null;
  const held = new Set<Socket>();
  return {
    current: () => fault,
    order(next) {
      timer?.cancel();
      fault = next;
      timer = next.forS === undefined ? null : clock.setTimer(next.forS * 1000, () => (fault = WELL));
    },
    release() {
      timer?.cancel();
      for (const socket of held) socket.destroy();
    },
    holdForever(socket) {
      held.add(socket);
      socket.once('close', () => held.delete(socket));
    },
  };
}

/** What a hotel's or hall's network answers instead of the centre. */
const PORTAL = '<!doctype html><title>网络认证</title><form action="/login"><input name="user"></form>';

/** Meets a request before the centre does; true where the fault has dealt with it. */
export function meetRequest(menu: FaultMenu, request: FastifyRequest, reply: FastifyReply): boolean {
  switch (menu.current().mode) {
    case 'down':
      reply.hijack();
      request.raw.socket.destroy();
      return true;
    case 'hang':
      reply.hijack();
      menu.holdForever(request.raw.socket);
      return true;
    case 'portal_html':
      reply.code(200).type('text/html; charset=utf-8').send(PORTAL);
      return true;
    case 'status_500':
      reply.code(500).send({ code: 'internal', message: 'ordered by the fault menu' });
      return true;
    case 'status_429':
      reply.code(429).header('retry-after', '1').send({ code: 'too_many', message: 'ordered by the fault menu' });
      return true;
    default:
      return false;
  }
}

/** `lost_ack`: everything was done and stored; the answer never arrives. */
export function meetReply(menu: FaultMenu, request: FastifyRequest): void {
  if (menu.current().mode === 'lost_ack') request.raw.socket.destroy();
}

/** `drop_half`: every second record goes unseen, stored nowhere and named in no result. */
export function seenRecords<T>(menu: FaultMenu, records: readonly T[]): readonly T[] {
  return menu.current().mode === 'drop_half' ? records.filter((_record, index) => index % 2 === 0) : records;
}

/** Of a rating, or of a device's test record, which such a centre meets in the same way. */
function levelOf(record: LedgerRecord): unknown {
  if (record.kind === 'rating') return record.body.level;
  return record.kind === 'event' ? (record.body.detail.level ?? null) : null;
}

/** `refuse_levels`: what a centre with a wrong level table does. */
export function refusalOf(menu: FaultMenu, record: LedgerRecord): { code: string; message: string } | null {
  const { mode, levels = [] } = menu.current();
  const level = levelOf(record);
  if (mode !== 'refuse_levels' || level === null || !levels.some((refused) => refused === level)) return null;
  return { code: 'level_refused', message: 'body.level: ordered by the fault menu' };
}

type Distortion = (payload: Receipt) => Promise<string | null>;

/** In turn: by a key that is not ours, over another tree, for another batch, and none at all. */
function distortions(signer: ReceiptSigner): Distortion[] {
  const foreign = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Ed25519PrivateJwk;
  const otherRoot = merkleRoot([Buffer.alloc(32)]);
  const otherBatch = '01900000-0000-7000-8000-000000000000';
  return [
    (payload) => signReceipt(payload, { key: foreign, kid: signer.kid }),
    (payload) => signReceipt({ ...payload, root: otherRoot }, signer),
    (payload) => signReceipt({ ...payload, batchId: otherBatch }, signer),
    async () => null,
  ];
}

/** Signs receipts, wrongly while `wrong_receipt` is ordered. */
export function receiptWriter(
  menu: FaultMenu,
  signer: ReceiptSigner,
): (payload: Receipt | null) => Promise<string | null> {
  const wrong = distortions(signer);
  let turn = 0;
  return async (payload) => {
    if (menu.current().mode !== 'wrong_receipt' || payload === null) return signReceipt(payload, signer);
    const distort = wrong[turn++ % wrong.length] as Distortion;
    return distort(payload);
  };
}
