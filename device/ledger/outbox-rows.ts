/** Where an undelivered record stands; a delivered one has a row in `delivery` and none in `outbox`. */
export const PENDING = 0;
export const DEFERRED = 1;
export const REFUSED = 2;
export type OutboxState = typeof PENDING | typeof DEFERRED | typeof REFUSED;

export function outboxState(value: number): OutboxState | null {
  return value === PENDING || value === DEFERRED || value === REFUSED ? value : null;
}

/** Name of a state in the tally of the head. */
export const TALLY_NAME = ['pending', 'deferred', 'refused'] as const;
