import type { Facts } from './facts.ts';
import type { Finding } from './finding.ts';
import { peripheralRule, soundRule, testRule, windowRule } from './rules/attached.ts';
import { calendarRule } from './rules/calendar.ts';
import { centreRule } from './rules/centre.ts';
import { authorityRule, centreCertificateRule, lanCertificateRule } from './rules/certificates.ts';
import { configurationRule, identityRule, noteRule } from './rules/identity.ts';
import { clockRule, databaseRule, diskRule, integrityRule, reserveRule, versionRule } from './rules/machine.ts';
import {
  canaryRule,
  deadlineRule,
  lineRule,
  manifestRule,
  queueRule,
  receiptRule,
  refusedRule,
} from './rules/queue.ts';
import { screenRule } from './rules/screen.ts';

/** In the order of a technician's walk: who am I, whom do I reach, what waits, what keeps it, what is plugged in. */
const RULES: readonly ((facts: Facts) => Finding[])[] = [
  identityRule,
  configurationRule,
  calendarRule,
  noteRule,
  lineRule,
  centreRule,
  queueRule,
  deadlineRule,
  refusedRule,
  receiptRule,
  manifestRule,
  canaryRule,
  databaseRule,
  integrityRule,
  diskRule,
  reserveRule,
  clockRule,
  windowRule,
  screenRule,
  peripheralRule,
  soundRule,
  testRule,
  lanCertificateRule,
  authorityRule,
  centreCertificateRule,
  versionRule,
];

/** Every line of the self-test. Pure: page, report, `status` and `doctor` say the same of the same facts. */
export const findingsOf = (facts: Facts): Finding[] => RULES.flatMap((rule) => rule(facts));
