import { arch, release, type } from 'node:os';
import { sqliteVersion } from '../../device/ledger/database.ts';
import type { Facts } from './facts.ts';

/** @param software of this program */
export const versionFacts = (software: string): NonNullable<Facts['versions']> => ({
  software,
  node: process.version,
  sqlite: sqliteVersion(),
  system: `${type()} ${release()} ${arch()}`,
});
