import type { ClaimedBatch, ClaimRequest, Outbox } from '../../device/ledger/outbox.ts';

/** An outbox whose leases end with the port that took them. */
export interface LeasedOutbox extends Omit<Outbox, 'claim'> {
  /** @param request `holding`: the leases that the agent still works on; any other it has forgotten, and is given back */
  claim(request: ClaimRequest & { holding: readonly string[] }): Promise<ClaimedBatch | null>;
  /** Waits for calls under way, then gives back what is still leased. No lease outlives it. */
  close(): Promise<void>;
}

/**
 * Ties leases to one agent. It says with each claim which batches it still works on; where the reply to an earlier claim
 * or settling was lost or came too late, that one is released first. Calls run one after another, because a slow
 * `settle` overtaken by a `release` of the same lease would send the batch a second time for nothing.
 */
export function leaseOutbox(outbox: Outbox): LeasedOutbox {
  const leased = new Set<string>();
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = last.then(run, run);
    last = turn.catch(() => undefined);
    return turn;
  }

  async function giveBackAllBut(holding: readonly string[]): Promise<void> {
    for (const leaseId of [...leased].filter((one) => !holding.includes(one))) {
      await outbox.release(leaseId);
      leased.delete(leaseId);
    }
  }

  const claim: LeasedOutbox['claim'] = async ({ holding, ...request }) => {
    await giveBackAllBut(holding);
    if (isClosed) return null;
    const batch = await outbox.claim(request);
    if (batch !== null) leased.add(batch.leaseId);
    return batch;
  };

  function ends(leaseId: string, run: () => Promise<void>): Promise<void> {
    return inTurn(async () => {
      await run();
      leased.delete(leaseId);
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
      return inTurn(() => giveBackAllBut([]));
    },
  };
}
