import { hashRecord } from '../../device/ledger/chain.ts';
import type { Also } from '../../device/ledger/ledger.ts';
import type { Outbox, OutboxRecord } from '../../device/ledger/outbox.ts';
import type { Level, RatingBody } from '../../device/ledger/record.ts';
import type { Entry } from '../../device/ledger/writer.ts';
import type { WindowStore } from '../../device/window-options.ts';
import type { Disk } from './disk.ts';
import type { SimulatedLedger } from './ledger.ts';
import type { Process } from './machine.ts';

/**
 * Faults that somebody could build in, one switch each. They live in this simulation's wiring and never in the product;
 * each must be caught within 500 seeds, or the checker is not looking.
 */
export const PLANTED = [
  'acknowledge_before_commit',
  'skip_fsync',
  'thank_on_full_disk',
  'forget_open_visit',
  'chain_restarts',
  'swap_polarity',
  'replay_key_after_restart',
  'timeout_gives_grade',
  'staff_sees_good',
  'drop_on_400',
  'attempts_count_as_delivered',
  'delete_before_receipt',
  'evict_undelivered',
  'leases_outlive_agent',
  'new_id_each_sending',
  'alter_on_the_wire',
  'accept_any_receipt',
  'forget_nonce',
  'never_learn_time',
  'retry_without_jitter',
  'wall_time_for_waits',
  'sign_before_commit',
  'ignore_revision_order',
  'append_wakes_nobody',
  'rating_before_visit',
  'manifest_ignored',
  'quiet_about_old_disk',
  'replay_as_new_records',
  'canary_counts_as_rating',
] as const;
export type Planted = (typeof PLANTED)[number];

/** How long the planted acknowledgement runs ahead of the disk. */
const AHEAD_MS = 2_000;

/** What the window writes through. */
export function storeWith(planted: Planted | null, ledger: SimulatedLedger, process: Process): WindowStore {
  const plain: WindowStore = {
    append: (entries, also) => ledger.append(entries, also),
    state: (key) => ledger.state(key),
    stateKeys: (from, to, limit) => ledger.stateKeys(from, to, limit),
  };
  switch (planted) {
    case 'acknowledge_before_commit':
      return {
        ...plain,
        append(entries, also) {
          process.setTimer(AHEAD_MS, () => void quietly(() => ledger.append(entries, also)));
          return [];
        },
      };
    case 'thank_on_full_disk':
      return { ...plain, append: (entries, also) => orNothing(() => ledger.append(entries, also)) };
    case 'forget_open_visit':
      return { ...plain, state: (key) => (key === 'window' ? null : ledger.state(key)) };
    case 'replay_as_new_records':
      return {
        ...plain,
        append: (entries, { replay, ...also }) => ledger.append([...entries, ...copies(ledger, replay)], also),
      };
    case 'canary_counts_as_rating':
      return { ...plain, append: (entries, also) => ledger.append(entries.map(gradeCanary), also) };
    case 'timeout_gives_grade':
      return { ...plain, append: (entries, also) => ledger.append(entries.map(gradeTimeout), also) };
    default:
      return plain;
  }
}

/** Whoever acknowledges first has nobody left to tell. */
function quietly(run: () => unknown): unknown {
  try {
    return run();
  } catch {
    return null;
  }
}

function orNothing<T>(run: () => T[]): T[] {
  try {
    return run();
  } catch (error) {
    if ((error as { code?: string }).code !== 'ledger_full') throw error;
    return [];
  }
}

/** What the centre misses goes out once more, and as something new. */
function copies(ledger: SimulatedLedger, replay: Also['replay']): Entry[] {
  const { seqs = [], dueAt = 0 } = replay ?? {};
  return seqs
    .flatMap((seq) => ledger.read(seq, 1))
    .map(({ kind, body }) => ({ fact: { kind, body } as Entry['fact'], dueAt }));
}

function gradeCanary(entry: Entry): Entry {
  const { fact } = entry;
  if (fact.kind !== 'event' || fact.body.type !== 'canary') return entry;
  const level = fact.body.detail.level as Level;
  const visit = { visitId: '01900000-0000-7000-8000-00000000cafe', caseNo: 'canary', serviceNo: 1 };
  return { ...entry, fact: { kind: 'rating', body: ratingOf(visit, level) } };
}

function gradeTimeout(entry: Entry): Entry {
  const { fact } = entry;
  if (fact.kind !== 'not_rated' || fact.body.reason !== 'timeout') return entry;
  const { visitId, caseNo, serviceNo } = fact.body;
  return { ...entry, fact: { kind: 'rating', body: ratingOf({ visitId, caseNo, serviceNo }, 5) } };
}

function ratingOf(visit: { visitId: string; caseNo: string; serviceNo: number }, level: Level): RatingBody {
  const words = { tags: [], catalogueVersion: '1', comment: null, layout: 'best-left', language: 'zh-CN', rater: null };
  const grade = { level, channel: 'touch', ratedAt: '2026-01-01T00:00:00.000+08:00', revision: 1 } as const;
  const policy = { id: 'neimenggu-2022', version: '1' };
  return { ...visit, ...grade, supersedes: null, ...words, policy };
}

/** What the agent claims from and settles with. */
export function outboxWith(planted: Planted | null, ledger: SimulatedLedger, disk: Disk): Outbox {
  const plain: Outbox = {
    claim: (request) => ledger.claim(request),
    settle: (settlement) => ledger.settle(settlement),
    release: (leaseId) => ledger.release(leaseId),
    counts: () => ledger.counts(),
    dueGroups: (untilMs) => ledger.dueGroups(untilMs),
  };
  const claimed = new Map<string, OutboxRecord[]>();
  const claim: Outbox['claim'] = async (request) => {
    const batch = await ledger.claim(request);
    if (batch !== null) claimed.set(batch.leaseId, batch.records);
    return batch;
  };
  const forget = (ids: readonly string[]): void => {
    for (const id of ids) disk.forget(id);
  };
  const idsOf = (leaseId: string): string[] => (claimed.get(leaseId) ?? []).map(({ id }) => id);
  switch (planted) {
    case 'drop_on_400':
      return {
        ...plain,
        async settle(settlement) {
          await ledger.settle(settlement);
          forget(settlement.refused.filter(({ code }) => code === 'malformed').map(({ id }) => id));
        },
      };
    case 'attempts_count_as_delivered':
      return {
        ...plain,
        claim,
        async release(leaseId) {
          await ledger.release(leaseId);
          forget(idsOf(leaseId));
        },
      };
    case 'delete_before_receipt':
      return {
        ...plain,
        async claim(request) {
          const batch = await ledger.claim(request);
          // Kept in the agent's memory until it is settled or given back; gone with it.
          if (batch !== null) forget(batch.records.map(({ id }) => id));
          return batch;
        },
      };
    case 'rating_before_visit':
      return { ...plain, claim: (request) => ledger.claim({ ...request, visitsFirst: false }) };
    case 'leases_outlive_agent':
      return { ...plain, release: async () => undefined };
    case 'new_id_each_sending':
      return newIdEachSending(plain);
    case 'alter_on_the_wire':
      return { ...plain, claim: (request) => ledger.claim(request).then((batch) => rewritten(batch, withoutWords)) };
    default:
      return plain;
  }
}

type Batch = Awaited<ReturnType<Outbox['claim']>>;
type Json = Record<string, unknown> & { body: Record<string, unknown> };

function rewritten(batch: Batch, change: (record: Json) => Json): Batch {
  if (batch === null) return null;
  const records = batch.records.map((record) => {
    const json = change(JSON.parse(record.json) as Json);
    return { ...record, id: String(json.id), hash: String(json.hash), json: JSON.stringify(json) };
  });
  return { ...batch, records };
}

/** Answers find their record again; a second sending is another record to the centre. */
function newIdEachSending(plain: Outbox): Outbox {
  const originals = new Map<string, string>();
  const original = (id: string): string => originals.get(id) ?? id;
  const withNewId = (record: Json): Json => {
    const id = `${String(record.id).slice(0, 24)}${(originals.size + 1).toString(16).padStart(12, '0')}`;
    originals.set(id, String(record.id));
    const renamed = { ...record, id };
    return { ...renamed, hash: hashRecord(renamed as never) };
  };
  return {
    ...plain,
    claim: (request) => plain.claim(request).then((batch) => rewritten(batch, withNewId)),
    settle: (settlement) =>
      plain.settle({
        ...settlement,
        delivered: settlement.delivered.map(original),
        deferred: settlement.deferred.map((one) => ({ ...one, id: original(one.id) })),
        refused: settlement.refused.map((one) => ({ ...one, id: original(one.id) })),
      }),
  };
}

function withoutWords(record: Json): Json {
  return 'comment' in record.body ? { ...record, body: { ...record.body, comment: null } } : record;
}
