import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTE_MATRIX } from '../../app/server/testing/route-matrix.ts';
import { fuzzRequest } from '../fuzz/requests.ts';
import { type FuzzTarget, openFuzzTarget } from '../fuzz/target.ts';
import { seededRandom } from '../support/random.ts';

/** A route that the fuzz run never asks for would be called safe without a single request. */

const DRAWS = 20_000;

let target: FuzzTarget;
beforeAll(async () => {
  target = await openFuzzTarget();
});
afterAll(() => target.close());

it('the fuzz run has every route of the matrix before it, and draws each of them as it is', () => {
  const drawn = new Set<string>();
  const random = seededRandom(1);
  for (let n = 0; n < DRAWS; n++) {
    const { listener, route } = fuzzRequest(random, target.routes, [{}]);
    if (route !== null) drawn.add(`${listener} ${route}`);
  }
  expect([...drawn].sort()).toEqual(Object.keys(ROUTE_MATRIX).sort());
});
