import type { GivenRating } from '../standing-rating.ts';
import type { Db } from './database.ts';

interface PhoneRow {
  device_id: string;
  visit_id: string;
  rating: string;
}

/** Ratings given on a phone (reference-protocol §5): one per visit, never changed. */
export interface PhoneRatingStore {
  /** @returns false where this visit was rated on a phone before; the first one stays */
  add(deviceId: string, rating: GivenRating): boolean;
  find(deviceId: string, visitId: string): GivenRating | null;
  all(): { deviceId: string; rating: GivenRating }[];
}

export function phoneRatingStore(db: Db): PhoneRatingStore {
  const add = db.prepare('INSERT OR IGNORE INTO phone_ratings (device_id, visit_id, rating) VALUES (?, ?, ?)');
  const find = db.prepare<[string, string], PhoneRow>(
    'SELECT * FROM phone_ratings WHERE device_id = ? AND visit_id = ?',
  );
  const all = db.prepare<[], PhoneRow>('SELECT * FROM phone_ratings ORDER BY device_id, visit_id');
  return {
    add: (deviceId, rating) => add.run(deviceId, rating.visitId, JSON.stringify(rating)).changes === 1,
    find(deviceId, visitId) {
      const row = find.get(deviceId, visitId);
      return row === undefined ? null : (JSON.parse(row.rating) as GivenRating);
    },
    all: () => all.all().map((row) => ({ deviceId: row.device_id, rating: JSON.parse(row.rating) as GivenRating })),
  };
}
