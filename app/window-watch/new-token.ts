import { randomBytes } from 'node:crypto';

/** A token of the loopback listener for one boot: whoever opens the window makes it, so that it outlives restarts. */
export const newToken = (): string => randomBytes(32).toString('base64url');
