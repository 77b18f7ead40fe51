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

/** A deadline this near, with data still waiting, is worth a technician's look. */
const DEADLINE_NEAR_MS = 24 * 3600 * 1000;

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

function dueRow({ nextDueAt }: TechnicianStatus, nowMs: number, t: Translate): StatusRow {
  const name = t('technician.row.due');
  if (nextDueAt === null) return { name, standing: 'pass', value: t('technician.row.due.none'), detail: null };
  const leftMs = Date.parse(nextDueAt) - nowMs;
  const standing = leftMs <= 0 ? 'fail' : leftMs < DEADLINE_NEAR_MS ? 'warn' : 'pass';
  return { name, standing, value: dateText(nextDueAt), detail: null };
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

/** The status as rows of a list, in the order in which a technician would look. `nowMs` is the page's wall time. */
export function statusRows(status: TechnicianStatus, nowMs: number, t: Translate): StatusRow[] {
  return [
    deviceRow(status, t),
    windowRow(status, t),
    policyRow(status, t),
    linkRow(status, t),
    ...queueRows(status, t),
    dueRow(status, nowMs, t),
    receiptRow(status, t),
    ledgerRow(status, t),
    keypadRow(status, t),
    ...deviceRows(status),
  ];
}
