import { describe, expect, it } from 'vitest';
import answers from '../../../assets/technician/answers.zh-CN.json' with { type: 'json' };
import type { IdentityErrorCode } from '../../../device/identity/errors.ts';
import type { LedgerCode } from '../../../device/ledger/errors.ts';
import type { PolicyErrorCode } from '../../../device/policy/policy-error.ts';
import type { WindowErrorCode } from '../../../device/window-errors.ts';
import type { SyncErrorCode } from '../../../sync/errors.ts';
import { answerText } from './answer-text.ts';

type TypedCode = IdentityErrorCode | LedgerCode | PolicyErrorCode | WindowErrorCode | SyncErrorCode;

/** The compiler asks for every code that these areas have. */
const TYPED: Readonly<Record<TypedCode, true>> = {
  configuration_signature: true,
  configuration_version: true,
  configuration_schema: true,
  configuration_early: true,
  policy_unusable: true,
  provisioning_unreadable: true,
  provisioning_missing: true,
  network_unreadable: true,
  key_locked: true,
  key_foreign: true,
  key_unreadable: true,
  key_differs: true,
  key_damaged: true,
  token_too_long: true,
  policy_unknown: true,
  policy_invalid: true,
  catalogue_invalid: true,
  calendar_invalid: true,
  visit_unknown: true,
  case_known: true,
  visit_closed: true,
  earlier_visit_open: true,
  citizen_is_rating: true,
  window_full: true,
  already_paused: true,
  not_paused: true,
  not_provisioned: true,
  ledger_full: true,
  ledger_io: true,
  ledger_busy: true,
  ledger_corrupt: true,
  ledger_closed: true,
  ledger_in_use: true,
  ledger_newer: true,
  ledger_missing: true,
  ledger_on_trial: true,
  rehearsal_failed: true,
  sqlite_too_old: true,
  fact_invalid: true,
  settlement_invalid: true,
  claim_invalid: true,
  record_unreadable: true,
  port_closed: true,
  call_timed_out: true,
  call_unknown: true,
  request_malformed: true,
  reply_malformed: true,
  call_failed: true,
  address_malformed: true,
  address_not_https: true,
};
/** Codes of the routes, of an enrolment, and of the page's own requests. */
const OTHERS = {
  page: ['unreachable', 'internal', 'invalid', 'not_found', 'forbidden', 'window_only', 'code_needed', 'role_missing'],
  stick: ['stick_gone', 'export_running', 'target_full', 'target_lost', 'target_missing', 'file_changed'],
  enrolment: ['order_unusable', 'nothing_pending', 'already_enrolled', 'no_agent', 'centre_unreachable'],
  centre: ['code_unknown', 'code_used', 'code_expired', 'malformed', 'too_large', 'unauthorised'],
  ports: ['learning_already', 'trial_already', 'port_in_use', 'does_not_fit', 'no_keypad_profile'],
};
const CODES = [...Object.keys(TYPED), ...Object.values(OTHERS).flat()];

describe('what the device refuses', () => {
  it.each(CODES)('is said in Chinese for %s, with what to do, and the code behind it', (code) => {
    const text = answerText({ code, detail: null });
    // One sentence says what happened, the next what to do; of an enrolment and an address the first is said around it.
    expect(text).toMatch(/^(?=.*(请|会自动))[^a-z]*\p{Script=Han}/u);
    expect(text.endsWith(`。（代码 ${code}）`)).toBe(true);
    expect(text).not.toMatch(/[{}]/);
  });

  it('has no sentence for a code that no area has any more', () => {
    expect(Object.keys(answers).toSorted()).toEqual(CODES.toSorted());
  });

  it('keeps the place of a fault, with any sign in it', () => {
    expect(answerText({ code: 'invalid', detail: 'body.baseUrl: $& https' })).toContain('body.baseUrl: $& https');
  });

  it('finds the code that the agent puts in front', () => {
    const text = answerText({ code: 'centre_unreachable', detail: 'address_not_https: the address is http://' });
    expect(text).toBe('中心地址没有加密。请改用以 https:// 开头的地址。（代码 address_not_https）');
  });

  it('lets a centre speak Chinese for itself, and says of anything else that it is to be told on', () => {
    expect(answerText({ code: 'new', detail: '码已停用' })).toBe('码已停用（代码 new）');
    expect(answerText({ code: 'new', detail: 'In English.' })).toMatch(/报给供应方。（代码 new，原文：In English\.）$/);
    expect(answerText({ code: '502', detail: null })).toMatch(/报给供应方。（代码 502）$/);
  });
});
