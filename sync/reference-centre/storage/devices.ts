import type { DeviceKey, EnrolmentRequest, Heartbeat } from '../../protocol/messages.ts';
import type { Db } from './database.ts';

export interface Device {
  deviceId: string;
  publicKey: DeviceKey;
  revoked: boolean;
}

interface DeviceRow {
  device_id: string;
  public_key: string;
  revoked: number;
}

interface DeviceSummary {
  deviceId: string;
  enrolledAt: number;
  revoked: boolean;
  heartbeat: unknown;
  heartbeatAt: number | null;
}

interface SummaryRow {
  device_id: string;
  enrolled_at: number;
  revoked: number;
  heartbeat: string | null;
  heartbeat_at: number | null;
}

/** Who may talk to this centre, and what they said last. Every write is durable when the call returns. */
export interface DeviceStore {
  find(deviceId: string): Device | null;
  add(deviceId: string, request: EnrolmentRequest, enrolledAt: number): void;
  /** A new key in place of the old one; a device that was revoked is taken up again. */
  renew(deviceId: string, request: EnrolmentRequest, at: number): void;
  /** Keys that were replaced since a moment, but for those of a device that was revoked then. */
  formerKeys(deviceId: string, sinceMs: number): DeviceKey[];
  revoke(deviceId: string): void;
  saveHeartbeat(deviceId: string, heartbeat: Heartbeat, at: number): void;
  list(): DeviceSummary[];
  /**
   * Remembers a nonce and forgets those older than `keepMs`.
   * @returns false where this device used it before
   */
  useNonce(deviceId: string, nonce: string, now: number, keepMs: number): boolean;
}

function summary(row: SummaryRow): DeviceSummary {
  return {
    deviceId: row.device_id,
    enrolledAt: row.enrolled_at,
    revoked: row.revoked === 1,
    heartbeat: row.heartbeat === null ? null : JSON.parse(row.heartbeat),
    heartbeatAt: row.heartbeat_at,
  };
}

export function deviceStore(db: Db): DeviceStore {
  const find = db.prepare<[string], DeviceRow>('SELECT * FROM devices WHERE device_id = ?');
  const add = db.prepare('INSERT INTO devices (device_id, public_key, hardware, enrolled_at) VALUES (?, ?, ?, ?)');
  const keepFormer = db.prepare(
    `INSERT INTO former_keys (device_id, public_key, replaced_at)
     SELECT device_id, public_key, ? FROM devices WHERE device_id = ? AND revoked = 0`,
  );
  const renew = db.prepare('UPDATE devices SET public_key = ?, hardware = ?, revoked = 0 WHERE device_id = ?');
  const former = db.prepare<[string, number], { public_key: string }>(
    'SELECT public_key FROM former_keys WHERE device_id = ? AND replaced_at >= ?',
  );
  const revoke = db.prepare('UPDATE devices SET revoked = 1 WHERE device_id = ?');
  const beat = db.prepare('UPDATE devices SET heartbeat = ?, heartbeat_at = ? WHERE device_id = ?');
  const list = db.prepare<[], SummaryRow>('SELECT * FROM devices ORDER BY device_id');
  const forget = db.prepare('DELETE FROM nonces WHERE seen_at < ?');
  const remember = db.prepare('INSERT OR IGNORE INTO nonces (device_id, nonce, seen_at) VALUES (?, ?, ?)');
  const useNonce = db.transaction((deviceId: string, nonce: string, now: number, keepMs: number) => {
    forget.run(now - keepMs);
    return remember.run(deviceId, nonce, now).changes === 1;
  });
  return {
    find(deviceId) {
      const row = find.get(deviceId);
      if (row === undefined) return null;
      return { deviceId, publicKey: JSON.parse(row.public_key) as DeviceKey, revoked: row.revoked === 1 };
    },
    add: (deviceId, request, at) => {
      add.run(deviceId, JSON.stringify(request.publicKey), JSON.stringify(request.hardware), at);
    },
    renew(deviceId, { publicKey, hardware }, at) {
      keepFormer.run(at, deviceId);
      renew.run(JSON.stringify(publicKey), JSON.stringify(hardware), deviceId);
    },
    formerKeys: (deviceId, sinceMs) =>
      former.all(deviceId, sinceMs).map((row) => JSON.parse(row.public_key) as DeviceKey),
    revoke: (deviceId) => {
      revoke.run(deviceId);
    },
    saveHeartbeat: (deviceId, heartbeat, at) => {
      beat.run(JSON.stringify(heartbeat), at, deviceId);
    },
    list: () => list.all().map(summary),
    useNonce: (deviceId, nonce, now, keepMs) => useNonce.immediate(deviceId, nonce, now, keepMs),
  };
}
