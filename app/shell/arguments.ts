import { z } from 'zod';

const FLAG = '--relaunches=';
const relaunchesSchema = z.coerce.number().int().min(0).max(1_000).catch(0);

/** How many relaunches in a row led to this process; 0 where the argument is missing or no such number. */
export function relaunchesOf(argv: readonly string[]): number {
  return relaunchesSchema.parse(argv.find((argument) => argument.startsWith(FLAG))?.slice(FLAG.length) ?? 0);
}

/** The arguments of the next process: the same ones, with the count. */
export function argumentsForRelaunch(argv: readonly string[], relaunches: number): string[] {
  return [...argv.filter((argument) => !argument.startsWith(FLAG)), `${FLAG}${relaunches}`];
}
