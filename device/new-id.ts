import { v7 } from 'uuid';

/** A fresh UUIDv7 in lower case, ascending within this process. */
export const newId = (): string => v7();
