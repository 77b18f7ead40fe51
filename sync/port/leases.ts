import type { ClaimedBatch, Outbox } from '../../device/ledger/outbox.ts';

/** An outbox whose leases end with the port that took them. */
export interface LeasedOutbox extends Outbox {
  /** Waits for calls under way, then gives back what is still leased. No lease outlives it. */
  close(): Promise<void>;
}

/**
 * Ties leases to one agent. An agent has one batch in flight, so a new claim means that it knows nothing of an earlier
 * one (its reply was lost or came too late): that one is released first. Calls run one after another, because a slow
 * `settle` overtaken by a `release` of the same lease would send the batch a second time for nothing.
 */
export function leaseOutbox(outbox: Outbox): LeasedOutbox {
  let leased: string | null = null;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(run, run);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function giveBack(): Promise<void> {
    if (leased === null) return;
    await outbox.release(leased);
    leased = null;
  }

  async function claim(request: { limit: number; maxBytes: number }): Promise<ClaimedBatch | null> {
    await giveBack();
    if (isClosed) return null;
    const batch = await outbox.claim(request);
    leased = batch?.leaseId ?? null;
    return batch;
  }

  function ends(leaseId: string, run: () => Promise<void>): Promise<void> {
    return inTurn(async () => {
      await run();
      if (leased === leaseId) leased = null;
    });
  }

  return {
    claim: (request) => inTurn(() => claim(request)),
    settle: (settlement) => ends(settlement.leaseId, () => outbox.settle(settlement)),
    release: (leaseId) => ends(leaseId, () => outbox.release(leaseId)),
    counts: () => outbox.counts(),
    dueGroups: (untilMs) => outbox.dueGroups(untilMs),
    close() {
      isClosed = true;
      return inTurn(giveBack);
    },
  };
}
