import { expect, it } from 'vitest';
import { argumentsForRelaunch, relaunchesOf } from './arguments.ts';

it.each([
  [[], 0],
  [['.', '--relaunches=2'], 2],
  [['--relaunches='], 0],
  [['--relaunches=-1'], 0],
  [['--relaunches=1.5'], 0],
  [['--relaunches=many'], 0],
  [['--relaunches=9999'], 0],
])('%j led here after %i relaunches', (argv, expected) => {
  expect(relaunchesOf(argv)).toBe(expected);
});

it('the next process gets the same arguments and the new count', () => {
  expect(argumentsForRelaunch(['.', '--relaunches=1', '--x'], 2)).toEqual(['.', '--x', '--relaunches=2']);
});
