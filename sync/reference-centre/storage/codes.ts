import type { Db } from './database.ts';

/** A one-time enrolment code and how far it got. */
interface Code {
  expiresAt: number | null;
  /** JSON of the key that used it first; a code belongs to that key from then on. */
  publicKey: string | null;
  approved: boolean;
  deviceId: string | null;
  /** The device that gets a new key by this code; null: a new device. */
  renews: string | null;
}

interface CodeRow {
  expires_at: number | null;
  public_key: string | null;
  approved: number;
  device_id: string | null;
  renews: string | null;
}

export interface CodeStore {
  /** A code that is known keeps what is known of it, so that a restart with the same list revives nothing. */
  offer(code: string, expiresAt: number | null, approved: boolean): void;
  /** A code for the new key of a device that is known. */
  offerRenewal(code: string, deviceId: string, expiresAt: number | null): void;
  find(code: string): Code | null;
  claim(code: string, publicKey: string): void;
  approve(code: string): boolean;
  complete(code: string, deviceId: string): void;
}

export function codeStore(db: Db): CodeStore {
  const offer = db.prepare('INSERT OR IGNORE INTO codes (code, expires_at, approved) VALUES (?, ?, ?)');
  const offerRenewal = db.prepare(
    'INSERT OR IGNORE INTO codes (code, expires_at, approved, renews) VALUES (?, ?, 1, ?)',
  );
  const find = db.prepare<[string], CodeRow>('SELECT * FROM codes WHERE code = ?');
  const claim = db.prepare('UPDATE codes SET public_key = ? WHERE code = ?');
  const approve = db.prepare('UPDATE codes SET approved = 1 WHERE code = ?');
  const complete = db.prepare('UPDATE codes SET device_id = ? WHERE code = ?');
  return {
    offer: (code, expiresAt, approved) => {
      offer.run(code, expiresAt, approved ? 1 : 0);
    },
    offerRenewal: (code, deviceId, expiresAt) => {
      offerRenewal.run(code, expiresAt, deviceId);
    },
    find(code) {
      const row = find.get(code);
      if (row === undefined) return null;
      const { expires_at: expiresAt, public_key: publicKey, device_id: deviceId, renews } = row;
      return { expiresAt, publicKey, approved: row.approved === 1, deviceId, renews };
    },
    claim: (code, publicKey) => {
      claim.run(publicKey, code);
    },
    approve: (code) => approve.run(code).changes === 1,
    complete: (code, deviceId) => {
      complete.run(deviceId, code);
    },
  };
}
