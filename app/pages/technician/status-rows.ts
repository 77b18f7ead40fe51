import { formatTime } from '../../../device/time.ts';
import type { TechnicianStatus } from '../../server/technician/status.ts';
import type { Translate } from '../shared/locale.ts';
import { dateText } from '../shared/time-text.ts';
import { wordOf } from './words.ts';

/** How a row stands; always shown as a word, never as colour alone. */
type Standing = 'pass' | 'warn' | 'fail';

export interface StatusRow {
  name: string;
  standing: Standing;
  value: string;
  detail: string | null;
}

function deviceRow({ device }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.device');
  if (device === null) return { name, standing: 'warn', value: t('technician.row.device.none'), detail: null };
  const detail = t('technician.row.fingerprint', { fingerprint: device.keyFingerprint });
  return { name, standing: 'pass', value: device.deviceId, detail };
}

function windowRow({ window }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.window');
  if (window === null) return { name, standing: 'warn', value: t('technician.row.window.none'), detail: null };
  return { name, standing: 'pass', value: `${window.number} ${window.name}`, detail: window.hall };
}

function policyRow({ policy }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.policy');
  if (policy === null) return { name, standing: 'warn', value: t('technician.row.policy.none'), detail: null };
  return { name, standing: 'pass', value: t('technician.row.policy.value', policy), detail: null };
}

const LINK_STANDING = {
  starting: 'warn',
  online: 'pass',
  offline: 'warn',
  not_the_centre: 'fail',
  refused: 'fail',
} as const satisfies Record<NonNullable<TechnicianStatus['link']>['state'], Standing>;

function linkRow({ link, device, provisioned }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.link');
  if (link === null) {
    const standing = provisioned ? 'fail' : 'warn';
    return { name, standing, value: t('technician.link.none'), detail: device?.centre ?? null };
  }
  const since = t('technician.since', { time: dateText(link.since) });
  const detail = [since, link.detail, device?.centre].filter((part) => part !== null && part !== undefined).join(' · ');
  return { name, standing: LINK_STANDING[link.state], value: t(`technician.link.${link.state}`), detail };
}

function queueRows({ ledger }: TechnicianStatus, t: Translate): StatusRow[] {
  return [
    {
      name: t('technician.row.queue'),
      standing: ledger.deferred > 0 ? 'warn' : 'pass',
      value: t('technician.row.queue.value', ledger),
      detail: null,
    },
    {
      name: t('technician.row.refused'),
      standing: ledger.refused > 0 ? 'warn' : 'pass',
      value: t('technician.row.refused.value', { n: ledger.refused }),
      detail: null,
    },
  ];
}

const DUE_STANDING = { fine: 'pass', at_risk: 'warn', critical: 'fail', missed: 'fail' } as const satisfies Record<
  TechnicianStatus['delivery']['standing'],
  Standing
>;

/** Dates of the law alone: what only the house has put a date on is no matter for a technician. */
function dueRow({ delivery }: TechnicianStatus, t: Translate): StatusRow {
  const { standing, nextLegalDueAt, missed, critical, atRisk, undated } = delivery;
  const name = t('technician.row.due');
  if (nextLegalDueAt === null) return { name, standing: 'pass', value: t('technician.row.due.none'), detail: null };
  const time = dateText(formatTime(nextLegalDueAt));
  const n = { fine: 0, at_risk: atRisk, critical, missed }[standing];
  const isUndated = standing === 'at_risk' && atRisk === 0;
  const value = isUndated
    ? t('technician.row.due.undated', { n: undated })
    : t(`technician.row.due.${standing}`, { n, time });
  const detail = standing === 'fine' || isUndated ? null : t('technician.row.due.export');
  return { name, standing: DUE_STANDING[standing], value, detail };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);

function clockRow({ delivery: { clock } }: TechnicianStatus, t: Translate): StatusRow {
  const { quality, offsetMs, boundMs } = clock;
  const fill = { offset: seconds(-(offsetMs ?? 0)), bound: seconds(Math.ceil((boundMs ?? 0) / 100) * 100) };
  const value = t(`technician.row.clock.${quality}`, fill);
  return { name: t('technician.row.clock'), standing: quality === 'unset' ? 'warn' : 'pass', value, detail: null };
}

function receiptRow({ lastReceiptAt, ledger }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.receipt');
  if (lastReceiptAt !== null) return { name, standing: 'pass', value: dateText(lastReceiptAt), detail: null };
  const standing = ledger.pending > 0 ? 'warn' : 'pass';
  return { name, standing, value: t('technician.row.receipt.none'), detail: null };
}

function ledgerRow({ ledger }: TechnicianStatus, t: Translate): StatusRow {
  const value = t('technician.row.ledger.value', { seq: ledger.seq, head: ledger.head.slice(0, 19) });
  return { name: t('technician.row.ledger'), standing: 'pass', value, detail: null };
}

/** Words for the states of device/peripherals that the locale has; others are shown as they are. */
function keypadState(state: string, t: Translate): string {
  return t(state === 'ready' ? 'technician.keypad.open' : 'technician.keypad.lost');
}

function keypadRow({ peripherals }: TechnicianStatus, t: Translate): StatusRow {
  const name = t('technician.row.keypad');
  const keypad = peripherals.find(({ family }) => family === 'keypad');
  if (keypad === undefined) return { name, standing: 'pass', value: t('technician.row.keypad.none'), detail: null };
  const detail = [keypad.path, keypad.hint].filter((part) => part !== null).join(' · ');
  return { name, standing: keypad.state === 'ready' ? 'pass' : 'warn', value: keypadState(keypad.state, t), detail };
}

/** A reader is closed until somebody asks for a card; that is as it should be. */
const AS_IT_SHOULD_BE: ReadonlySet<string> = new Set(['ready', 'closed']);

/** What is plugged in beside the button box: how it is, what to do, and what it counted that should not be. */
function deviceRows({ peripherals }: TechnicianStatus): StatusRow[] {
  return peripherals
    .filter(({ family }) => family !== 'keypad')
    .map(({ family, path, state, hint, counters }) => {
      const sound = AS_IT_SHOULD_BE.has(state) && hint === null;
      const counted = Object.entries(counters).map(([name, count]) => `${name} ${count}`);
      return {
        name: wordOf(`device.${family}`) ?? family,
        standing: sound ? 'pass' : state === 'failed' ? 'fail' : 'warn',
        value: wordOf(`device.${state}`) ?? state,
        detail: [path, hint, ...counted].filter((part) => part !== null).join(' · '),
      };
    });
}

/** The status as rows of a list, in the order in which a technician would look. */
export function statusRows(status: TechnicianStatus, t: Translate): StatusRow[] {
  return [
    deviceRow(status, t),
    windowRow(status, t),
    policyRow(status, t),
    linkRow(status, t),
    ...queueRows(status, t),
    dueRow(status, t),
    clockRow(status, t),
    receiptRow(status, t),
    ledgerRow(status, t),
    keypadRow(status, t),
    ...deviceRows(status),
  ];
}
