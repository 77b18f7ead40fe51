import type { Complaint } from '../history.ts';
import { checkBooks } from './books.ts';
import { checkDelivery } from './delivery.ts';
import { type Case, evidenceOf } from './evidence.ts';
import { checkPeople } from './people.ts';
import { checkLoad } from './rests.ts';

/** Holds the history of a run against the promises of design §2. @returns every broken one, worst first */
export function check(run: Case): Complaint[] {
  const evidence = evidenceOf(run);
  return [
    ...checkPeople(evidence),
    ...checkBooks(evidence),
    ...checkDelivery(evidence),
    ...run.history.complaints,
    ...checkLoad(evidence),
  ];
}
